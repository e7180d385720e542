// Which question is shown, what a key answers, and what is on its way to the server.
//
// The next question is painted before an answer is saved. What is not saved waits in the page, is
// sent again until the server answers, and leaving with it warns; lost, its question is asked again.

const SAID = { same: "Same report", different: "Different", study: "Same study" };
const ASK_AT_ONCE = 12;
const ASK_BELOW = 6;

const ANSWER_KEYS = {
  s: (page) => page.answer("same"),
  d: (page) => page.answer("different"),
  j: (page) => page.answer("study"),
  k: (page) => page.skip(),
  " ": (page) => page.skip(),
  z: (page) => page.undo(),
  "?": (page) => page.part.help.showModal(),
  ArrowLeft: (page) => page.look(-1),
  ArrowRight: (page) => page.look(1),
  Escape: (page) => page.look(page.past.length),
};

class Answering {
  constructor(root, data) {
    Object.assign(this, { root, data, queue: [], past: [], back: null, open: null, waiting: 0 });
    this.headers = { "X-Review": data.review, "X-Member": String(data.member) };
    this.ending = new AbortController();
    this.sending = Promise.resolve();
    this.problem = "";
    this.part = drawAnsweringFrame(root, this);
    const { signal } = this.ending;
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    window.addEventListener("beforeunload", (event) => this.waiting && event.preventDefault(), { signal });
    window.addEventListener("focus", () => this.refill(), { signal });
    this.draw();
    this.refill();
  }

  end() { this.ending.abort(); }

