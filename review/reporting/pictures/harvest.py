"""How the harvest plot is drawn: a bar a study, in the column of its direction, as high as good."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import altair as alt

from review.protocol import Codebook
from review.reporting.pictures.marks import clickable, colours, data, marked, tooltips
from review.reporting.pictures.picture import Picture, fewer, listed, several
from review.reporting.pictures.studies import label_of, population_name, populations, short_label
from review.synthesis.axes import Axis, Row, axis
from review.synthesis.directions import Arrow, of_contrast
from review.synthesis.harvest import HIGHEST, PLACES, Bar, bars

HEADS = {"worse": "Worse", "none": "No difference or conflicting", "better": "Better or preserved"}
# of a band, in pixels: what a bar may take, and what its label above it takes
_BAR, _LABEL, _GAP, _WIDE, _APART = 60, 82, 30, 17, 26
MOST = 40
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
        chart=_chart(table, found, along, codebook).properties(title=title) if table else None,
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


def _chart(
    table: Sequence[dict[str, Any]], found: Sequence[Bar], bands: Axis, codebook: Codebook
) -> alt.LayerChart:
    counts = Counter((bar.band, bar.place) for bar in found)
    widths = [
        _WIDE * min(MOST, max([counts[b, place] for b in {x.band for x in found}] + [12]))
        for place in PLACES
    ]
    starts = {p: sum(widths[:i]) + _APART * i for i, p in enumerate(PLACES)}
    total = sum(widths) + _APART * (len(PLACES) - 1)
    order = bands.order({bar.band for bar in found})
    band_height = _BAR + _LABEL + _GAP
    base = {band: band_height * (i + 1) - _GAP for i, band in enumerate(order)}
    seen: Counter[tuple[str, str]] = Counter()
    rects = []
    for bar, row in zip(found, marked(table), strict=True):
        index = seen[bar.band, bar.place]
        seen[bar.band, bar.place] += 1
        if index >= MOST:
            continue
        x = starts[bar.place] + _WIDE * index + 1
        narrow = 0 if bar.line.population.endswith("human") else 3
        height = _BAR * bar.height / HIGHEST
        star = "" if bar.by == "risk of bias" else " *"
        rects.append(
            row
            | {"x": x + narrow, "x2": x + _WIDE - 3 - narrow, "mid": x + _WIDE / 2 - 1}
            | {
                "y": base[bar.band] - height,
                "y2": base[bar.band],
                "said": short_label(bar.line) + star,
            }
        )
    groups = populations(codebook, (bar.line.population for bar in found))
    x_scale, y_scale = alt.Scale(domain=[0, total]), alt.Scale(domain=[-40, base[order[-1]] + 6],
                                                               reverse=True)  # fmt: skip
    x = alt.X("x:Q", scale=x_scale, axis=None)
    y = alt.Y("y:Q", scale=y_scale, axis=None)
    drawn = alt.Chart(data(rects)).encode(x=x, y=y)
    rules = [
        {"x": starts[p], "x2": starts[p] + w, "y": base[b]}
        for b in order
        for p, w in zip(PLACES, widths, strict=True)
    ]
    said = [{"x": starts[p], "y": -24, "said": HEADS[p]} for p in PLACES]
    names = [{"x": 0, "y": base[b] - _BAR - _LABEL + 8, "said": bands.name(b)} for b in order]
    return alt.layer(
        alt.Chart(data(rules)).mark_rule(color="#8c8c8c").encode(x=x, x2="x2:Q", y=y),
        drawn.mark_rect(stroke="#1a1a1a", strokeWidth=0.6)
        .encode(
            x2="x2:Q",
            y2="y2:Q",
            color=alt.Color("population:N", title="Population", scale=colours(groups), sort=groups),
            tooltip=tooltips(study="Study", band=bands.label, place="Direction",
                             risk_of_bias="Risk of bias", design="Design", people="n"),
        )
        .add_params(clickable()),
        drawn.mark_text(angle=270, align="left", baseline="middle", dx=4, fontSize=9, limit=_LABEL)
        .encode(x=alt.X("mid:Q", scale=x_scale, axis=None), text="said:N"),
        alt.Chart(data(said)).mark_text(align="left", fontSize=12, fontWeight="bold")
        .encode(x=x, y=y, text="said:N"),
        alt.Chart(data(names)).mark_text(align="left", fontSize=12)
        .encode(x=x, y=y, text="said:N"),
    ).properties(width=total, height=base[order[-1]] + 46)  # fmt: skip


def _text(found: Sequence[Bar], left: Sequence[Arrow], bands: Axis) -> str:
    if not found:
        return "No effect of this contrast has a direction, so there is nothing to draw."
    counts = Counter((bar.band, bar.place) for bar in found)
    drawn = sum(min(n, MOST) for n in counts.values())
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
