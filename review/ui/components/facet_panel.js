// The facets of the evidence with their counts: a click on a term narrows the expression, or widens.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".facets");
  const drawn = JSON.stringify(data);
  if (root.dataset.drawn === drawn) return; // runs again at every data update
  root.dataset.drawn = drawn;

  const made = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
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
    const button = made("button", `term${chosen ? " chosen" : ""}${one.effects ? "" : " empty"}`);
    button.type = "button";
    button.ariaPressed = String(chosen);
    button.style.setProperty("--depth", one.depth);
    button.dataset.text = `${facet.label} ${one.label} ${one.code}`.toLowerCase();
    button.title = `${one.label}: ${one.studies} studies, ${one.effects} effects`;
    button.append(made("span", "label", one.label));
    button.append(made("span", "n", `${one.studies.toLocaleString("en")}`));
    button.append(made("span", "n effects", `${one.effects.toLocaleString("en")}`));
    button.addEventListener("click", () =>
      setTriggerValue("pick", { facet: facet.id, code: one.code }),
    );
    return button;
  };

  const search = made("input");
  search.type = "search";
  search.placeholder = "Find a term";
  search.ariaLabel = "Find a term";
  search.value = wanted;
  const legend = made("div", "legend");
  legend.append(made("span", "label", "Term"), made("span", "n", "studies"), made("span", "n effects", "effects"));

  const groups = data.facets.map((facet) => {
    const details = made("details");
    details.dataset.facet = facet.id;
    details.open = first ? facet.open : open.has(facet.id);
    const summary = made("summary", "", facet.label);
    if (facet.asked.length) summary.append(made("span", "asked", String(facet.asked.length)));
    details.append(summary, ...facet.terms.map((one) => term(facet, one)));
    return details;
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
  const all = made("details", "all");
  all.open = first ? window.innerWidth > 640 : root.querySelector(".all").open;
  all.append(made("summary", "all", "Filter"), search, legend, ...groups);
  root.replaceChildren(all);
  if (wanted) find();
  if (typing) search.focus();
}
