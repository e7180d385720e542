"""How terms and verdicts of the plain summary look and behave, on its page and in the app.

Hover and focus show a definition by style alone; the script adds tap, Escape, and room to stand.
"""

STYLE = """
.plain h1 { font-size: 1.7rem; line-height: 1.25; }
.plain h2 { font-size: 1.25rem; margin: 1.6rem 0 0.4rem; }
.plain p { margin: 0.4rem 0 0.8rem; }
.plain .told { border-left: 4px solid currentColor; padding-left: 0.9rem; margin: 0.9rem 0; }
.plain .told p { margin: 0 0 0.2rem; }
.plain .told ul { margin: 0; padding-left: 1.2rem; }
.plain dt { font-weight: bold; margin-top: 0.5rem; }
.plain dd { margin: 0 0 0 1rem; }
.plain a { color: inherit; text-decoration: underline; }
.plain .advice { border: 2px solid currentColor; border-radius: 0.4rem; padding: 0.5rem 0.8rem; }
.term { position: relative; display: inline-block; }
.term button { font: inherit; color: inherit; background: none; border: 0; padding: 0; margin: 0;
  cursor: help; border-bottom: 2px dotted currentColor; }
.term button:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
.term [role="tooltip"] { display: none; position: absolute; z-index: 10; left: 0; bottom: 100%;
  width: max-content; max-width: min(20rem, 80vw); padding: 0.5rem 0.7rem;
  font-size: 0.92rem; font-weight: normal; line-height: 1.4; color: #fff; background: #1a1a1a;
  border: 1px solid #fff; border-radius: 0.4rem; }
.term:hover [role="tooltip"], .term:focus-within [role="tooltip"], .term.open [role="tooltip"] {
  display: block; }
.term.away [role="tooltip"] { display: none; }
@media print {
  .term [role="tooltip"] { display: none; }
  .term button { border-bottom: 0; }
  .plain .told { break-inside: avoid; }
}
"""

SCRIPT = """
function explain(root) {
  const terms = [...root.querySelectorAll(".term")];
  const shut = (but) => {
    for (const term of terms) {
      if (term === but) continue;
      term.classList.remove("open");
      term.firstElementChild.setAttribute("aria-expanded", "false");
    }
  };
  for (const term of terms) {
    const [button, tip] = term.children;
    const place = () => {
      tip.style.left = "0";
      const over = tip.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
      if (over > 0) tip.style.left = `${-over}px`;
    };
    button.addEventListener("click", () => {
      const open = term.classList.toggle("open");
      term.classList.toggle("away", !open);
      button.setAttribute("aria-expanded", String(open));
      shut(term);
      place();
    });
    term.addEventListener("pointerenter", place);
    button.addEventListener("focus", place);
    term.addEventListener("pointerleave", () => term.classList.remove("away"));
    button.addEventListener("blur", () => {
      term.classList.remove("away", "open");
      button.setAttribute("aria-expanded", "false");
    });
  }
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    shut(null);
    for (const term of terms) term.classList.add("away");
  });
}
"""
