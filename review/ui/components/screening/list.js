// Screening in a list: obvious excludes, one or several at once, each its own vote with its own key.

const ROWS = 50;
const LIST_HELP = [
  ["J K, ↓ ↑", "Next and previous record"],
  ["X", "Select the record; with Shift all from the last one selected"],
  ["E", "Exclude what is selected, or the record in focus where nothing is"],
  ["1 … 9, 0", "The same for that reason"],
  ["Z", "Undo: take back the whole of the last exclusion"],
  ["O", "Show or hide the abstract"],
  ["H", "Highlights on or off"],
  ["?", "This help"],
];

class ListScreening extends Supply {
  constructor(root, data) {
    super();
    Object.assign(this, { root, data, queue: [], batches: [], counts: null, at: null, anchor: null });
    this.chosen = new Set();
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.pattern = compileTerms(data.highlight);
    this.outbox = new Outbox({
      review: data.review,
      member: data.member,
      signal,
      onChange: (event) => this.outboxChanged(event),
      onSaved: () => {},
      onRefused: (item, sentence) => this.refusedWithdrawal(item, sentence),
    });
    this.part = drawListFrame(root, this);
    this.setMarks(stored("review-highlights") !== "off");
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    this.drawStatus();
    this.outbox.send();
    this.refill();
  }

  end() {
    this.ending.abort();
    for (const timer of [this.timer, this.counting, this.telling]) clearTimeout(timer);
  }

  drawStatus() {
    this.drawStatusLine();
    const n = this.chosen.size;
    this.part.exclude.querySelector("span").textContent = n ? `Exclude ${n} selected` : "Exclude";
    this.part.exclude.disabled = !this.queue.length;
    this.part.undo.disabled = !this.batches.length;
  }

  outboxChanged(event) {
    if (event?.newValue) {
      // another tab voted: its records leave this list
      const held = new Set(this.outbox.records(this.data.stage));
      for (const entry of this.queue.filter(({ card }) => held.has(card.record))) this.drop(entry);
    }
    clearTimeout(this.counting);
    if (!this.outbox.size()) this.counting = setTimeout(() => this.loadCounts(), 1000);
    this.drawStatus();
  }

  // What is shown

  async refill() {
    if (this.filling || this.ending.signal.aborted) return;
    this.filling = true;
    clearTimeout(this.timer);
    const held = this.queue.map(({ card }) => card.record);
    const skip = [...held, ...this.outbox.records(this.data.stage)].slice(0, 400).join();
    const n = Math.max(1, ROWS - this.queue.length);
    const { response, told } = await this.get("/api/screening/next", { n, skip });
    this.filling = false;
    if (this.ending.signal.aborted) return;
    if (response?.ok) this.take(told.cards);
    else {
      this.refillFailed(response?.status ?? 0, told.error);
      this.part.empty.textContent = this.failure;
    }
    this.part.empty.hidden = this.queue.length > 0;
    this.drawStatus();
  }

  take(cards) {
    const out = new Set([...this.queue.map(({ card }) => card.record),
      ...this.outbox.records(this.data.stage)]);
    for (const card of cards.filter(({ record }) => !out.has(record))) this.put({ card });
    Object.assign(this, { problem: null, failure: "", current: this.queue[0] });
    this.part.empty.textContent = "Nothing is left for you to screen here.";
    this.at ??= this.queue[0] || null;
    this.drawCursor(false);
    this.loadCounts();
  }

  put(entry, before = null) {
    entry.key = uuid();
    drawRow(this, entry);
    const at = before ? this.queue.indexOf(before) : this.queue.length;
    this.queue.splice(at, 0, entry);
    this.part.rows.insertBefore(entry.row, before?.row || null);
  }

  drop(entry) {
    const at = this.queue.indexOf(entry);
    if (at < 0) return;
    this.queue.splice(at, 1);
    this.chosen.delete(entry);
    entry.row.remove();
    if (this.anchor === entry) this.anchor = null;
    if (this.at === entry) this.at = this.queue[Math.min(at, this.queue.length - 1)] || null;
  }

  drawCursor(focus = true) {
    for (const { row } of this.queue) row.removeAttribute("aria-current");
    if (!this.at) return;
    this.at.row.setAttribute("aria-current", "true");
    if (focus) this.at.box.focus();
  }

