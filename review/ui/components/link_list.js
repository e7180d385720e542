// A list of links to pages of the app, each with lines below it: real addresses, opened in place.

// Places count characters as Python does, whole code points.
function withMarks(text, places) {
  const characters = Array.from(text);
  const parts = [];
  let done = 0;
  for (const [start, end] of places) {
    const found = characters.slice(start, end).join("");
    parts.push(characters.slice(done, start).join(""), element("mark", {}, found));
    done = end;
  }
  return [...parts, characters.slice(done).join("")];
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".links");
  if (isDrawn(root, data)) return;

  root.replaceChildren(
    ...data.items.map((item, place) => {
      const anchor = element("a", { href: item.href }, ...withMarks(item.title, item.found));
      return element(
        "li",
        {},
        opens(anchor, () => setTriggerValue("open", place)),
        ...item.flags.flatMap((flag) => [" ", element("strong", {}, flag)]),
        ...item.lines.map((line) => element("small", {}, line)),
        item.excerpt && element("small", {}, ...withMarks(...item.excerpt)),
      );
    }),
  );
}
