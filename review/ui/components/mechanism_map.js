// The map in the drawing that fits the window; boxes and arrows open by click, Enter or space.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".map");
  const parsed = (text) => {
    const found = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    return found.nodeName === "svg" ? document.importNode(found, true) : null;
  };
  const open = (target) => {
    const element = target.closest("[data-link], [data-node]");
    if (!element) return;
    const { link, node } = element.dataset;
    setTriggerValue("open", link === undefined ? `node:${node}` : `link:${link}`);
  };
  const draw = () => {
    const kind = root.clientWidth && root.clientWidth < 640 ? "narrow" : "wide";
    if (root.drawn === data[kind]) return; // runs again at every data update
    const picture = parsed(data[kind]);
    if (!picture) return; // not well formed: the table below says the same
    root.drawn = data[kind];
    root.replaceChildren(picture);
  };
  draw();
  const watch = new ResizeObserver(draw);
  watch.observe(root);
  root.onclick = (event) => open(event.target);
  root.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open(event.target);
  };
  return () => watch.disconnect();
}
