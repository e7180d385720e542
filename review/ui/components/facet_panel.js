// The facets of the evidence with their counts: a click on a term narrows the expression, or widens.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".facets");
  if (isDrawn(root, data)) return;

  // what a person opened or searched for stays while counts change
  const open = new Set(
    [...root.querySelectorAll("details[data-facet][open]")].map((one) => one.dataset.facet),
  );
  const before = root.querySelector("input");
  const wanted = before?.value ?? "";
  const typing = before !== null && root.getRootNode().activeElement === before;
  const first = !root.querySelector(".all");

  const term = (facet, one) => {
    const chosen = facet.asked.includes(one.code);
    const button = element(
      "button",
      {
        type: "button",
        class: `term${chosen ? " chosen" : ""}${one.effects ? "" : " empty"}`,
        "aria-pressed": String(chosen),
        title: `${one.label}: ${one.studies} studies, ${one.effects} effects`,
        "data-text": `${facet.label} ${one.label} ${one.code}`.toLowerCase(),
      },
      element("span", { class: "label" }, one.label),
      element("span", { class: "n" }, one.studies.toLocaleString("en")),
      element("span", { class: "n effects" }, one.effects.toLocaleString("en")),
    );
    button.style.setProperty("--depth", one.depth);
    button.addEventListener("click", () =>
      setTriggerValue("pick", { facet: facet.id, code: one.code }),
    );
    return button;
  };

  const wish = { type: "search", placeholder: "Find a term", "aria-label": "Find a term" };
  const search = element("input", wish);
  search.value = wanted;
  const legend = element(
    "div",
    { class: "legend" },
    element("span", { class: "label" }, "Term"),
    element("span", { class: "n" }, "studies"),
    element("span", { class: "n effects" }, "effects"),
  );

  const groups = data.facets.map((facet) => {
    const n = facet.asked.length;
    const summary = element("summary", {}, facet.label, n > 0 && element("span", { class: "asked" }, n));
    return element(
      "details",
      { "data-facet": facet.id, open: first ? facet.open : open.has(facet.id) },
      summary,
      ...facet.terms.map((one) => term(facet, one)),
    );
  });

  const find = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const details of groups) {
      let any = false;
      for (const button of details.querySelectorAll("button")) {
        const hit = words.every((word) => button.dataset.text.includes(word));
        button.hidden = !hit;
        any ||= hit;
      }
      details.hidden = !any;
      if (words.length) details.open = any;
    }
  };
  search.addEventListener("input", find);
  // in a narrow window the panel comes before the table, and opens when asked
  const shown = first ? window.innerWidth > 640 : root.querySelector(".all").open;
  const head = element("summary", { class: "all" }, "Filter");
  const all = element("details", { class: "all", open: shown }, head, search, legend, ...groups);
  root.replaceChildren(all);
  if (wanted) find();
  if (typing) search.focus();
}
