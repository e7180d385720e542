// What surrounds the card: status, buttons, criteria, reasons, note, help; drawn once.

const HELP = [
  ["I", "Include"],
  ["U", "Maybe"],
  ["E", "Exclude (at full text: then choose the reason)"],
  ["1 … 9, 0", "Exclude for that reason; Shift and a digit from the eleventh on"],
  ["Z", "Undo: take the last vote back and see its record again"],
  ["N", "Write a note; Esc goes back to the record, the note goes with the vote"],
  ["T", "Tags: type to find one, Enter puts it on or takes it off"],
  ["← →", "Look back at your latest records, and forward again"],
  ["O", "Open the full text, or the record in PubMed or by its DOI"],
  ["H", "Highlights on or off"],
  ["?", "This help"],
];

function digitOf(position) {
  // The key of the reason at `position`: 1 to 9, 0, then the same with Shift.
  const digit = String((position + 1) % 10);
  return position < 10 ? digit : position < 20 ? `⇧${digit}` : "";
}

function button(text, key, act, kind = "") {
  const made = element("button", { type: "button", class: kind }, element("span", {}, text));
  if (key) made.prepend(element("kbd", { "aria-hidden": "true" }, key));
  if (key) made.setAttribute("aria-keyshortcuts", key.replace("⇧", "Shift+"));
  made.addEventListener("click", act);
  return made;
}

function drawFrame(root, page) {
  const { data } = page;
  const part = {
    progress: element("span", { class: "progress" }),
    status: element("span", { class: "status" }),
    refused: element("div", { class: "refused", role: "alert" }),
    told: element("p", { class: "told", role: "alert" }),
    past: element("p", { class: "past", hidden: true }),
    card: element("article", { class: "card", tabindex: "-1", "aria-label": "Record" }),
    note: element("textarea", { id: "note", rows: "2", maxlength: "5000" }),
    reasons: element("div", { class: "reasons" }),
    live: element("div", { class: "unseen", role: "status", "aria-live": "polite" }),
  };
  part.marks = button("Highlights", "H", () => page.toggleMarks(), "small");
  part.undo = button("Undo", "Z", () => page.undo());
  part.verdicts = [
    button("Include", "I", () => page.vote("include"), "include"),
    button("Maybe", "U", () => page.vote("maybe"), "maybe"),
    button("Exclude", "E", () => page.exclude(), "exclude"),
  ];
  part.help = drawHelp();
  part.noteBox = element(
    "div",
    { class: "note" },
    element("label", { for: "note" }, element("kbd", { "aria-hidden": "true" }, "N"), "Note"),
    part.note,
  );
  drawTermParts(page, part);
  part.tagging = drawTagDialog(page);
  part.tags = part.tagging.dialog;
  const sizes = [["A−", -1, "A−, smaller text"], ["A+", 1, "A+, larger text"]].map(([text, step, name]) => {
    const made = button(text, "", () => page.resize(step), "small");
    made.setAttribute("aria-label", name);
    return made;
  });
  const reasonButtons = data.reasons.map(({ code, label }, position) => {
    const made = button(label, digitOf(position), () => page.vote("exclude", code));
    made.dataset.reason = code;
    return made;
  });
  part.reasons.append(element("h3", {}, "Exclude because"), ...reasonButtons);
  if (!reasonButtons.length) part.reasons.hidden = true;

  root.replaceChildren(
    element(
      "div",
      { class: "bar" },
      part.progress,
      part.status,
      part.hits,
      element("span", { class: "tools" }, ...sizes, part.marks,
        button("Help", "?", () => part.help.showModal(), "small")),
    ),
    part.refused,
    part.told,
    part.past,
    element(
      "div",
      { class: "columns" },
      part.card,
      element("aside", {}, part.reasons, part.noteBox, button("Tags", "T", () => part.tagging.open(), "small"),
        drawCriteria(data.criteria), part.termBox),
    ),
    element(
      "div",
      { class: "actions", role: "group", "aria-label": "Your vote" },
      part.marker,
      ...part.verdicts,
      element("span", { class: "gap" }),
      part.undo,
      button("Back", "←", () => page.look(-1)),
      button("Forward", "→", () => page.look(1)),
    ),
    part.help,
    part.tags,
    part.live,
  );
  return part;
}

function drawCriteria(criteria) {
  const box = element("details", { class: "criteria", open: !isNarrow() });
  box.append(element("summary", {}, "Criteria"));
  for (const [kind, title] of [["include", "Include when"], ["exclude", "Exclude when"]]) {
    const some = criteria[kind] || [];
    if (!some.length) continue;
    const items = some.map(({ text }) => element("li", {}, text));
    box.append(element("h3", { class: kind }, title), element("ul", {}, ...items));
  }
  return box;
}

function isNarrow() { return window.matchMedia("(max-width: 58rem)").matches; }

function drawHelp() {
  const rows = HELP.map(([key, what]) =>
    element("tr", {}, element("th", { scope: "row" }, element("kbd", {}, key)), element("td", {}, what)));
  const dialog = element(
    "dialog",
    { "aria-label": "Keys" },
    element("h2", {}, "Keys"),
    element("table", {}, ...rows),
    element("p", {}, "No key acts while you type in a field."),
  );
  dialog.append(button("Close", "Esc", () => dialog.close()));
  return dialog;
}
