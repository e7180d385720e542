"""How the harvest plot is drawn: a bar a study, in the column of its direction, as high as good."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from review.protocol import Codebook
from review.reporting.pictures.marks import clickable, colours, data, marked, sized, tooltips
from review.reporting.pictures.picture import Picture, fewer, listed, several
from review.reporting.pictures.studies import (
    in_order,
    label_of,
    population_name,
    populations_of,
    short_label,
)
from review.reporting.pictures.theme import INK
from review.synthesis.axes import Axis, Row, axis, codes_of
from review.synthesis.directions import Arrow, of_contrast
from review.synthesis.harvest import HIGHEST, PLACES, Bar, bars

HEADS = {"worse": "Worse", "none": "No difference or conflicting", "better": "Better or preserved"}
# in pixels: the highest bar, what parts two bands, and two columns
_BAR, _GAP, _APART = 60, 30, 26
# beyond so many bars they are narrow and have no names; and as many of a column are drawn
MOST_NAMED, MOST = 200, 90
_LETTERS = 17
NOTE = (
    "Each bar is a study, in the column of the direction of its outcomes (70 % one way, else "
    "conflicting). Its height is the overall risk of bias (high: low, some or unclear: middle, "
    "low bar: high); a star at its name says that the study is not appraised and the height is "
    "that of its design (randomised or controlled experiment, then cohort, before-after and "
    "controlled comparison, then cross-sectional). People are broad dark bars, animals narrow "
    "light ones. Harvest plot: Ogilvie et al., BMC Med Res Methodol 2008;8:8; Crowther et al., "
    "Res Synth Methods 2011;2:79-83. It counts directions of one contrast and says nothing of size."
)


def harvest(
    rows: Sequence[Row],
    codebook: Codebook,
    *,
    contrast: str,
    bands: str = "outcome_domain",
    every: bool = True,
    by_design: bool = False,
) -> Picture:
    """The plot of one contrast, a band for each place of an axis."""
    along = axis(codebook, bands, every=every)
    found, left = bars(of_contrast(rows, contrast), along, codebook, by_design=by_design)
    compared = codebook.get(contrast)
    title = f"Harvest plot by {along.label[:1].lower()}{along.label[1:]}: " + (
        compared.label if compared else contrast
    )
    table = [_row(bar, along, codebook) for bar in found]
    return Picture(
        name="harvest",
        title=title,
        chart=_chart(table, found, along, codebook, title) if table else None,
        rows=table,
        text=_text(found, left, along),
        note=NOTE,
    )


def _row(bar: Bar, bands: Axis, codebook: Codebook) -> dict[str, Any]:
    design = codebook.get(bar.design)
    return {
        "band": bands.name(bar.band),
        "place": HEADS[bar.place],
        "study": label_of(bar.line),
        "population": population_name(codebook, bar.line.population),
        "way": bar.arrow.way,
        "height": bar.height,
        "height_by": bar.by,
        "risk_of_bias": bar.line.risk or "not appraised",
        "design": design.label if design else bar.design or "not given",
        "people": bar.line.people,
        "study_ids": [bar.line.study],
        "effect_ids": list(bar.arrow.effects),
    }


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything stands, in pixels: wide bars with names, or narrow ones where many."""

    order: tuple[str, ...]
    wide: int
    label: int
    most: int
    starts: Mapping[str, int]
    widths: Mapping[str, int]

    @classmethod
    def of(cls, found: Sequence[Bar], bands: Axis) -> "_Layout":
        named = len(found) <= MOST_NAMED
        wide, label, most = (17, 82, 30) if named else (6, 24, MOST)
        counts = Counter((bar.band, bar.place) for bar in found)
        # no column narrower than its heading
        widths = {
            place: max(wide * min(most, max(n for (_, p), n in counts.items() if p == place)), 205)
            if any(p == place for _, p in counts)
            else 205
            for place in PLACES
        }
        starts = {p: sum([*widths.values()][:i]) + _APART * i for i, p in enumerate(PLACES)}
        order = tuple(bands.order({bar.band for bar in found}))
        return cls(order, wide, label, most, starts, widths)

    @property
    def width(self) -> int:
        return self.starts[PLACES[-1]] + self.widths[PLACES[-1]]

    def base(self, band: str) -> int:
        """The line on which the bars of a band stand."""
        return (_BAR + self.label + _GAP) * (self.order.index(band) + 1) - _GAP


