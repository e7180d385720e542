// Draws the fragment and makes its terms, numbers and claims work; scripts in it never run.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".holder");
  if (isDrawn(root, data)) return;
  const parsed = new DOMParser().parseFromString(data.html, "text/html");
  root.replaceChildren(...parsed.body.childNodes);

  for (const anchor of root.querySelectorAll("a[data-where]"))
    opens(anchor, () => setTriggerValue("open", { where: anchor.dataset.where }));
  for (const told of root.querySelectorAll(".told[data-claim]")) {
    const { claim } = told.dataset;
    const href = `claims?claim=${encodeURIComponent(claim)}`;
    const anchor = element("a", { class: "behind", href }, "The studies behind this");
    told.append(opens(anchor, () => setTriggerValue("open", { claim })));
  }
  explain(root);
}
