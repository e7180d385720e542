"""How the number of studies by a term is drawn: bars, most first, people and animals apart."""

from collections.abc import Sequence

import altair as alt

from review.protocol import Codebook
from review.reporting.pictures.marks import clickable, colours, data, marked, names, sized, tooltips
from review.reporting.pictures.picture import Picture, listed, several
from review.reporting.pictures.theme import INK
from review.synthesis.axes import NONE, Axis, Row, axis
from review.synthesis.crossing import Cell, cross

NOTE = (
    "A study with several terms is counted in each; its terms are those of all its effects. The "
    "bars of people and animals stand one under the other."
)


def studies_by(
    rows: Sequence[Row],
    codebook: Codebook,
    *,
    by: str = "species",
    every: bool = True,
    apart: str = "population",
) -> Picture:
    """How many studies there are of each term."""
    along, groups = axis(codebook, by, every=every), axis(codebook, apart)
    cells = cross(rows, along, groups)
    total = {
        p: len({s for c in cells if c.down == p for s in c.studies})
        for p in {c.down for c in cells}
    }
    order = sorted(along.order(total), key=lambda p: (p == NONE, -total[p]))
    table = [
        {
            "by": along.name(c.down),
            "group": groups.name(c.across),
            "studies": len(c.studies),
            "study_ids": list(c.studies),
        }
        for c in sorted(cells, key=lambda c: order.index(c.down))
    ]
    title = f"Studies by {along.label if along.label[:3].isupper() else along.label.lower()}"
    parts = [f"{along.name(p)}: {_counted(p, total[p], cells, groups)}." for p in order]
    studies = len({row["study_id"] for row in rows})
    said = [f"{several(studies, 'study', 'studies')}.", *parts]
    return Picture(
        name="studies-by",
        title=title,
        chart=_chart(table, [along.name(p) for p in order], groups, cells, title)
        if table
        else None,
        rows=table,
        text="\n".join(said) if table else "No effect matches, so there is nothing to count.",
        note=NOTE,
    )


def _counted(place: str, total: int, cells: Sequence[Cell], groups: Axis) -> str:
    mine = [c for c in cells if c.down == place]
    named = listed([f"{len(c.studies)} {groups.name(c.across).lower()}" for c in mine])
    return f"{several(total, 'study', 'studies')} ({named})"


def _chart(
    table: Sequence[dict[str, object]],
    order: Sequence[str],
    groups: Axis,
    cells: Sequence[Cell],
    title: str,
) -> alt.TopLevelMixin:
    shown = [groups.name(p) for p in groups.order({c.across for c in cells})]
    base = alt.Chart(data(marked(table))).encode(
        y=alt.Y(**names("by", order, None)),
        x=alt.X("studies:Q", title="Studies", axis=alt.Axis(format="d", tickMinStep=1)),
        yOffset=alt.YOffset("group:N", sort=shown, scale=alt.Scale(domain=shown, type="band")),
    )
    tint = colours(shown, groups.names)
    coloured = base.mark_bar(stroke=INK, strokeWidth=0.5).encode(
        color=alt.Color("group:N", title=groups.label, sort=shown, scale=tint),
        tooltip=tooltips(by="Term", group=groups.label, studies="Studies"),
    )
    numbers = base.mark_text(align="left", dx=4, fontSize=10).encode(text="studies:Q")
    return sized(
        alt.layer(coloured.add_params(clickable()), numbers),
        width=520,
        height=max(15 * len(shown), 20) * len(order),
        title=title,
    )
