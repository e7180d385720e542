"""How a picture becomes a file: SVG, PNG, a page, the data behind it, or its text."""

import json
import re
from functools import partial
from html import escape
from typing import Any

from review.errors import BadInput
from review.reporting.pictures.picture import MARK, Picture
from review.reporting.pictures.theme import config
from review.reporting.sheets import rows_csv
from review.reporting.table import as_markdown
from review.synthesis.evidence import Column

FORMATS = ("svg", "png", "csv", "json", "md", "txt", "html")
# how many times larger than on a screen a PNG is, for paper
SCALE = 2
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINES = re.compile("[\n\r\t\x85\u2028\u2029]+")
_OPENING = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_STYLE = """
body { font-family: Arial, Helvetica, sans-serif; margin: 2rem auto; max-width: 75rem;
       padding: 0 1rem; color: #1a1a1a; background: #fff; line-height: 1.5; }
figure { margin: 0; overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .85rem; }
th, td { border: 1px solid #777; padding: .25rem .5rem; text-align: left; vertical-align: top; }
"""


def picture_file(picture: Picture, format: str) -> bytes:
    """The picture as a file of one of FORMATS.

    `svg` and `png` (twice the size of a screen) are drawn without network; `csv`, `json` and `md`
    hold the data behind it, `txt` the text alternative, `html` all of it on one page. BadInput for
    an unknown format, or where there is nothing to draw.
    """
    match format:
        case "svg":
            written = picture_svg(picture)
        case "png":
            return _png(picture)
        case "csv":
            written = rows_csv(list(picture.headings()), picture.rows)
        case "json":
            written = json.dumps(as_document(picture), indent=2, ensure_ascii=False) + "\n"
        case "md":
            columns = [Column(name, heading) for name, heading in picture.headings().items()]
            written = as_markdown(columns, picture.rows)
        case "txt":
            written = _text(picture)
        case "html":
            written = _page(picture)
        case _:
            known = ", ".join(FORMATS)
            raise BadInput(f"'{format}' is no format of a picture; formats: {known}")
    return written.encode("utf-8", "replace")


def as_document(picture: Picture) -> dict[str, Any]:
    """The picture as one JSON document, without the drawing."""
    return {
        "picture": picture.name,
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "rows": [dict(row) for row in picture.rows],
    }


def picture_spec(picture: Picture) -> dict[str, Any]:
    """The drawing as a Vega-Lite document with the theme; BadInput where it is none."""
    if picture.chart is None or isinstance(picture.chart, str):
        raise BadInput(f"There is nothing to draw: {picture.text}")
    spec: dict[str, Any] = _legible(picture.chart.to_dict())
    spec["description"] = f"{picture.title}. {picture.text}"
    return spec | {"config": config()}


def picture_svg(picture: Picture) -> str:
    """The drawing as SVG, named and described inside it for a reader who hears it."""
    if isinstance(picture.chart, str):
        return _described(NOT_XML.sub("\N{REPLACEMENT CHARACTER}", picture.chart), picture)
    spec = _still(picture_spec(picture) | {"description": picture.title})
    return _described(str(_drawn("vegalite_to_svg", spec)), picture)


def _png(picture: Picture) -> bytes:
    if isinstance(picture.chart, str):
        import vl_convert

        return bytes(vl_convert.svg_to_png(picture_svg(picture), scale=SCALE))
    drawn: bytes = _drawn("vegalite_to_png", _still(picture_spec(picture)), scale=SCALE)
    return drawn


def _drawn(how: str, spec: dict[str, Any], **more: Any) -> Any:
    """The chart as the renderer draws it, without any network."""
    import vl_convert

    try:
        return getattr(vl_convert, how)(spec, vl_version=_version(), allowed_base_urls=[], **more)
    except ValueError as fault:  # the one error the renderer knows
        said = " ".join(str(fault).splitlines()[:2])
        raise BadInput(f"The picture could not be drawn: {said}") from fault


def _version() -> str:
    """The version of Vega-Lite that Altair writes, as the renderer names it."""
    import altair as alt

    return ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def _still(spec: Any) -> Any:
    """A chart without what only a screen can do: nothing in a file can be pointed at or clicked."""
    if isinstance(spec, dict):
        return {
            key: _still(value) for key, value in spec.items() if key not in ("params", "tooltip")
        }
    return [_still(one) for one in spec] if isinstance(spec, list) else spec


def _legible(value: Any) -> Any:
    """The same, every text on one line, without the characters that no XML may hold."""
    if isinstance(value, str):
        # a line separator within a text would end a word in Vega's own expressions
        return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", _LINES.sub(" ", value))
    if isinstance(value, dict):
        return {key: _legible(one) for key, one in value.items()}
    return [_legible(one) for one in value] if isinstance(value, list) else value


def _described(drawn: str, picture: Picture) -> str:
    """The SVG with its name and its text alternative as the first things in it."""
    replace = partial(NOT_XML.sub, "\N{REPLACEMENT CHARACTER}")
    words = (
        f'<title id="picture-title">{escape(replace(picture.title))}</title>'
        f'<desc id="picture-text">{escape(replace(picture.text))}</desc>'
    )
    found = _OPENING.search(drawn)
    if found is None:
        raise BadInput(f"The drawing of {picture.name} is no SVG.")
    opening = found.group()
    if "aria-labelledby" not in opening:
        opening = f'{opening[:-1]} role="img" aria-labelledby="picture-title picture-text">'
    return drawn[: found.start()] + opening + words + drawn[found.end() :]


def _text(picture: Picture) -> str:
    parts = [picture.title, picture.text, picture.note]
    return "\n\n".join(NOT_XML.sub(" ", part) for part in parts if part) + "\n"


def _page(picture: Picture) -> str:
    """One page without scripts or outside files."""
    headings = picture.headings()
    figure = f"<figure>{picture_svg(picture)}</figure>" if picture.chart is not None else ""
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(name))}</td>" for name in headings) + "</tr>\n"
        for row in picture.rows
    )
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings.values())
    said = "".join(f"<p>{escape(line)}</p>" for line in picture.text.splitlines() if line)
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(picture.title)}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{escape(picture.title)}</h1>{figure}\n<h2>In words</h2>{said}\n"
        f"<p>{escape(picture.note)}</p>\n<h2>The data behind it</h2>\n"
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></body></html>\n"
    )
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", page)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return escape("; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))


__all__ = ["FORMATS", "MARK", "as_document", "picture_file", "picture_spec", "picture_svg"]
