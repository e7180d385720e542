"""The pictures of effects that can be asked for, and what each leaves to choose."""

from collections.abc import Mapping

from review.actions.excluded import excluded_reports
from review.actions.flow import current_flow
from review.actions.offers import Choice, Material, Offer
from review.protocol import Codebook
from review.reporting.pictures.picture import Picture
from review.store.arms import with_groups
from review.synthesis.axes import DOMAIN, axes, codes_of
from review.synthesis.directions import ORDERS

POPULATION = "population"
_NONE = "none"
_YES_NO = {"no": "no", "yes": "yes"}


def _axes(codebook: Codebook) -> Mapping[str, str]:
    return axes(codebook)


def _axes_or_none(codebook: Codebook) -> Mapping[str, str]:
    return {_NONE: "(not told apart)", **axes(codebook)}


def _yes_no(codebook: Codebook) -> Mapping[str, str]:
    return _YES_NO


def _axes_and_markers(codebook: Codebook) -> Mapping[str, str]:
    return {"biomarker": "Biomarkers", **axes(codebook)}


def _terms(codebook: Codebook, facet: str) -> Mapping[str, str]:
    return {t.code: t.label for f in codebook.facets if f.id == facet for t in f.terms}


def _outcomes(codebook: Codebook) -> Mapping[str, str]:
    return _terms(codebook, "outcome")


_ARROWS = {"health": "What it means for health", "estimate": "The estimate itself"}
_HEIGHTS = {"risk": "Risk of bias, else design", "design": "Design"}
_STAGES = {"four": "Junction, units, remodelling, mass", "all": "All, weakness and function too"}
_CONTRAST = Choice("contrast", "What is compared", "con.age", lambda c: _terms(c, "contrast"))
_EVERY = Choice("every", "Every term, not only branches", "yes", _yes_no)


def _map(given: Material) -> Picture:
    from review.reporting.pictures.evidence_map import evidence_map

    chosen = given.choices
    return evidence_map(
        given.effects(),
        given.codebook,
        down=chosen["down"],
        across=chosen["across"],
        apart="" if chosen["apart"] == _NONE else chosen["apart"],
        every=chosen["every"] == "yes",
    )


def _directions(given: Material) -> Picture:
    from review.reporting.pictures.effect_direction import effect_direction

    chosen = given.choices
    return effect_direction(
        given.effects(),
        given.codebook,
        contrast=chosen["contrast"],
        columns=chosen["columns"],
        every=chosen["every"] == "yes",
        order=chosen["order"],
        arrow=chosen["arrows"],
    )


def _harvest(given: Material) -> Picture:
    from review.reporting.pictures.harvest import harvest

    chosen = given.choices
    return harvest(
        given.effects(),
        given.codebook,
        contrast=chosen["contrast"],
        bands=chosen["bands"],
        every=chosen["every"] == "yes",
        by_design=chosen["height"] == "design",
    )


def _timeline(given: Material) -> Picture:
    from review.reporting.pictures.timeline import timeline_picture

    chosen = given.choices
    return timeline_picture(
        given.effects(),
        given.codebook,
        by=chosen["by"],
        years=int(chosen["years"]),
        added_up=chosen["added-up"] == "yes",
    )


def _cascade(given: Material) -> Picture:
    from review.reporting.pictures.cascade import cascade
    from review.synthesis.cascade import STAGES

    whole = tuple(codes_of(given.codebook, "timing"))
    stages = STAGES if given.choices["stages"] == "four" else whole
    rows = with_groups(given.conn, given.effects())
    return cascade(rows, given.codebook, stages=[s for s in stages if s in whole])


def _together(given: Material) -> Picture:
    from review.reporting.pictures.matrices import co_occurrence

    chosen = given.choices
    rows = given.effects()
    return co_occurrence(rows, given.codebook, down=chosen["down"], across=chosen["across"])


def _gaps(given: Material) -> Picture:
    from review.reporting.pictures.matrices import gap_list

    chosen, words = given.choices, given.choices["words"].strip()
    out = excluded_reports(given.conn, given.member, given.protocol, words) if words else []
    return gap_list(
        given.effects(),
        given.codebook,
        down=chosen["down"],
        across=chosen["across"],
        apart=chosen["apart"],
        words=words,
        excluded=out,
    )


