// The evidence as a table: a heading sorts, a row opens its effect, both as links where they can be.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".evidence");
  const drawn = JSON.stringify(data);
  if (root.dataset.drawn === drawn) return; // runs again at every data update
  root.dataset.drawn = drawn;

  const made = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const heading = (column) => {
    const cell = made("th");
    cell.scope = "col";
    if (!column.sortable) {
      cell.textContent = column.label;
      return cell;
    }
    const button = made("button", "", column.label);
    button.type = "button";
    button.append(made("span", "way", column.sorted === "up" ? "▲" : column.sorted ? "▼" : "↕"));
    button.addEventListener("click", () => setTriggerValue("sort", column.name));
    cell.ariaSort = { up: "ascending", down: "descending" }[column.sorted] ?? "none";
    cell.append(button);
    return cell;
  };

  const line = (row) => {
    const opened = row.effect === data.opened;
    const element = made("tr", opened ? "opened" : "");
    if (opened) element.setAttribute("aria-current", "true");
    row.cells.forEach((text, place) => {
      const cell = made("td", text.length > 28 ? "long" : "");
      if (place === 0) {
        const anchor = made("a", "", text || `Effect ${row.effect}`);
        anchor.href = row.href;
        cell.append(anchor);
        if (row.retracted) cell.append(" ", made("strong", "", "Retracted"));
      } else {
        cell.append(made("div", "", text));
        if (text.length > 60) cell.title = text; // cut to three lines
      }
      element.append(cell);
    });
    element.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab was asked for
      if (window.getSelection()?.toString()) return; // a text was marked to be copied
      event.preventDefault();
      setTriggerValue("open", row.effect);
    });
    return element;
  };

  const table = made("table");
  table.append(made("caption", "", data.caption));
  const head = made("thead");
  const top = made("tr");
  top.append(...data.columns.map(heading));
  head.append(top);
  const body = made("tbody");
  body.append(...data.rows.map(line));
  table.append(head, body);
  const frame = made("div", "frame");
  frame.tabIndex = 0;
  frame.role = "region";
  frame.ariaLabel = "Evidence table";
  frame.append(table);
  root.replaceChildren(frame);
}
