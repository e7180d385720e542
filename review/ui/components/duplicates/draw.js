// One question drawn: why it is asked, the records as columns, a row for each field, its marks.

const STATES = {
  same: ["=", "the same"],
  differs: ["≠", "different"],
  some: ["·", "not in all"],
  own: ["", ""],
};

const ANSWER_HELP = [
  ["S", "Same report: merge them (of several: those that are ticked)"],
  ["D", "Different: none of them is the same report as another"],
  ["J", "Same study: different reports of one study, such as an abstract and its article"],
  ["K, Space", "Skip: the question comes again after the others"],
  ["1 … 9", "Of several records: put that one in, or take it out"],
  ["Z", "Undo the last answer, or the one you look at, and see its question again"],
  ["← →", "Look back at your answers, and forward again"],
  ["?", "This help"],
];

function letterOf(place) { return place < 26 ? String.fromCharCode(65 + place) : `#${place + 1}`; }

function someOf(records) {
  const more = records.length - 8;
  return more > 1 ? `${records.slice(0, 8).join(", ")} and ${more} more` : records.join(", ");
}

function drawQuestion(question, { picked, pick, said }) {
  const several = question.columns.length > 2;
  return [
    said ? element("p", { class: "past" }, said) : null,
    question.why.length
      ? element("ul", { class: "why", "aria-label": "Why it is asked" },
        ...question.why.map((line) => element("li", {}, line)))
      : null,
    question.votes.length
      ? element("p", { class: "votes" }, element("strong", {}, "If merged: "), question.votes.join(" "))
      : null,
    drawTable(question, several, picked, pick),
    several
      ? element("p", { class: "missing" }, "Differences are marked against record A. "
        + "Take out (by its number) what is not the same report as the others.")
      : null,
  ].filter(Boolean);
}

function drawTable(question, several, picked, pick) {
  const heads = question.columns.map((column, place) => element(
    "th",
    { scope: "col", role: "columnheader", class: picked.has(place) ? "in" : "out" },
    several ? drawPick(place, picked.has(place), pick) : null,
    element("span", { class: "which" }, `${letterOf(place)} · Record ${column.record}`),
    column.retracted ? element("strong", { class: "retracted" }, "Retracted") : null,
    column.with.length
      ? element("small", {}, `merged with ${someOf(column.with)}`)
      : null,
  ));
  const body = question.rows.map((row) => {
    const [sign, words] = STATES[row.state];
    const label = element("th", { scope: "row", role: "rowheader" }, row.label);
    if (sign) {
      label.append(
        element("span", { class: `sign ${row.state}`, "aria-hidden": "true" }, sign),
        element("span", { class: "unseen" }, `: ${words}`),
      );
    }
    const cells = row.cells.map((runs, place) => {
      const side = several ? "right" : ["left", "right"][place];
      const cell = element("td", { role: "cell", "data-which": letterOf(place) }, ...runs.map((run) => drawRun(run, side)));
      if (!cell.textContent) cell.append(element("span", { class: "missing" }, "–"));
      return cell;
    });
    return element("tr", { role: "row", class: row.state }, label, ...cells);
  });
  const head = element("tr", { role: "row", class: "heads" }, element("td", { role: "cell" }), ...heads);
  const table = element(
    "table",
    { role: "table", class: several ? "several" : "two", "aria-label": "The records side by side" },
    element("thead", { role: "rowgroup" }, head),
    element("tbody", { role: "rowgroup" }, ...body),
  );
  return element("div", { class: "sided", tabindex: "0" }, table);
}

function drawPick(place, isIn, pick) {
  const made = button(isIn ? "in" : "out", place < 9 ? String(place + 1) : "", () => pick(place), "small");
  made.setAttribute("aria-pressed", String(isIn));
  made.setAttribute("aria-label", `Record ${letterOf(place)} is the same report`);
  return made;
}

function drawRun([text, differs], side) {
  if (!differs) return text;
  // said aloud where a mark begins and ends, as most screen readers pass over <mark>
  const spoken = (words) => element("span", { class: "unseen" }, words);
  return element("mark", { class: side }, spoken(" [differs: "), text, spoken("] "));
}

function drawAnswerHelp() {
  const rows = ANSWER_HELP.map(([key, what]) =>
    element("tr", {}, element("th", { scope: "row" }, element("kbd", {}, key)), element("td", {}, what)));
  const dialog = element("dialog", { "aria-label": "Keys" }, element("h2", {}, "Keys"),
    element("table", {}, ...rows), element("p", {}, "No key acts while you type in a field."));
  dialog.append(button("Close", "Esc", () => dialog.close()));
  return dialog;
}

function drawAnsweringFrame(root, page) {
  const related = page.data.part === "related";
  const part = {
    progress: element("span", { class: "progress" }),
    status: element("span", { class: "status" }),
    refused: element("div", { class: "refused", role: "alert" }),
    card: element("article", { tabindex: "-1", "aria-label": "Question" }),
    live: element("div", { class: "unseen", role: "status", "aria-live": "polite" }),
    help: drawAnswerHelp(),
  };
  const same = button(related ? "Really the same report" : "Same report", "S", () => page.answer("same"), "include");
  const different = button(related ? "Not related" : "Different", "D", () => page.answer("different"), "exclude");
  const study = button("Same study", "J", () => page.answer("study"), related ? "include" : "");
  if (related) same.className = "";
  part.study = study;
  part.answers = related ? [study, different, same] : [same, different, study];
  part.skip = button("Skip", "K", () => page.skip());
  part.undo = button("Undo", "Z", () => page.undo());
  const actions = element("div", { class: "actions", role: "group", "aria-label": "Your answer" });
  if (page.data.may_answer) {
    actions.append(...part.answers, part.skip, element("span", { class: "gap" }), part.undo,
      button("Back", "←", () => page.look(-1)), button("Forward", "→", () => page.look(1)));
  } else {
    actions.append(element("p", { class: "missing" }, "Owners, reviewers and adjudicators answer these questions."));
  }
  root.replaceChildren(
    element("div", { class: "bar" }, part.progress, part.status,
      element("span", { class: "tools" }, button("Help", "?", () => part.help.showModal(), "small"))),
    part.refused,
    part.card,
    actions,
    part.help,
    part.live,
  );
  return part;
}
