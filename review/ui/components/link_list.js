// A list of links to pages of the app, each with lines below it: real addresses, opened in place.

// Places count characters as Python does, whole code points.
function withMarks(text, places) {
  const fragment = document.createDocumentFragment();
  const characters = Array.from(text);
  let done = 0;
  for (const [start, end] of places) {
    const mark = document.createElement("mark");
    mark.textContent = characters.slice(start, end).join("");
    fragment.append(characters.slice(done, start).join(""), mark);
    done = end;
  }
  fragment.append(characters.slice(done).join(""));
  return fragment;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".links");
  const drawn = JSON.stringify(data.items);
  if (root.dataset.drawn === drawn) return; // runs again at every data update
  root.dataset.drawn = drawn;

  root.replaceChildren(
    ...data.items.map((item, place) => {
      const anchor = document.createElement("a");
      anchor.href = item.href;
      anchor.append(withMarks(item.title, item.found));
      anchor.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab was asked for
        event.preventDefault();
        setTriggerValue("open", place);
      });
      const entry = document.createElement("li");
      entry.append(anchor);
      for (const flag of item.flags) {
        const mark = document.createElement("strong");
        mark.textContent = flag;
        entry.append(" ", mark);
      }
      for (const line of item.lines) {
        const small = document.createElement("small");
        small.textContent = line;
        entry.append(small);
      }
      if (item.excerpt) {
        const small = document.createElement("small");
        small.append(withMarks(...item.excerpt));
        entry.append(small);
      }
      return entry;
    }),
  );
}