  giveUp() {
    for (const entry of [...this.queue]) this.drop(entry);
  }

  // What the reviewer does

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || this.part.help.open || isTyping(event)) return;
    if (document.querySelector('[role="dialog"], [data-testid="stDialog"]')) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const moves = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    const reason = digit && this.data.reasons[(Number(digit) + 9) % 10 + (event.shiftKey ? 10 : 0)];
    const acts = {
      x: () => this.choose(this.at, event.shiftKey),
      e: () => this.exclude(),
      z: () => this.undo(),
      o: () => this.open(this.at),
      h: () => this.setMarks(this.root.classList.contains("plain")),
      "?": () => this.part.help.showModal(),
    };
    if (!Object.hasOwn(moves, name) && !Object.hasOwn(acts, name) && !reason) return;
    event.preventDefault();
    if (Object.hasOwn(moves, name)) this.move(moves[name]);
    else if (!event.repeat) (reason ? () => this.exclude(reason.code) : acts[name])();
  }

  move(step) {
    const at = this.queue.indexOf(this.at) + step;
    if (at < 0 || at >= this.queue.length) return;
    this.at = this.queue[at];
    this.drawCursor();
  }

  choose(entry, upto = false) {
    if (!entry) return;
    this.at = entry;
    const here = this.queue.indexOf(entry);
    const from = upto && this.anchor ? this.queue.indexOf(this.anchor) : here;
    const on = upto && this.anchor ? true : !this.chosen.has(entry);
    for (const one of this.queue.slice(Math.min(from, here), Math.max(from, here) + 1)) {
      if (on) this.chosen.add(one);
      else this.chosen.delete(one);
      one.box.checked = on;
      one.row.classList.toggle("selected", on);
    }
    this.anchor = entry;
    this.drawCursor();
    this.drawStatus();
    this.say(`${this.chosen.size} selected.`);
  }

  exclude(reason = this.part.reason.value || null) {
    const some = this.chosen.size ? this.queue.filter((one) => this.chosen.has(one)) : [this.at];
    if (!some[0]) return;
    const batch = some.map((entry) => ({ entry, before: null }));
    const after = this.queue.slice(this.queue.indexOf(some.at(-1)) + 1).find((one) => !this.chosen.has(one));
    for (const one of batch) one.before = after || null;
    for (const entry of some) {
      const { record, title, round } = entry.card;
      const { stage } = this.data;
      const given = { record, verdict: "exclude", stage, round: round?.[stage], reason, key: entry.key };
      this.drop(entry);
      this.outbox.put("/api/screening/vote", given, title);
    }
    this.batches.push(batch);
    if (this.counts) this.count(some.length);
    this.at = after || this.queue.at(-1) || null;
    this.drawCursor();
    this.say(`Excluded: ${some.length === 1 ? some[0].card.title : `${some.length} records`}. Z undoes it.`);
    this.outbox.send();
    this.drawStatus();
    if (this.queue.length < ROWS / 2) this.refill();
  }

  undo() {
    const batch = this.batches.pop();
    if (!batch) return this.say("There is nothing to undo.");
    for (const { entry, before } of batch) {
      const { record, title } = entry.card;
      this.outbox.put("/api/screening/withdraw", { record, stage: this.data.stage, key: uuid() }, title);
      this.put(entry, this.queue.includes(before) ? before : this.queue[0]);
    }
    if (this.counts) this.count(-batch.length);
    this.at = batch[0].entry;
    this.part.empty.hidden = true;
    this.drawCursor();
    this.say(batch.length === 1 ? "Undone." : `Undone: ${batch.length} records are back.`);
    this.outbox.send();
    this.drawStatus();
  }

  refusedWithdrawal(item, sentence) {
    if (item.path !== "/api/screening/withdraw") {
      queueMicrotask(() => this.refill()); // whether the stage still takes votes at all
      return false;
    }
    const entry = this.queue.find(({ card }) => card.record === item.given.record);
    if (entry) this.drop(entry);
    this.tell(`Record ${item.given.record} (“${item.shown}”) stays excluded. ${sentence}`);
    this.drawCursor(false);
    return true;
  }

  open(entry) {
    if (!entry) return;
    const hidden = !entry.more.hidden;
    entry.more.hidden = hidden;
    entry.opener.setAttribute("aria-expanded", String(!hidden));
    if (!hidden) {
      entry.more.replaceChildren(...drawNotices(entry.card), drawLinks(entry.card),
        drawAbstract(entry.card, this.pattern));
    }
  }

  setMarks(on) {
    this.root.classList.toggle("plain", !on);
    this.part.marks.setAttribute("aria-pressed", String(on));
    store("review-highlights", on ? "on" : "off");
  }
}

