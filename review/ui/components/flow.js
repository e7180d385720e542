// A drawing as links: the texts of a PRISMA flow that name a box, the lines of a forest plot that
// are marks. Each opens what is behind it, by click or Enter.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".flow");
  if (isDrawn(root, data)) return;
  const parsed = new DOMParser().parseFromString(data.svg, "image/svg+xml");
  const picture = parsed.documentElement;
  if (picture.nodeName !== "svg") return; // not well formed: the list beside it says the same
  const known = new Map(Object.entries(data.marks));

  for (const mark of picture.querySelectorAll("text[data-box], g[data-mark]")) {
    const name = mark.dataset.box ?? mark.dataset.mark;
    if (!known.has(name)) continue;
    const anchor = parsed.createElementNS("http://www.w3.org/2000/svg", "a");
    anchor.setAttribute("href", known.get(name));
    const words = mark.localName === "text" ? [mark] : [...mark.querySelectorAll("text")];
    const said = words.map((one) => one.textContent).join(" "); // what is seen is what is heard
    anchor.setAttribute("aria-label", `${said}: open the ${data.what}`);
    mark.replaceWith(data.leaves ? anchor : opens(anchor, () => setTriggerValue("open", name)));
    anchor.append(mark);
  }
  picture.setAttribute("role", "group"); // an image holds no links
  if (data.least) picture.style.minWidth = data.least; // narrower, its words could not be read
  root.replaceChildren(document.importNode(picture, false));
  root.firstChild.append(...picture.childNodes); // moved, so that the listeners stay
  root.tabIndex = root.querySelector("a") ? -1 : 0; // without a link the keys could not scroll it
}
