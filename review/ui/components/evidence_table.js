// The evidence as a table: a heading sorts, a row opens its effect, both as links where they can be.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".evidence");
  if (isDrawn(root, data)) return;

  const heading = (column) => {
    const way = column.sorted === "up" ? "▲" : column.sorted ? "▼" : "↕";
    const button = element("button", { type: "button" }, column.label, element("span", { class: "way" }, way));
    button.addEventListener("click", () => setTriggerValue("sort", column.name));
    const sorted = { up: "ascending", down: "descending" }[column.sorted] ?? "none";
    return element("th", { scope: "col", "aria-sort": sorted }, button);
  };

  const first = (row) => [
    element("a", { href: row.href }, row.cells[0] || `Effect ${row.effect}`),
    ...(row.retracted ? [" ", element("strong", {}, "Retracted")] : []),
  ];
  const line = (row) => {
    const opened = row.effect === data.opened;
    const cells = row.cells.map((text, place) =>
      element(
        "td",
        { class: text.length > 28 && "long", title: place > 0 && text.length > 60 && text }, // cut to three lines
        ...(place === 0 ? first(row) : [element("div", {}, text)]),
      ),
    );
    const made = element("tr", { class: opened && "opened", "aria-current": opened && "true" }, ...cells);
    made.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab was asked for
      if (window.getSelection()?.toString()) return; // a text was marked to be copied
      event.preventDefault();
      const cell = data.columns[event.target.closest("td")?.cellIndex ?? 0].name;
      setTriggerValue("open", { effect: row.effect, cell });
    });
    return made;
  };

  const table = element(
    "table",
    {},
    element("caption", {}, data.caption),
    element("thead", {}, element("tr", {}, ...data.columns.map(heading))),
    element("tbody", {}, ...data.rows.map(line)),
  );
  const frame = { class: "frame", tabindex: 0, role: "region", "aria-label": "Evidence table" };
  root.replaceChildren(element("div", frame, table));
}