def _ordering(given: Material) -> Picture:
    from review.reporting.pictures.ordering import ordering

    chosen = given.choices
    return ordering(
        given.effects(),
        given.codebook,
        a=chosen["a"],
        b=chosen["b"],
        contrast=chosen["contrast"],
    )


def _by(given: Material) -> Picture:
    from review.reporting.pictures.studies_by import studies_by

    chosen = given.choices
    every = chosen["every"] == "yes"
    return studies_by(given.effects(), given.codebook, by=chosen["by"], every=every)


def _prisma(given: Material) -> Picture:
    from review.reporting.boxes import template
    from review.reporting.diagram import svg
    from review.reporting.text import text

    flow = current_flow(given.conn, given.member, where=given.where)
    lines = [line for box in template(flow).all_boxes() for line in box.lines]
    return Picture(
        name="prisma",
        title=template(flow).title,
        chart=svg(flow),
        rows=[{"what": line.text, "n": line.n, "box": line.opens} for line in lines],
        text=text(flow),
        note="PRISMA 2020 flow diagram (Page et al., BMJ 2021;372:n71), counted from the facts.",
    )


OFFERS: dict[str, Offer] = {
    "evidence-map": Offer(
        title="Evidence map",
        answers="Which methods were used for which outcome, and where nothing is known",
        build=_map,
        choices=(
            Choice("down", "Rows", "emg_method", _axes),
            Choice("across", "Columns", DOMAIN, _axes),
            Choice("apart", "Told apart", POPULATION, _axes_or_none),
            Choice("every", "Every term, not only branches", "no", _yes_no),
        ),
    ),
    "effect-direction": Offer(
        title="Effect directions",
        answers="Which way each study points, outcome by outcome or muscle by muscle",
        build=_directions,
        choices=(
            _CONTRAST,
            Choice("columns", "Columns", DOMAIN, _axes),
            Choice("order", "Order of studies", "risk", lambda _: ORDERS),
            Choice("arrows", "Arrows point to", "health", lambda _: _ARROWS),
            _EVERY,
        ),
    ),
    "harvest": Offer(
        title="Harvest plot",
        answers="How good the studies are that found worse, no difference or better",
        build=_harvest,
        choices=(
            _CONTRAST,
            Choice("bands", "Bands", DOMAIN, _axes),
            Choice("height", "Height", "risk", lambda _: _HEIGHTS),
            _EVERY,
        ),
    ),
    "timeline": Offer(
        title="Timeline",
        answers="How methods changed over the years",
        build=_timeline,
        choices=(
            Choice("by", "By", "emg_method", _axes),
            Choice("years", "Years in a bar", "5", lambda _: {"1": "1", "5": "5", "10": "10"}),
            Choice("added-up", "Added up", "no", _yes_no),
        ),
    ),
    "cascade": Offer(
        title="Cascade",
        answers="At which age each stage of decline was first seen, and where it was not",
        build=_cascade,
        choices=(Choice("stages", "Stages", "four", lambda _: _STAGES),),
    ),
    "ordering": Offer(
        title="Order within a study",
        answers="Which studies found one outcome changed while another was not",
        build=_ordering,
        choices=(
            Choice("a", "A", "out.nmj.jitter", _outcomes),
            Choice("b", "B", "out.cmap.amp", _outcomes),
            _CONTRAST,
        ),
    ),
    "co-occurrence": Offer(
        title="Studied together",
        answers="Which markers were measured together with which method",
        build=_together,
        choices=(
            Choice("down", "Rows", "biomarker", _axes_and_markers),
            Choice("across", "Columns", "emg_method", _axes),
        ),
    ),
    "gaps": Offer(
        title="Gaps",
        answers="Which cells hold one study or none, and what was excluded on a topic, and why",
        build=_gaps,
        choices=(
            Choice("down", "Rows", "emg_method", _axes),
            Choice("across", "Columns", DOMAIN, _axes),
            Choice("apart", "Told apart", POPULATION, _axes),
            Choice("words", "Excluded reports that speak of"),
        ),
    ),
    "studies-by": Offer(
        title="Studies by",
        answers="How many studies there are of each species, muscle or any other term",
        build=_by,
        choices=(Choice("by", "By", "species", _axes), _EVERY),
    ),
    "prisma": Offer(
        title="PRISMA flow",
        answers="How many records came in, went out, and why",
        build=_prisma,
    ),
}
