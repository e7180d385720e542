// Draws the fragment and makes its terms, numbers and claims work; scripts in it never run.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".holder");
  if (root.drawn === data.html) return; // runs again at every data update
  root.drawn = data.html;
  const parsed = new DOMParser().parseFromString(data.html, "text/html");
  root.replaceChildren(...parsed.body.childNodes);

  const opens = (element, opened) =>
    element.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab was asked for
      event.preventDefault();
      setTriggerValue("open", opened);
    });
  for (const anchor of root.querySelectorAll("a[data-where]"))
    opens(anchor, { where: anchor.dataset.where });
  for (const told of root.querySelectorAll(".told[data-claim]")) {
    const anchor = document.createElement("a");
    anchor.className = "behind";
    anchor.href = `claims?claim=${encodeURIComponent(told.dataset.claim)}`;
    anchor.textContent = "The studies behind this";
    opens(anchor, { claim: told.dataset.claim });
    told.append(anchor);
  }
  explain(root);
}
