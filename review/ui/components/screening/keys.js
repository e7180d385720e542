// Which key does what. One listener for the page, however often Streamlit runs the component.

function isTyping(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if (target.isContentEditable || target.closest("[contenteditable=true], [role=combobox]")) return true;
  return target.matches("textarea, select, input:not([type=button], [type=checkbox], [type=radio])");
}

function isInside(part) {
  return part.contains(part.getRootNode().activeElement);
}

const KEYS = {
  i: (page) => page.vote("include"),
  u: (page) => page.vote("maybe"),
  e: (page) => page.exclude(),
  z: (page) => page.undo(),
  h: (page) => page.toggleMarks(),
  o: (page) => page.openFullText(),
  n: (page) => page.part.note.focus(),
  t: (page) => page.part.tagging.open(),
  "?": (page) => page.part.help.showModal(),
  ArrowLeft: (page) => page.look(-1),
  ArrowRight: (page) => page.look(1),
  Escape: (page) => page.leave(),
};

function reasonOf(page, event) {
  // The reason a digit stands for; by the key's place where Shift changes what it types.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? /^\d$/.exec(event.key)?.[0];
  if (digit === undefined) return undefined;
  const position = (Number(digit) + 9) % 10 + (event.shiftKey ? 10 : 0);
  return page.data.reasons[position];
}

function listenToKeys(page) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || page.part.help.open || page.part.tags.open) return;
    if (document.querySelector('[role="dialog"], [data-testid="stDialog"]')) return;
    if (isTyping(event)) {
      const own = event.composedPath()[0] === page.part.note;
      if (own && event.key === "Escape") page.leave();
      return;
    }
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const known = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
    const reason = known ? undefined : reasonOf(page, event);
    if (!known && !reason) return;
    event.preventDefault();
    if (event.repeat && !name.startsWith("Arrow")) return; // a key held down is one key
    if (known) known(page);
    else page.vote("exclude", reason.code);
  }, { signal: page.ending.signal });
}
