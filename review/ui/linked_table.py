"""A table of words and numbers on a page, any of which may lead to the rows behind it."""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

_STYLE = """
<style>
.linked-table { overflow-x: auto; }
.linked-table table { border-collapse: collapse; font-size: 0.875rem; min-width: 60%; }
.linked-table td { max-width: 26rem; min-width: 3rem; }
.linked-table th, .linked-table td { padding: 0.3rem 0.6rem; text-align: left;
                      vertical-align: top; border-bottom: 1px solid rgba(128, 128, 128, 0.35); }
.linked-table th { font-weight: 600; }
.linked-table td.number { text-align: right; font-variant-numeric: tabular-nums; }
.linked-table a { text-decoration: underline; }
</style>
"""


class Linked(str):
    """A text that leads somewhere: `href` is an address of this app, or empty."""

    href: str = ""

    @classmethod
    def to(cls, text: object, page: str, **parameters: object) -> "Linked":
        """A text that leads to a page with parameters; those that are empty are left out.

        What is true is `true` in an address, as the toggles of a page read it.
        """
        made = cls(text)
        given = {
            name: "true" if value is True else value
            for name, value in parameters.items()
            if value not in (None, "", False)
        }
        made.href = f"{page}?{urlencode(given)}" if given else page
        return made


def linked_table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, label: str = ""
) -> None:
    """Draw a table; numbers stand to the right, `Linked` texts lead to what is behind them.

    Texts are escaped; a line break in one is kept.
    """
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in headings)
    body = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
    st.html(
        f'{_STYLE}<div class="linked-table" tabindex="0" role="region" '
        f'aria-label="{escape(label or "Table")}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    words = str(value)
    # short cells stay on one line, long ones are wide enough to be read where the page is narrow
    style = (
        "white-space:nowrap" if len(words) <= 16 else "min-width:14rem" if len(words) > 90 else ""
    )
    short = f' style="{style}"' if style else ""
    number = isinstance(value, int | float) or str(value).replace(".", "", 1).isdigit()
    said = "" if value is None else escape(str(value)).replace("\n", "<br>")
    if isinstance(value, Linked) and value.href:
        said = f'<a href="{escape(value.href, quote=True)}">{said}</a>'
    return f'<td class="number">{said}</td>' if number else f"<td{short}>{said}</td>"
