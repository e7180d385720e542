// The screening page: which record is shown, what a key does, what comes next.

class Screening extends Supply {
  constructor(root, data, before) {
    super();
    // where only the terms or the criteria changed, the records at hand stay: no key meets an empty page
    const { queue = [], past = [], back = null, current = null } = before ?? {};
    Object.assign(this, { root, data, queue, past, back, current });
    this.ending = new AbortController();
    this.pattern = compileTerms(data.highlight);
    this.counts = null;
    this.empty = false;
    this.outbox = new Outbox({
      review: data.review,
      member: data.member,
      signal: this.ending.signal,
      onChange: (event) => this.outboxChanged(event),
      onSaved: () => {},
      onRefused: (item, sentence) => this.refusedWithdrawal(item, sentence),
    });
    this.part = drawFrame(root, this);
    this.setMarks(stored("review-highlights") !== "off");
    this.setSize(Number(stored("review-text-size")) || 0);
    listenToKeys(this);
    this.part.note.addEventListener("input", () => keepDraft(this, this.shown()));
    document.addEventListener("visibilitychange", () => this.clock(), { signal: this.ending.signal });
    window.addEventListener("focus", () => this.empty && this.refill(), { signal: this.ending.signal });
    this.draw();
    this.outbox.send();
    this.refill();
    this.loadPast();
  }

  end() {
    this.ending.abort();
    clearTimeout(this.timer);
    clearTimeout(this.counting);
    clearTimeout(this.telling);
  }

  // What is shown

  shown() { return this.back === null ? this.current : this.past[this.back]; }

  draw() {
    const entry = this.shown();
    const { past } = this.part;
    past.hidden = this.back === null && !entry?.message;
    past.textContent = this.pastText(entry);
    for (const one of [...this.part.verdicts, ...this.part.reasons.querySelectorAll("button")]) {
      one.disabled = !entry?.card;
      const mine = one.dataset.reason ?? (entry?.reason ? null : one.className);
      const isMine = entry?.verdict && [entry.reason, entry.verdict].includes(mine);
      one.setAttribute("aria-pressed", String(Boolean(isMine)));
    }
    this.part.reasons.classList.remove("asked");
    this.part.note.disabled = !entry?.card;
    this.part.note.value = entry ? draftOf(this, entry) : "";
    this.drawCard();
    if (entry?.card) entry.key ??= uuid();
    this.clock(entry);
    this.drawStatus();
  }

  drawCard() {
    const entry = this.shown();
    const fetching = (...parts) => this.fetchAbstract(entry, ...parts);
    const drawn = entry?.card ? drawCard(entry.card, this.pattern, fetching) : this.waitingText();
    this.part.card.replaceChildren(...drawn);
    drawHits(this);
  }

  pastText(entry) {
    if (this.back === null) return entry?.message || "";
    const verdict = verdictText(entry.verdict, entry.reason, this.data.reasons);
    const place = `Looking back, ${this.past.length - this.back} of ${this.past.length}.`;
    return `${place} Your vote: ${verdict}. Vote again to change it, → or Esc to go on.`;
  }

  waitingText() {
    const again = button("Look again", "", () => this.refill(true));
    if (this.failure) {
      return [element("h2", {}, "No record to show"), element("p", {}, this.failure), again];
    }
    if (!this.empty) return [element("p", { class: "missing" }, "Fetching your next records …")];
    return [
      element("h2", {}, "Nothing is left for you to screen here"),
      element("p", {}, "Your votes at this stage are in. New records appear here once a search is "
        + "imported, or once another stage lets them through."),
      again,
    ];
  }

  drawStatus() {
    this.drawStatusLine();
    this.part.undo.disabled = !this.past.length;
  }

  clock(entry = this.shown()) {
    // Counts for each record only the time it was in view.
    const now = performance.now();
    if (this.timed) this.timed.spent = (this.timed.spent || 0) + (now - this.since) / 1000;
    this.timed = document.hidden ? null : entry;
    this.since = now;
  }

  passOn(act) {
    // The record in view was voted on in another tab: where nobody looks at this one, on to the next.
    const { given = {} } = JSON.parse(act) ?? {};
    const entry = this.current;
    const isHere = given.verdict && given.stage === this.data.stage && given.record === entry?.card.record;
    if (!isHere || document.hasFocus()) return;
    this.past.push(Object.assign(entry, { verdict: given.verdict, reason: given.reason, note: given.note }));
    this.current = this.queue.shift() || null;
    if (this.back === null) this.draw();
    this.refill();
  }

  giveUp() {
    this.queue = [];
    this.current = null;
  }

  // What the reviewer does

  exclude() {
    if (!this.shown()?.card) return;
    if (!this.data.reason_required || !this.data.reasons.length) this.vote("exclude");
    else this.askReason();
  }

