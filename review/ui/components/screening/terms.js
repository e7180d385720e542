// The team's terms: how many a record has, and marking selected words for everybody.

function drawTermParts(page, part) {
  const signal = page.ending.signal;
  part.hits = element("span", { class: "hits" });
  part.chosen = element("span", { class: "chosen" });
  part.marker = element(
    "div",
    { class: "marker", role: "group", "aria-label": "Mark the words selected", hidden: true },
    part.chosen,
    button("Mark for inclusion", "", () => sayTerm(page, page.selected, true), "small include"),
    button("Mark for exclusion", "", () => sayTerm(page, page.selected, false), "small exclude"),
  );
  // a press on a button must not take the selection away before the click counts
  part.marker.addEventListener("mousedown", (event) => event.preventDefault());
  document.addEventListener("selectionchange", () => chooseSelection(page), { signal });

  const field = element("input", { id: "term", type: "text", maxlength: "200" });
  const add = (include) => () => field.value.trim()
    && sayTerm(page, field.value, include).then((said) => { if (said) field.value = ""; });
  part.terms = element("div", {});
  part.termBox = element(
    "details",
    { class: "terms" },
    element("summary", {}, "Terms marked"),
    part.terms,
    element("label", { for: "term" }, "Another: a word, a phrase, a stem*, or /an expression/"),
    field,
    element("p", { class: "row" }, button("For inclusion", "", add(true), "small include"),
      button("For exclusion", "", add(false), "small exclude")),
  );
  drawTermList(page, part);
}

function drawTermList(page, part = page.part) {
  const { highlight } = page.data;
  part.terms.replaceChildren(...[["include", "For inclusion"], ["exclude", "For exclusion"]]
    .flatMap(([side, title]) => {
      const items = (highlight[side] || []).map((term) => {
        const gone = button("×", "", () => sayTerm(page, term, side === "include", true), "bare");
        gone.setAttribute("aria-label", `No longer mark ${term}`);
        return element("li", {}, element("mark", { class: side }, term), gone);
      });
      if (!items.length) return [];
      return [element("h3", { class: side }, title), element("ul", {}, ...items)];
    }));
}

function drawHits(page) {
  // how many marks the record in view has, by side; what is marked is no judgement
  const marks = [...page.part.card.querySelectorAll("mark")];
  const some = ["include", "exclude"].filter((side) => (page.data.highlight[side] || []).length);
  const words = { include: "for inclusion", exclude: "for exclusion" };
  page.part.hits.replaceChildren(...some.map((side) => {
    const n = marks.filter((mark) => mark.classList.contains(side)).length;
    return element("span", {}, element("mark", { class: side }, String(n)), ` ${words[side]}`);
  }));
}

function chooseSelection(page) {
  const tree = page.root.getRootNode();
  const selection = tree.getSelection ? tree.getSelection() : document.getSelection();
  const text = String(selection ?? "").replace(/\s+/g, " ").trim();
  const inside = text && selection.anchorNode && page.part.card.contains(selection.anchorNode);
  page.selected = inside && text.length <= 100 ? text : "";
  page.part.marker.hidden = !page.selected;
  if (page.selected) page.part.chosen.textContent = `“${page.selected}”`;
}

async function sayTerm(page, term, include, remove = false) {
  // Returns whether it was done; the marks of the record in view follow at once.
  const given = { term, include, remove };
  const { response, told } = await ask("/api/screening/term", page.outbox.headers, given);
  if (!response?.ok) {
    page.tell(told.error || "The server does not answer; the terms are as they were.");
    return false;
  }
  page.data.highlight = told.highlight;
  page.pattern = compileTerms(told.highlight);
  page.setMarks(true);
  drawTermList(page);
  page.part.marker.hidden = true;
  page.drawCard();
  page.say(remove ? `${term} is no longer marked.` : `${term} is marked.`);
  return true;
}