function drawRow(page, entry) {
  const { card } = entry;
  const title = card.title || "(no title)";
  entry.box = element("input", { type: "checkbox", "aria-label": `Select: ${title}` });
  entry.box.addEventListener("click", (event) => page.choose(entry, event.shiftKey));
  entry.opener = element("button", { type: "button", class: "title", "aria-expanded": "false" });
  entry.opener.append(marked(title, page.pattern));
  entry.opener.addEventListener("click", () => {
    page.at = entry;
    page.open(entry);
    page.drawCursor(false);
  });
  entry.more = element("div", { class: "more", hidden: true });
  const flag = card.retracted ? element("strong", {}, "Retracted. ") : null;
  entry.row = element(
    "tr",
    { "data-record": card.record },
    element("td", {}, entry.box),
    element("th", { scope: "row" }, flag, entry.opener, entry.more),
    element("td", {}, card.journal || ""),
    element("td", {}, String(card.year ?? "")),
    element("td", { class: "terms" }, ...drawTermsFound(card, page.pattern)),
  );
}

function drawTermsFound(card, pattern) {
  // the exclusion terms in the whole record, each once, with how often it is there
  const text = [card.title, card.abstract, ...(card.keywords || []), ...(card.mesh || [])].join("\n");
  const found = new Map();
  for (const match of pattern ? text.matchAll(pattern) : []) {
    if (!match[0] || match.groups.exclude === undefined) continue;
    const word = match[0].toLowerCase();
    found.set(word, (found.get(word) || 0) + 1);
  }
  return [...found].map(([word, n]) =>
    element("span", {}, element("mark", { class: "exclude" }, word), n > 1 ? ` ×${n} ` : " "));
}

function drawListFrame(root, page) {
  const part = {
    progress: element("span", { class: "progress" }),
    status: element("span", { class: "status" }),
    refused: element("div", { class: "refused", role: "alert" }),
    told: element("p", { class: "told", role: "alert" }),
    rows: element("tbody", {}),
    empty: element("p", { class: "missing" }, "Fetching your next records …"),
    reason: element("select", { id: "reason" }, element("option", { value: "" }, "no reason")),
    live: element("div", { class: "unseen", role: "status", "aria-live": "polite" }),
  };
  part.reason.append(...page.data.reasons.map(({ code, label }, position) =>
    element("option", { value: code }, `${digitOf(position)} ${label}`)));
  part.reason.addEventListener("change", () => page.drawCursor());
  part.exclude = button("Exclude", "E", () => page.exclude(), "exclude");
  part.undo = button("Undo", "Z", () => page.undo());
  part.marks = button("Highlights", "H", () => page.setMarks(root.classList.contains("plain")), "small");
  const rows = LIST_HELP.map(([key, what]) => element("tr", {},
    element("th", { scope: "row" }, element("kbd", {}, key)), element("td", {}, what)));
  part.help = element("dialog", { "aria-label": "Keys" }, element("h2", {}, "Keys"),
    element("table", {}, ...rows), element("p", {}, "No key acts while you type in a field."));
  part.help.append(button("Close", "Esc", () => part.help.close()));
  const heads = ["Selected", "Title", "Journal", "Year", "Exclusion terms"].map((name, at) =>
    element("th", { scope: "col" }, at ? name : element("span", { class: "unseen" }, name)));
  root.replaceChildren(
    element("div", { class: "bar" }, part.progress, part.status,
      element("span", { class: "tools" }, part.marks,
        button("Help", "?", () => part.help.showModal(), "small"))),
    part.refused,
    part.told,
    element("table", { class: "list" }, element("thead", {}, element("tr", {}, ...heads)), part.rows),
    part.empty,
    element("div", { class: "actions", role: "group", "aria-label": "Your votes" }, part.exclude,
      element("label", { for: "reason" }, "because"), part.reason,
      element("span", { class: "gap" }), part.undo),
    part.help,
    part.live,
  );
  return part;
}

const Page = ListScreening;