  askReason() {
    this.part.reasons.classList.add("asked");
    this.part.reasons.querySelector("button").focus();
    this.say("Choose the reason: press its digit. Esc to go back.");
  }

  vote(verdict, reason = null) {
    const entry = this.shown();
    if (!entry?.card) return;
    this.clock(null);
    const note = this.part.note.value.trim() || null;
    const given = {
      record: entry.card.record,
      verdict,
      stage: this.data.stage,
      round: entry.card.round?.[this.data.stage],
      reason,
      note,
      key: entry.key,
      seconds: Math.min(Math.round((entry.spent || 0) * 10) / 10, 86400),
    };
    forgetDraft(this, entry);
    const isNew = this.back === null;
    Object.assign(entry, { verdict, reason, note, key: null, spent: 0, message: "" });
    if (isNew) {
      this.past.push(entry);
      this.current = this.queue.shift() || null;
      if (this.counts) this.count(1);
    }
    this.back = null;
    if (isInside(this.part.reasons) || isInside(this.part.note)) this.part.card.focus();
    this.draw();
    this.scrollUp();
    const next = this.current?.card.title;
    this.say(`${VERDICTS[verdict]}. ${next ? `Next: ${next}` : "No further record is here."}`);
    this.outbox.add("/api/screening/vote", given, entry.card.title);
    this.refill();
  }

  undo() {
    const entry = this.back === null ? this.past.at(-1) : this.past[this.back];
    if (!entry) return this.say("There is nothing to undo.");
    if (!entry.card) return this.fetchCard(entry).then((found) => found && this.undo());
    this.past.splice(this.past.indexOf(entry), 1);
    if (this.current) this.queue.unshift(this.current);
    const was = verdictText(entry.verdict, entry.reason, this.data.reasons);
    Object.assign(entry, { was: entry.verdict, verdict: null, key: null });
    entry.message = `Undone: ${was}. Vote again.`;
    this.current = entry;
    this.back = null;
    if (this.counts) this.count(-1);
    this.draw();
    this.scrollUp();
    this.say(`${entry.message} ${entry.card.title}`);
    const given = { record: entry.card.record, stage: this.data.stage, key: uuid() };
    this.outbox.add("/api/screening/withdraw", given, entry.card.title);
  }

  refusedWithdrawal(item, sentence) {
    // Returns whether it was one: the vote stands then, and the next one changes it.
    if (item.path !== "/api/screening/withdraw") {
      queueMicrotask(() => this.refill(true)); // whether the stage still takes votes at all
      return false;
    }
    const entry = this.current;
    if (entry?.card.record === item.given.record && !entry.verdict) {
      entry.message = `Your vote (${VERDICTS[entry.was]}) stands until you vote again. ${sentence}`;
      this.draw();
      this.say(entry.message);
    }
    return true;
  }

  async look(step) {
    const at = (this.back ?? this.past.length) + step;
    if (at < 0) return this.say("There is no earlier record here.");
    if (at > this.past.length) return;
    this.back = at === this.past.length ? null : at;
    const entry = this.shown();
    if (this.back !== null && !entry.card && !(await this.fetchCard(entry))) return;
    if (entry !== this.shown()) return; // pressed on while it was fetched
    this.draw();
    this.scrollUp();
    if (this.back !== null) this.say(`${this.part.past.textContent} ${entry.card.title}`);
  }

  leave() {
    // Esc: out of the note, the question for a reason, or the look back.
    this.part.reasons.classList.remove("asked");
    if (isInside(this.part.note) || isInside(this.part.reasons)) this.part.card.focus();
    else if (this.back !== null) this.look(this.past.length - this.back);
  }

  openFullText() {
    const card = this.shown()?.card;
    if (!card) return;
    const doi = doiOf(card) && `https://doi.org/${encodeURI(doiOf(card))}`;
    const address = fullTextAddress(card) || doi || pubmedAddress(card) || webAddress(card.url || "");
    if (address) window.open(address, "_blank", "noopener,noreferrer");
    else this.say("This record has no link.");
  }

  scrollUp() {
    if (this.root.getBoundingClientRect().top < 0) this.root.scrollIntoView({ block: "start" });
  }

  toggleMarks() { this.setMarks(this.root.classList.contains("plain")); }

  setMarks(on) {
    this.root.classList.toggle("plain", !on);
    this.part.marks.setAttribute("aria-pressed", String(on));
    store("review-highlights", on ? "on" : "off");
  }

  resize(step) { this.setSize((this.size || 0) + step); }

  setSize(size) {
    this.size = Math.max(-2, Math.min(5, size));
    this.root.style.setProperty("--size", String(1.0625 + this.size * 0.0925));
    store("review-text-size", String(this.size));
  }
}

const Page = Screening;
