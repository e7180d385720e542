// One attached PDF: its pages as pictures with selectable text, found words, and quotes with a page.

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

class Viewer {
  constructor(root, data, choose) {
    Object.assign(this, { root, data, choose, kept: new Map(), words: "", zoom: 1, hits: [] });
    this.ending = new AbortController();
    this.number = Math.min(Math.max(1, data.page || 1), data.pages || 1);
    this.frame();
    this.open(this.number);
    if (data.words) this.find(data.words);
  }

  end() {
    this.ending.abort();
    this.watching?.disconnect();
  }

  frame() {
    const button = (text, name, act, extra = {}) => {
      const one = element("button", { type: "button", title: name, "aria-label": name, ...extra }, text);
      one.addEventListener("click", act);
      return one;
    };
    this.back = button("◀", "Previous page", () => this.open(this.number - 1));
    this.on = button("▶", "Next page", () => this.open(this.number + 1));
    this.place = element("input", { type: "number", min: 1, "aria-label": "Page" });
    this.place.addEventListener("change", () => this.open(Number(this.place.value)));
    this.of = element("span");
    this.wanted = element("input", { type: "search", placeholder: "Find in the text", "aria-label": "Find in the text", maxlength: 200 });
    this.wanted.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.find(this.wanted.value);
    });
    this.wanted.addEventListener("search", () => this.find(this.wanted.value));
    const finding = element("span", { class: "group grow", hidden: !this.data.has_text }, this.wanted,
      button("Find", "Find", () => this.find(this.wanted.value)));
    this.list = element("ul", { class: "hits" });
    this.told = element("p", { class: "said", role: "status" });
    this.sheet = element("div", { class: "sheet", tabindex: 0, "aria-label": "The page" });
    this.quoted = element("q");
    this.quoting = element("div", { class: "quoting", hidden: true }, this.quoted,
      button("Use as quote", "Use the selected text as a quote with its page", () => this.use(), { class: "main", hidden: !this.data.quotes }),
      button("Copy with page", "Copy the selected text with its page", () => this.copy()));
    this.plain = element("pre");
    this.live = element("span", { class: "live", role: "status" });
    this.root.replaceChildren(
      element("div", { class: "bar" },
        element("span", { class: "group" }, this.back, this.place, this.of, this.on),
        element("span", { class: "group" },
          button("−", "Smaller", () => this.scale(this.zoom / 1.25)),
          button("+", "Larger", () => this.scale(this.zoom * 1.25))),
        finding,
        element("a", { href: `api/document/${this.data.document}`, target: "_blank", rel: "noopener" }, "Read the PDF")),
      this.told, this.list, this.sheet,
      element("details", { hidden: !this.data.has_text }, element("summary", {}, "Text of this page, as it was read"), this.plain),
      this.quoting, // last, so that nothing moves under the pointer when it comes
      this.live);
    this.told.textContent = this.data.said;
    const { signal } = this.ending;
    document.addEventListener("selectionchange", () => this.selected(), { signal });
    this.sheet.addEventListener("keydown", (event) => {
      if (event.key === "PageDown" || event.key === "ArrowRight") this.open(this.number + 1);
      else if (event.key === "PageUp" || event.key === "ArrowLeft") this.open(this.number - 1);
      else return;
      event.preventDefault();
    });
    this.watching = new ResizeObserver(() => this.fit());
    this.watching.observe(this.sheet);
  }

  async ask(path) {
    const headers = { "X-Review": this.data.review, "X-Member": String(this.data.member) };
    let response;
    try {
      response = await fetch(path, { headers, signal: this.ending.signal });
    } catch {
      return { error: "The server does not answer; try again in a moment." };
    }
    return response.json().catch(() => ({ error: `The server answered ${response.status}.` }));
  }

  fetched(number) {
    if (!this.kept.has(number)) {
      const asking = this.ask(`api/document/${this.data.document}/page/${number}`);
      this.kept.set(number, asking);
      asking.then((got) => got.error && this.kept.delete(number));
      if (this.kept.size > 24) this.kept.delete(this.kept.keys().next().value);
    }
    return this.kept.get(number);
  }

  async open(number) {
    if (!Number.isInteger(number) || number < 1 || number > this.data.pages) {
      this.place.value = this.number;
      return;
    }
    this.number = number;
    this.place.value = number;
    this.place.max = this.data.pages;
    this.of.textContent = `of ${this.data.pages}`;
    this.back.disabled = number === 1;
    this.on.disabled = number === this.data.pages;
    if (!this.leaf) this.sheet.replaceChildren(element("p", { class: "waiting" }, "Drawing the page …"));
    const got = await this.fetched(number);
    if (this.number !== number || this.ending.signal.aborted) return; // gone on meanwhile
    this.draw(got);
    if (number < this.data.pages) this.fetched(number + 1);
  }

  draw(got) {
    this.quoting.hidden = true;
    this.plain.textContent = got.text || "";
    if (got.error || !got.png) {
      this.leaf = null;
      this.sheet.replaceChildren(element("p", { class: "waiting" }, got.error || "This page cannot be drawn."));
      return;
    }
    const picture = element("img", { src: `data:image/png;base64,${got.png}`, alt: `Page ${this.number}`, width: got.width, height: got.height });
    this.leaf = element("div", { class: "leaf", "data-page": this.number }, picture);
    this.runs = got.words.map(([left, top, width, height, text]) => {
      const run = element("span", { class: "run" }, text);
      Object.assign(run.dataset, { left, top, width, height });
      return run;
    });
    this.leaf.append(...this.runs);
    this.sheet.replaceChildren(this.leaf);
    this.sheet.scrollTo(0, 0);
    this.scale(this.zoom);
    this.showHits();
    this.live.textContent = `Page ${this.number} of ${this.data.pages}`;
  }

  scale(zoom) {
    this.zoom = Math.min(Math.max(zoom, 0.5), 3);
    if (this.leaf) this.leaf.style.width = `${100 * this.zoom}%`;
    this.fit();
  }

  fit() {
    // the runs lie over the picture, each stretched to the width it has there
    if (!this.leaf || !this.leaf.clientWidth) return;
    const picture = this.leaf.querySelector("img");
    const wide = this.leaf.clientWidth;
    const high = wide * picture.getAttribute("height") / picture.getAttribute("width");
    for (const run of this.runs) {
      const { left, top, width, height } = run.dataset;
      Object.assign(run.style, { left: `${left * wide}px`, top: `${top * high}px`, fontSize: `${height * high}px`, transform: "none" });
    }
    const widths = this.runs.map((run) => run.offsetWidth); // all read before any is written
    this.runs.forEach((run, k) => {
      if (widths[k]) run.style.transform = `scaleX(${run.dataset.width * wide / widths[k]})`;
    });
  }

  async find(words) {
    this.words = words.trim();
    this.wanted.value = words;
    if (!this.words) {
      this.hits = [];
      this.list.replaceChildren();
      this.told.textContent = this.data.said;
      return this.showHits();
    }
    const asked = this.words;
    const got = await this.ask(`api/document/${this.data.document}/find?words=${encodeURIComponent(asked)}`);
    if (asked !== this.words) return undefined;
    this.hits = got.hits || [];
    const n = this.hits.length;
    this.told.textContent = got.error || (n ? `Found ${got.total} ${got.total === 1 ? "time" : "times"}${got.total > n ? `, the first ${n} shown` : ""}.` : "Not found in the text of this document.");
    this.list.replaceChildren(...this.hits.map((hit) => {
      const one = element("button", { type: "button" }, `p. ${hit.page}: …${hit.before}`, element("mark", {}, hit.found), `${hit.after}…`);
      one.addEventListener("click", () => this.open(hit.page).then(() => this.toHit()));
      return element("li", {}, one);
    }));
    if (n && !this.hits.some((hit) => hit.page === this.number)) await this.open(this.hits[0].page);
    return this.showHits();
  }

  showHits() {
    // the whole of it where one run holds it; else, broken over lines, each of its words
    const runs = (this.runs || []).map((run) => [run, folded(run.textContent)]);
    const whole = folded(this.words).replace(/\s+/g, " ");
    const isWhole = runs.some(([, text]) => whole && text.includes(whole));
    const parts = isWhole ? [whole] : whole.split(" ").filter(Boolean);
    const here = this.hits.some((hit) => hit.page === this.number);
    for (const [run, text] of runs) {
      run.classList.toggle("hit", here && parts.some((part) => text.includes(part)));
    }
  }

  toHit() { this.leaf?.querySelector(".hit")?.scrollIntoView({ block: "center" }); }

  selected() {
    // inside a component a selection is known to its shadow root alone, where the browser says so
    const around = this.root.getRootNode();
    const now = around.getSelection ? around.getSelection() : document.getSelection();
    const node = now?.anchorNode;
    const inside = node && (this.sheet.contains(node) || this.plain.contains(node));
    const text = inside ? now.toString() : "";
    const quote = text.replace(/[-\u00ad]\s*\n\s*(?=\p{Ll})/gu, "").replace(/\s+/g, " ").trim();
    if (!quote) return; // a click elsewhere, on the button too, keeps what was chosen
    this.quote = { quote: quote.slice(0, 2000), page: this.number, document: this.data.document };
    this.quoted.textContent = this.quote.quote;
    this.quoting.hidden = false;
  }

  use() {
    if (!this.quote) return;
    this.choose({ ...this.quote, at: Date.now() });
    this.live.textContent = this.told.textContent = `Chosen as a quote from page ${this.quote.page}.`;
  }

  async copy() {
    if (!this.quote) return;
    const text = `“${this.quote.quote}” (p. ${this.quote.page})`;
    try {
      await navigator.clipboard.writeText(text);
      this.told.textContent = `Copied, with page ${this.quote.page}.`;
    } catch {
      this.told.textContent = text; // no clipboard without https: shown, to be copied by hand
    }
  }
}

// What Streamlit calls: at the first mount and again at every data update, without a cleanup between.
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".document");
  if (isDrawn(root, data) && root.viewer) return undefined;
  root.viewer?.end();
  root.viewer = new Viewer(root, data, (quote) => setStateValue("quote", quote));
  return () => {
    root.viewer?.end();
    root.viewer = null;
  };
}
