// Tags of the codebook on the report in view: found by typing, put on and taken off by Enter.

const MOST_FOUND = 12;

function drawTagDialog(page) {
  const field = element("input", {
    id: "tag-search", type: "search", autocomplete: "off", "aria-label": "Find a tag by typing",
  });
  const list = element("div", { class: "found" });
  const said = element("p", { role: "status" });
  const dialog = element("dialog", { class: "tags", "aria-label": "Tags" },
    element("h2", {}, "Tags"), field, list, said);
  dialog.append(button("Close", "Esc", () => dialog.close()));
  const tagging = { page, field, list, said, dialog, mine: [] };
  field.addEventListener("input", () => drawFound(tagging));
  dialog.addEventListener("keydown", (event) => stepThrough(tagging, event));
  dialog.addEventListener("close", () => page.part.card.focus());
  return { dialog, open: () => openTags(tagging) };
}

async function openTags(tagging) {
  const { page, field, said, dialog } = tagging;
  tagging.record = page.shown()?.card?.record;
  if (tagging.record === undefined) return;
  Object.assign(tagging, { mine: [] });
  field.value = "";
  said.textContent = whatIsThere(tagging);
  drawFound(tagging);
  dialog.showModal();
  field.focus();
  take(tagging, await page.get("/api/screening/tags", { record: tagging.record }));
}

function whatIsThere({ page }) {
  return page.data.facets.length ? "" : "The codebook has no term for reports.";
}

function take(tagging, { response, told }) {
  if (response?.ok) tagging.mine = told.tags.map(({ code }) => code);
  tagging.said.textContent = response?.ok ? whatIsThere(tagging) : told.error || "The server does not answer; try again.";
  drawFound(tagging);
}

function drawFound(tagging) {
  const words = tagging.field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = ({ facet, label, code }) => {
    const text = `${facet} ${label} ${code}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const isMine = ({ code }) => tagging.mine.includes(code);
  const found = tagging.page.data.facets.filter(matches);
  const some = [...found.filter(isMine), ...found.filter((term) => !isMine(term))];
  const at = tagging.list.contains(active(tagging)) ? active(tagging).dataset.code : null;
  tagging.list.replaceChildren(...some.slice(0, MOST_FOUND).map((term) => {
    const made = button(`${term.facet}: ${term.label}`, "", () => toggleTag(tagging, term));
    made.dataset.code = term.code;
    made.setAttribute("aria-pressed", String(isMine(term)));
    if (isMine(term)) made.prepend(element("span", { "aria-hidden": "true" }, "✓"));
    return made;
  }));
  if (at) tagging.list.querySelector(`[data-code="${CSS.escape(at)}"]`)?.focus();
}

function active(tagging) { return tagging.dialog.getRootNode().activeElement; }

function stepThrough(tagging, event) {
  const all = [tagging.field, ...tagging.list.children];
  const at = all.indexOf(active(tagging));
  if (event.key === "Enter" && at === 0) all[1]?.click();
  else if (event.key === "ArrowDown" && at >= 0) all[Math.min(at + 1, all.length - 1)].focus();
  else if (event.key === "ArrowUp" && at > 0) all[at - 1].focus();
  else if (event.key === "Escape") tagging.dialog.close(); // the browser would clear the field first
  else return;
  event.preventDefault();
}

async function toggleTag(tagging, { code }) {
  const { page, record } = tagging;
  const given = { record, code, remove: tagging.mine.includes(code) };
  take(tagging, await ask("/api/screening/tag", page.outbox.headers, given));
}
