// What comes next: the records held in the browser, one's own latest votes, and the counts.

const AT_ONCE = 30;
const REFILL_BELOW = 20;

class Supply {
  drawStatusLine() {
    // Always one of: saved, saving (n), offline, sign in again.
    const { outbox, part } = this;
    const n = outbox.size();
    const waiting = n === 1 ? "1 vote waiting" : `${n} votes waiting`;
    let text = n ? `Saving ${n} …` : "All saved";
    let kind = n ? "saving" : "saved";
    if (outbox.problem || this.problem) {
      kind = outbox.problem || this.problem;
      const why = (outbox.problem ? outbox.sentence : this.failure) || "Sign in again.";
      text = kind === "offline" ? `Offline: ${waiting}` : why.replace(/\.$/, `: ${waiting}.`);
    }
    if (!outbox.waiting.kept) text += " (this browser keeps nothing: do not close the page)";
    if (part.status.dataset.kind !== kind || part.status.dataset.text !== text) {
      const was = part.status.dataset.kind;
      const problem = ["offline", "signed-out"];
      if (problem.includes(kind) !== problem.includes(was)) this.say(text);
      part.status.replaceChildren(text);
      if (kind === "signed-out") part.status.append(" ", this.signInLink());
      Object.assign(part.status.dataset, { kind, text });
    }
    if (this.counts) {
      part.progress.textContent = `${this.counts.mine.toLocaleString("en")} screened · ${this.counts.remaining.toLocaleString("en")} to go`;
    }
    this.drawRefused();
  }

  signInLink() {
    return element("a", { href: window.location.pathname }, "Sign in");
  }

  drawRefused() {
    const items = this.outbox.refused.entries();
    const drawn = items.map(({ name }) => name).join();
    if (this.part.refused.dataset.drawn === drawn) return;
    this.part.refused.dataset.drawn = drawn;
    this.part.refused.replaceChildren(...items.map(({ name, item }) => {
      const gone = button("Dismiss", "", () => {
        this.outbox.refused.remove(name);
        this.drawRefused();
      }, "small");
      const { verdict, reason, record } = item.given;
      const act = verdict ? verdictText(verdict, reason, this.data.reasons) : "a vote";
      const about = record ? `${act} for “${item.shown}” (record ${record})` : act;
      return element("p", {}, element("span", {}, `Not saved: ${about}. ${item.sentence}`), gone);
    }));
  }

  say(text) { this.part.live.textContent = text; }

  tell(text) {
    // for eyes and ears: what was asked for and cannot be
    this.part.told.textContent = text;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { this.part.told.textContent = ""; }, 12000);
  }

  count(step) {
    this.counts.mine += step;
    this.counts.remaining = Math.max(0, this.counts.remaining - step);
  }

  outboxChanged(event) {
    if (event?.newValue) {
      // another tab of the same member voted: its record leaves the records still to come here
      const held = new Set(this.outbox.records(this.data.stage));
      this.queue = this.queue.filter(({ card }) => !held.has(card.record));
      this.passOn(event.newValue);
    }
    clearTimeout(this.counting);
    if (!this.outbox.size()) this.counting = setTimeout(() => this.loadCounts(), 1000);
    this.drawStatus();
  }

  get(path, query) {
    const address = `${path}?${new URLSearchParams({ stage: this.data.stage, ...query })}`;
    return ask(address, this.outbox.headers);
  }

  async refill(anyway = false) {
    if (this.filling || this.ending.signal.aborted) return;
    if (this.queue.length >= REFILL_BELOW && !anyway) return;
    if (this.empty && !anyway && this.current && this.queue.length) return;
    this.filling = true;
    clearTimeout(this.timer);
    const held = [this.current, ...this.queue].filter(Boolean).map(({ card }) => card.record);
    const skip = [...held, ...this.outbox.records(this.data.stage)].slice(0, 400).join();
    const n = this.queue.length < REFILL_BELOW ? AT_ONCE : 1; // one: only whether there may be more
    const { response, told } = await this.get("/api/screening/next", { n, skip });
    this.filling = false;
    if (this.ending.signal.aborted) return;
    if (response?.ok) this.take(told.cards);
    else this.refillFailed(response?.status ?? 0, told.error);
    if (!this.current && this.queue.length) this.current = this.queue.shift();
    if (this.back === null && this.current !== this.drawn) this.draw();
    this.drawn = this.current;
    this.drawStatus();
  }

  take(cards) {
    const here = new Set([this.current, ...this.queue].filter(Boolean).map((e) => e.card.record));
    const sent = new Set(this.outbox.records(this.data.stage));
    const fresh = cards.filter(({ record }) => !here.has(record) && !sent.has(record));
    // what was reopened is judged anew, blind to the round before, one's own part in it included
    const anew = new Set(fresh.map(({ record }) => record));
    if (this.back === null) this.past = this.past.filter((e) => !anew.has(e.card?.record ?? e.record));
    this.queue.push(...fresh.map((card) => ({ card })));
    this.problem = null;
    this.failure = "";
    this.empty = !fresh.length;
    if (this.empty && !this.current) this.drawn = undefined;
    this.loadCounts();
  }

  refillFailed(status, sentence) {
    this.problem = status === 401 ? "signed-out" : status < 400 || status >= 500 ? "offline" : null;
    this.failure = sentence || "The server does not answer; your votes wait in this browser.";
    // a closed stage, or a role taken away: what is held here cannot be voted on either
    const isRefused = [403, 409].includes(status);
    if (isRefused) this.giveUp();
    this.empty = isRefused;
    if (!this.current) this.drawn = undefined;
    this.timer = setTimeout(() => this.refill(true), isRefused ? 30000 : 3000);
  }

  async loadCounts() {
    // While votes are on their way the count is kept here; the server is asked again after the last.
    const before = this.outbox.count;
    if (this.outbox.size()) return;
    const { response, told } = await this.get("/api/screening/progress");
    if (!response?.ok || this.outbox.count !== before) return;
    this.counts = told;
    this.drawStatus();
  }

  async loadPast() {
    const { response, told } = await this.get("/api/screening/mine");
    if (!response?.ok) return;
    const known = new Set(this.past.map(({ card, record }) => card?.record ?? record));
    const older = told.votes.filter(({ record }) => !known.has(record)).reverse();
    this.past.unshift(...older.map((vote) => ({ ...vote, card: null })));
    if (this.back !== null) this.back += older.length;
    this.drawStatus();
  }

  async fetchAbstract(entry, fetching, told) {
    fetching.disabled = true;
    told.textContent = "Asking PubMed …";
    const given = { record: entry.card.record, stage: this.data.stage };
    const found = await ask("/api/screening/abstract", this.outbox.headers, given);
    if (found.response?.ok) entry.card = found.told.card;
    if (found.response?.ok && this.shown() === entry) {
      this.drawCard();
      this.part.card.focus();
      this.say("The abstract is here.");
    }
    fetching.disabled = false;
    told.textContent = found.told.error || "The server does not answer; try again later.";
  }

  async fetchCard(entry) {
    const { response, told } = await this.get("/api/screening/card", { record: entry.record });
    if (response?.ok) entry.card = told.card;
    else this.tell(told.error || "That record cannot be fetched now.");
    if (!response?.ok) this.back = null;
    return Boolean(response?.ok);
  }
}
