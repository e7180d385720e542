// The PRISMA flow as links: every text or box of the picture that names a box opens its records.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".flow");
  if (isDrawn(root, data)) return;
  const parsed = new DOMParser().parseFromString(data.svg, "image/svg+xml");
  const picture = parsed.documentElement;
  if (picture.nodeName !== "svg") return; // not well formed: the list beside it says the same
  const known = new Map(Object.entries(data.boxes));

  for (const text of picture.querySelectorAll("text[data-box]")) {
    const box = text.dataset.box;
    if (!known.has(box)) continue;
    const anchor = parsed.createElementNS("http://www.w3.org/2000/svg", "a");
    anchor.setAttribute("href", `records?box=${encodeURIComponent(box)}`);
    anchor.setAttribute("aria-label", `${text.textContent}: open the records`);
    text.replaceWith(opens(anchor, () => setTriggerValue("open", box)));
    anchor.append(text);
  }
  root.replaceChildren(document.importNode(picture, false));
  root.firstChild.append(...picture.childNodes); // moved, so that the listeners stay
}
