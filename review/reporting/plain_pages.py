"""How the summary for everybody is written: HTML with its terms explained in place, and Markdown.

A term is a button with its definition beside it: shown on hover, on tap and by keyboard, put away
with Escape; without scripts hover and focus still show it, and a list of all terms ends the page.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape

from review.reporting.foreign import in_markdown
from review.reporting.plain_style import SCRIPT, STYLE
from review.reporting.plain_summary import Block, Piece, PlainSummary

Link = Callable[[str], str]

_PAGE_STYLE = """
body { font-family: Arial, Helvetica, sans-serif; font-size: 1.05rem; line-height: 1.6;
       max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
@media (prefers-color-scheme: dark) { body { color: #f0f0f0; background: #16181d; } }
@media print { body { margin: 0; max-width: none; color: #000; background: #fff; } }
"""


def body_html(
    summary: PlainSummary, found: Sequence[Block], *, link: Link | None = None, title: bool = True
) -> str:
    """The summary as an HTML fragment, all text escaped; `link` makes an expression an address.

    Ids of definitions begin with `term-`.
    """
    ids = iter(range(1, 10_000))
    parts = ['<article class="plain">']
    if title:
        parts.append(f"<h1>{escape(summary.title)}</h1>")
    for block in found:
        said = "".join(_piece(piece, next(ids), link) for piece in block.pieces)
        match block.kind:
            case "heading":
                parts.append(f"<h2>{said}</h2>")
            case "paragraph":
                parts.append(f"<p>{said}</p>")
            case "claim":
                verdicts = "".join(
                    f"<li><strong>{escape(who)}:</strong> {escape(line)}</li>"
                    if who
                    else f"<li>{escape(line)}</li>"
                    for who, line in block.lines
                )
                parts.append(
                    f'<div class="told" data-claim="{escape(block.claim, quote=True)}">'
                    f"<p>{said}</p><ul>{verdicts}</ul></div>"
                )
    parts.append(f'<p class="advice"><strong>{escape(summary.disclaimer)}</strong></p>')
    if summary.terms:
        parts.append("<h2>Words used</h2><dl>")
        parts += [
            f"<dt>{escape(word.term)}</dt><dd>{escape(word.definition)}</dd>"
            for word in sorted(summary.terms, key=lambda word: word.term.casefold())
        ]
        parts.append("</dl>")
    return "".join([*parts, "</article>"])


def _piece(piece: Piece, number: int, link: Link | None) -> str:
    text = escape(piece.text)
    if piece.definition:
        return (
            f'<span class="term"><button type="button" aria-expanded="false" '
            f'aria-describedby="term-{number}">{text}</button><span role="tooltip" '
            f'id="term-{number}">{escape(piece.definition)}</span></span>'
        )
    if piece.where is not None and link is not None:
        address = escape(link(piece.where), quote=True)
        return f'<a href="{address}" data-where="{escape(piece.where, quote=True)}">{text}</a>'
    return text


def page_html(summary: PlainSummary, found: Sequence[Block], *, foot: str = "") -> str:
    """One complete page, for the web or to print, without outside files."""
    title = escape(summary.title)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title><style>{_PAGE_STYLE}{STYLE}</style></head><body>",
            body_html(summary, found),
            f"<footer><p>{escape(foot)}</p></footer>" if foot else "",
            f"<script>{SCRIPT}\nexplain(document.body);</script>",
            "</body></html>",
            "",
        ]
    )


def page_markdown(summary: PlainSummary, found: Iterable[Block], *, foot: str = "") -> str:
    """The summary as Markdown; terms are explained in a list at the end."""
    lines = [f"# {in_markdown(summary.title)}", ""]
    for block in found:
        said = in_markdown("".join(piece.text for piece in block.pieces))
        match block.kind:
            case "heading":
                lines += [f"## {said}", ""]
            case "paragraph":
                lines += [said, ""]
            case "claim":
                lines += [f"- {said}"]
                lines += [
                    f"  - {f'**{in_markdown(who)}:** ' if who else ''}{in_markdown(line)}"
                    for who, line in block.lines
                ]
                lines.append("")
    lines += [f"**{in_markdown(summary.disclaimer)}**", ""]
    if summary.terms:
        lines += ["## Words used", ""]
        lines += [
            f"- **{in_markdown(w.term)}**: {in_markdown(w.definition)}" for w in summary.terms
        ]
        lines.append("")
    return "\n".join([*lines, *([in_markdown(foot), ""] if foot else [])])
