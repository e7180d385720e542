// What is not yet saved: one entry of the browser's storage per act, sent in order, one at a time.
//
// Each act carries the key made when its card was drawn, so that sending it again after a lost
// answer, a refresh or from a second tab is the same act. An entry leaves the storage only when the
// server has said that it is saved, or that it never can be (then it is shown until dismissed).

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only over https or on localhost
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

class Drawer {
  // A corner of localStorage; where the browser refuses storage, of this page's memory.
  constructor(prefix) {
    this.prefix = prefix;
    this.memory = new Map();
    this.kept = true;
  }

  names() {
    const found = [...this.memory.keys()];
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(this.prefix) && !this.memory.has(name)) found.push(name);
      }
    } catch {
      this.kept = false;
    }
    return found.sort();
  }

  entries() {
    return this.names().flatMap((name) => {
      try {
        const item = JSON.parse(this.memory.get(name) ?? localStorage.getItem(name));
        const isWhole = typeof item?.path === "string" && item.given && typeof item.given === "object";
        return isWhole ? [{ name, item }] : [];
      } catch {
        return []; // half-written by a crash
      }
    });
  }

  put(name, item) {
    const text = JSON.stringify(item);
    try {
      localStorage.setItem(name, text);
      this.memory.delete(name);
    } catch {
      this.kept = false;
      this.memory.set(name, text);
    }
  }

  remove(name) {
    this.memory.delete(name);
    try {
      localStorage.removeItem(name);
    } catch {
      this.kept = false;
    }
  }
}

class Outbox {
  constructor({ review, member, onChange, onSaved, onRefused, signal }) {
    this.headers = { "X-Review": review, "X-Member": String(member) };
    this.waiting = new Drawer(`review-outbox:${review}:${member}:`);
    this.refused = new Drawer(`review-refused:${review}:${member}:`);
    Object.assign(this, { onChange, onSaved, onRefused, signal });
    this.sending = false;
    this.setAsideBroken();
    this.failures = 0;
    this.problem = null; // null, "offline" or "signed-out"
    this.sentence = "";
    this.count = 0;
    const again = () => this.wake();
    for (const event of ["online", "focus"]) window.addEventListener(event, again, { signal });
    window.addEventListener("storage", (event) => {
      if (event.key?.startsWith(this.waiting.prefix)) this.onChange(event);
    }, { signal });
    window.addEventListener("beforeunload", (event) => {
      if (this.size() || this.sending) event.preventDefault();
    }, { signal });
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  setAsideBroken() {
    // An entry that a crash left half-written can never be sent: it is told, not dropped.
    const whole = new Set(this.waiting.entries().map(({ name }) => name));
    for (const name of this.waiting.names()) {
      if (whole.has(name)) continue;
      const sentence = "What this browser kept of it was cut off, perhaps by a crash; "
        + "look under My votes whether your latest vote is there.";
      const kept = name.replace(this.waiting.prefix, this.refused.prefix);
      this.refused.put(kept, { path: "", given: {}, shown: "", sentence });
      this.waiting.remove(name);
    }
  }

  size() { return this.waiting.names().length; }

  records(stage) {
    const acts = this.waiting.entries().map(({ item }) => item);
    return acts.filter((act) => act.given.stage === stage).map((act) => act.given.record);
  }

  add(path, given, shown) {
    this.put(path, given, shown);
    this.send();
    this.onChange();
  }

  put(path, given, shown) {
    const order = `${String(Date.now()).padStart(15, "0")}-${String(this.count++).padStart(6, "0")}`;
    this.waiting.put(`${this.waiting.prefix}${order}:${given.key}`, { path, given, shown });
  }

  wake() {
    clearTimeout(this.timer);
    this.send();
  }

  async send() {
    if (this.sending || this.signal.aborted) return;
    this.sending = true;
    try {
      for (let next = this.waiting.entries()[0]; next; next = this.waiting.entries()[0]) {
        if (this.signal.aborted || !(await this.sendOne(next))) break;
        this.onChange();
      }
    } finally {
      this.sending = false;
    }
    this.onChange();
  }

  async sendOne({ name, item }) {
    // Returns whether to go on with the next one.
    const { response, told } = await ask(item.path, this.headers, item.given);
    if (response?.ok) {
      this.problem = null;
      this.failures = 0;
      this.waiting.remove(name);
      this.onSaved(item, told);
      return true;
    }
    const status = response?.status ?? 0;
    this.sentence = told.error || "";
    if (status === 401) {
      this.later("signed-out");
    } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      this.problem = null;
      this.refuse(name, item, told.error || `The server answered ${status}.`);
      return true;
    } else {
      this.later("offline");
    }
    return false;
  }

  later(problem) {
    this.problem = problem;
    const wait = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  refuse(name, item, sentence) {
    // a withdrawal that is refused leaves the vote as it was: told once, nothing is lost
    if (!this.onRefused(item, sentence)) {
      const kept = name.replace(this.waiting.prefix, this.refused.prefix);
      this.refused.put(kept, { ...item, sentence });
    }
    this.waiting.remove(name);
  }
}

async function ask(path, headers, given) {
  // Returns {response, told}; response is undefined where the server did not answer.
  try {
    const response = await fetch(path, given === undefined ? { headers, cache: "no-store" } : {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(given),
      keepalive: true,
      signal: AbortSignal.timeout(20000),
    });
    return { response, told: await response.json().catch(() => ({})) };
  } catch {
    return { response: undefined, told: {} };
  }
}