  shown() { return this.back === null ? this.queue[0] : this.past[this.back]; }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || this.part.help.open || isTyping(event)) return;
    if (document.querySelector('[role="dialog"], [data-testid="stDialog"]')) return;
    const target = event.composedPath()[0];
    if (event.key === " " && target instanceof Element && target.closest("button, a, summary, [role=radio]")) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const place = /^[1-9]$/.test(name) ? Number(name) - 1 : null;
    const known = Object.hasOwn(ANSWER_KEYS, name) ? ANSWER_KEYS[name] : undefined;
    const scrolls = name.startsWith("Arrow") && target instanceof Element && target.matches(".sided")
      && target.scrollWidth > target.clientWidth;
    if ((!known && place === null) || scrolls) return;
    if (!this.data.may_answer && !"?".includes(name)) return;
    event.preventDefault();
    if (event.repeat && !name.startsWith("Arrow")) return; // a key held down is one key
    if (known) known(this);
    else this.pick(place);
  }

  // What is shown

  draw() {
    const entry = this.shown();
    const { card } = this.part;
    const looking = this.back !== null;
    for (const one of this.part.answers) one.disabled = !entry || looking;
    this.part.skip.disabled = looking || this.queue.length < 2;
    this.part.study.hidden = (entry?.question.columns.length ?? 2) !== 2;
    this.part.undo.disabled = !this.past.length;
    card.replaceChildren(...(entry
      ? drawQuestion(entry.question, {
        picked: entry.picked,
        pick: (place) => this.pick(place),
        said: looking ? this.pastText(entry) : entry.message,
      })
      : this.nothing()));
    this.drawStatus();
  }

  pastText(entry) {
    const place = `Looking back, ${this.past.length - this.back} of ${this.past.length}.`;
    return `${place} Your answer: ${SAID[entry.answer]}. Z takes it back, → or Esc goes on.`;
  }

  nothing() {
    if (this.failure) return [element("h2", {}, "No question to show"), element("p", {}, this.failure)];
    if (this.open === null || this.filling) return [element("p", { class: "missing" }, "Fetching the questions …")];
    const { part } = this.data;
    const done = { questions: "No open questions about duplicates.", related: "No related reports wait for an answer.", chosen: "Done." };
    const next = element("ul", {});
    const hint = (path, text, more) => next.append(element("li", {}, element("a", { href: path }, text), ` ${more}`));
    if (part !== "questions") hint("duplicates", "Questions", "about what may be the same report");
    if (part !== "related") hint("duplicates?part=related", "Related reports", "such as an abstract and its article");
    hint("duplicates?part=merged", "Merged records", "to look through, and split where one is wrong");
    hint("screen", "Screening", "can begin or go on");
    const after = part === "questions"
      ? "After each import, look for duplicates under “Find duplicates”; what is uncertain is asked here."
      : "";
    return [element("h2", {}, done[part]), element("p", {}, after), element("p", {}, "Next:"), next];
  }

  drawStatus() {
    const done = this.past.length;
    const left = Math.max(this.open ?? 0, this.queue.length);
    const { status, progress } = this.part;
    if (this.open !== null && this.data.part !== "chosen") {
      progress.textContent = left
        ? `Question ${done + 1} of ${done + left} · ${done} answered`
        : `${done} of ${done} answered`;
    }
    const kind = this.problem || (this.waiting ? "saving" : "saved");
    const n = this.waiting === 1 ? "1 answer waiting" : `${this.waiting} answers waiting`;
    const text = { saved: "All saved", saving: `Saving ${this.waiting} …`, offline: `Offline: ${n}`, "signed-out": `Sign in again: ${n}` }[kind];
    if (status.textContent !== text) status.textContent = text;
    status.dataset.kind = kind;
  }

  say(text) { this.part.live.textContent = text; }

  scrollUp() {
    if (this.root.getBoundingClientRect().top < 0) this.root.scrollIntoView({ block: "start" });
  }

  // What a person does

  pick(place) {
    const entry = this.shown();
    if (!entry || this.back !== null || entry.question.columns.length < 3) return;
    if (place >= entry.question.columns.length) return;
    if (entry.picked.has(place)) entry.picked.delete(place);
    else entry.picked.add(place);
    this.draw();
    this.say(`Record ${letterOf(place)} is ${entry.picked.has(place) ? "in" : "out"}.`);
  }

  answer(answer) {
    const entry = this.shown();
    if (!entry || this.back !== null) return;
    const numbers = entry.question.columns.map(({ record }) => record);
    if (answer === "study" && numbers.length !== 2) return this.say("Same study is answered for two records at a time.");
    const isIn = answer !== "different";
    const together = isIn ? numbers.filter((_, place) => entry.picked.has(place)) : [];
    if (isIn && together.length < 2) return this.say("Tick at least two records that are the same report.");
    const apart = numbers.filter((record) => !together.includes(record));
    Object.assign(entry, { answer, message: "" });
    this.queue.shift();
    this.past.push(entry);
    this.open = Math.max(0, (this.open ?? 1) - 1);
    const given = { together: together.join(), apart: apart.join(), study: answer === "study" };
    this.send(async () => {
      const told = await this.deliver("/api/duplicates/answer", given, `${SAID[answer]} for records ${numbers.join(", ")}`);
      entry.facts = told?.facts ?? [];
    });
    this.draw();
    this.scrollUp();
    this.say(`${SAID[answer]}. ${this.nextSaid()}`);
    this.refill();
  }

  nextSaid() {
    const next = this.queue[0];
    return next ? `Next: ${next.question.columns[0].title}` : "No further question is here.";
  }

  skip() {
    if (this.back !== null || this.queue.length < 2) return this.say("There is no other question here.");
    const skipped = this.queue.shift();
    skipped.message = "Skipped before.";
    this.queue.push(skipped);
    this.draw();
    this.scrollUp();
    this.say(`Skipped. ${this.nextSaid()}`);
  }

  undo() {
    const entry = this.back === null ? this.past.at(-1) : this.past[this.back];
    if (!entry) return this.say("There is nothing to undo.");
    this.past.splice(this.past.indexOf(entry), 1);
    entry.message = `Undone: ${SAID[entry.answer]}. Answer again.`;
    this.back = null;
    this.queue.unshift(entry);
    this.open = (this.open ?? 0) + 1;
    this.send(async () => {
      // made when its turn comes: by then the answer itself is saved and its facts are known
      if (entry.facts?.length) await this.deliver("/api/duplicates/undo", { facts: entry.facts.join() }, "Undo");
    });
    this.draw();
    this.scrollUp();
    this.say(entry.message);
  }

  look(step) {
    const at = (this.back ?? this.past.length) + step;
    if (at < 0) return this.say("There is no earlier answer here.");
    this.back = at >= this.past.length ? null : at;
    this.draw();
    this.scrollUp();
    const entry = this.shown();
    if (entry) this.say(this.back === null ? this.nextSaid() : this.pastText(entry));
  }

  // What comes and goes

  send(work) {
    this.waiting += 1;
    this.sending = this.sending.then(work).finally(() => {
      this.waiting -= 1;
      if (!this.waiting) this.problem = "";
      this.drawStatus();
      if (!this.waiting && this.queue.length === 0) this.refill();
    });
    this.drawStatus();
  }

  async deliver(path, given, words) {
    for (let failures = 0; !this.ending.signal.aborted; failures += 1) {
      const { response, told } = await ask(path, this.headers, given);
      if (response?.ok) {
        this.problem = "";
        return told;
      }
      const status = response?.status ?? 0;
      if (status >= 400 && status < 500 && ![401, 408, 429].includes(status)) {
        this.problem = "";
        this.refuse(`Not saved: ${words}. ${told.error || `The server answered ${status}.`}`);
        return null;
      }
      this.problem = status === 401 ? "signed-out" : "offline";
      this.drawStatus();
      await new Promise((done) => setTimeout(done, Math.min(500 * 2 ** failures, 15000)));
    }
    return null;
  }

  refuse(sentence) {
    const line = element("p", {}, element("span", {}, sentence));
    line.append(button("Dismiss", "", () => line.remove(), "small"));
    this.part.refused.append(line);
  }

  async refill() {
    const { part, records } = this.data;
    if (this.filling || this.ending.signal.aborted || this.queue.length >= ASK_BELOW) return;
    if (part === "chosen" && this.open !== null) return;
    if (this.queue.length && this.queue.length >= (this.open ?? 0)) return;
    this.filling = true;
    // what is on its way may not be open any more by the time the server looks
    const sent = this.waiting ? this.past.slice(-this.waiting) : [];
    const skip = [...this.queue, ...sent].flatMap(({ question }) => question.columns.map(({ record }) => record));
    const query = new URLSearchParams({ part, records, n: ASK_AT_ONCE, skip: skip.join() });
    const before = this.waiting;
    const { response, told } = await ask(`/api/duplicates/next?${query}`, this.headers);
    this.filling = false;
    if (this.ending.signal.aborted) return;
    if (!response?.ok) {
      this.failure = told.error || "The server does not answer; the page asks again.";
      const again = !response || response.status >= 500;
      if (again) setTimeout(() => this.refill(), 3000);
      if (!this.queue.length) this.draw();
      return;
    }
    this.failure = "";
    const had = this.queue.length;
    const here = new Set(skip);
    for (const question of told.questions) {
      if (question.columns.some(({ record }) => here.has(record))) continue;
      const picked = new Set(question.columns.keys());
      this.queue.push({ question, picked, message: "" });
    }
    if (!before && !this.waiting) this.open = told.open;
    else this.open ??= told.open;
    if (!had && this.back === null) this.draw();
    this.drawStatus();
  }
}
