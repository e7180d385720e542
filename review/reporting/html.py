"""How the PRISMA flow stands on a web page of its own: drawing, the same as a table, the sums."""

from html import escape

from review.reporting.boxes import Box, printable, template
from review.reporting.diagram import Link, svg
from review.reporting.identities import identities
from review.reporting.prisma import Flow

_STYLE = """
body { font-family: Arial, Helvetica, sans-serif; margin: 2rem auto; max-width: 90rem;
       padding: 0 1rem; color: #1a1a1a; background: #fff; }
figure { margin: 0; overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #777; padding: .3rem .6rem; text-align: left; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.broken { font-weight: bold; }
@media print { body { margin: 0; } figure svg { width: 100%; height: auto; } }
"""


def html(flow: Flow, *, link: Link | None = None) -> str:
    """One complete page without scripts or outside files; `link` as in the drawing."""
    filled = template(flow)
    title = escape(filled.title)
    rows = [row for box in filled.all_boxes() for row in _rows(box, link)]
    checks = [
        f"<tr{'' if i.ok else ' class=broken'}><td>{i.name}</td><td>{escape(i.text)}</td>"
        f"<td class=n>{i.left:,}</td><td class=n>{i.right:,}</td>"
        f"<td>{'holds' if i.ok else 'does not hold'}</td></tr>"
        for i in identities(flow)
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{title}</h1>",
            f"<figure>{svg(flow, link=link)}</figure>",
            "<h2>The same as a table</h2>",
            "<table><thead><tr><th>Box</th><th>What</th><th>n</th></tr></thead><tbody>",
            *rows,
            "</tbody></table>",
            "<h2>Does it add up?</h2>",
            "<table><thead><tr><th></th><th>Rule</th><th>Left</th><th>Right</th><th></th></tr>"
            "</thead><tbody>",
            *checks,
            "</tbody></table></body></html>",
            "",
        ]
    )


def _rows(box: Box, link: Link | None) -> list[str]:
    found = []
    for index, line in enumerate(box.lines):
        n = "" if line.n is None else f"{line.n:,}"
        if n and line.opens and link:
            n = f'<a href="{escape(printable(link(line.opens)), quote=True)}">{n}</a>'
        name = escape(box.id) if index == 0 else ""
        indent = f' style="padding-left:{0.6 + line.indent}rem"' if line.indent else ""
        found.append(
            f"<tr><td>{name}</td><td{indent}>{escape(line.text)}</td><td class=n>{n}</td></tr>"
        )
    return found