def _rects(
    table: Sequence[dict[str, Any]], found: Sequence[Bar], layout: _Layout, broad: str
) -> list[dict[str, Any]]:
    seen: Counter[tuple[str, str]] = Counter()
    rects = []
    for bar, row in zip(found, marked(table), strict=True):
        index = seen[bar.band, bar.place]
        seen[bar.band, bar.place] += 1
        if index >= layout.most:
            continue
        x, base = layout.starts[bar.place] + layout.wide * index + 1, layout.base(bar.band)
        narrow = 0 if bar.line.population == broad else layout.wide // 5
        star = "" if bar.by == "risk of bias" else " *"
        place = {
            "x": x + narrow,
            "x2": x + layout.wide - 2 - narrow,
            "mid": x + layout.wide / 2 - 1,
            "y": base - _BAR * bar.height / HIGHEST,
            "y2": base,
            "said": _cut(short_label(bar.line)) + star,
        }
        rects.append(row | place)
    return rects


def _chart(
    table: Sequence[dict[str, Any]],
    found: Sequence[Bar],
    bands: Axis,
    codebook: Codebook,
    title: str,
) -> alt.TopLevelMixin:
    layout = _Layout.of(found, bands)
    codes = in_order(codebook, {bar.line.population for bar in found})
    groups = [population_name(codebook, code) for code in codes]
    known = codes_of(codebook, "population")
    broad = next(iter(known), codes[0])
    tint = colours(groups, populations_of(codebook))
    end = layout.base(layout.order[-1])
    x_scale = alt.Scale(domain=[0, layout.width])
    x = alt.X("x:Q", scale=x_scale, axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-40, end + 6], reverse=True), axis=None)
    rules = [
        {"x": start, "x2": start + layout.widths[place], "y": layout.base(band)}
        for band in layout.order
        for place, start in layout.starts.items()
    ]
    heads = [{"x": layout.starts[p], "y": -24, "said": HEADS[p]} for p in PLACES]
    names = [
        {"x": 0, "y": layout.base(b) - _BAR - layout.label + 8, "said": bands.name(b)}
        for b in layout.order
    ]
    drawn = alt.Chart(data(_rects(table, found, layout, broad))).encode(x=x, y=y)
    about = tooltips(study="Study", band=bands.label, place="Direction", design="Design",
                     risk_of_bias="Risk of bias", people="n")  # fmt: skip
    layers = [
        alt.Chart(data(rules)).mark_rule(color="#8c8c8c").encode(x=x, x2="x2:Q", y=y),
        drawn.mark_rect(stroke=INK, strokeWidth=0.5)
        .encode(
            x2="x2:Q",
            y2="y2:Q",
            color=alt.Color("population:N", title="Population", scale=tint, sort=groups),
            tooltip=about,
        )
        .add_params(clickable()),
        _words(heads, x, y, bold=True),
        _words(names, x, y),
    ]
    if len(found) <= MOST_NAMED:
        along = alt.X("mid:Q", scale=x_scale, axis=None)
        upright = drawn.mark_text(angle=270, align="left", baseline="middle", dx=4, fontSize=9)
        layers.append(upright.encode(x=along, text="said:N"))
    return sized(alt.layer(*layers), width=layout.width, height=end + 46, title=title)


def _words(some: list[dict[str, Any]], x: alt.X, y: alt.Y, *, bold: bool = False) -> alt.Chart:
    chart = alt.Chart(data(some))
    words = chart.mark_text(align="left", fontSize=12, fontWeight="bold" if bold else "normal")
    placed: alt.Chart = words.encode(x=x, y=y, text="said:N")
    return placed


def _cut(label: str) -> str:
    return label if len(label) <= _LETTERS else label[: _LETTERS - 1].rstrip() + "…"


def _text(found: Sequence[Bar], left: Sequence[Arrow], bands: Axis) -> str:
    if not found:
        return "No effect of this contrast has a direction, so there is nothing to draw."
    counts = Counter((bar.band, bar.place) for bar in found)
    drawn = sum(min(n, MOST if len(found) > MOST_NAMED else 30) for n in counts.values())
    said = [
        f"{several(len({b.line.study for b in found}), 'study', 'studies')} in "
        f"{several(len({b.band for b in found}), 'band')}; "
        f"{several(len(left), 'more entry', 'more entries')} had no direction with a clear meaning "
        f"and {'is' if len(left) == 1 else 'are'} left out. {fewer(drawn, len(found), 'bars')}"
    ]
    for band in bands.order({bar.band for bar in found}):
        parts = []
        for place in PLACES:
            mine = [b for b in found if (b.band, b.place) == (band, place)]
            who = f" ({listed([_who(b) for b in mine])})" if mine else ""
            parts.append(f"{HEADS[place].lower()} {len(mine)}{who}")
        said.append(f"{bands.name(band)}: {'; '.join(parts)}.")
    return "\n".join(line.strip() for line in said)


def _who(bar: Bar) -> str:
    judged = f"{bar.line.risk} risk of bias" if bar.by == "risk of bias" else "by design"
    return f"{label_of(bar.line)}, {judged}, height {bar.height}"
