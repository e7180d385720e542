"""The pictures of effects that can be asked for, and what each leaves to choose."""

from collections.abc import Mapping

from review.actions.flow import current_flow
from review.actions.offers import Choice, Material, Offer
from review.protocol import Codebook
from review.reporting.pictures.picture import Picture
from review.synthesis.axes import DOMAIN, axes

POPULATION = "population"
_YES_NO = {"no": "no", "yes": "yes"}


def _axes(codebook: Codebook) -> Mapping[str, str]:
    return axes(codebook)


def _axes_or_none(codebook: Codebook) -> Mapping[str, str]:
    return {"": "(not told apart)", **axes(codebook)}


def _yes_no(codebook: Codebook) -> Mapping[str, str]:
    return _YES_NO


def _map(given: Material) -> Picture:
    from review.reporting.pictures.evidence_map import evidence_map

    chosen = given.choices
    return evidence_map(
        given.effects(),
        given.codebook,
        down=chosen["down"],
        across=chosen["across"],
        apart=chosen["apart"],
        every=chosen["every"] == "yes",
    )


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
        rows=[{"what": line.text, "n": line.n} for line in lines],
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
    "prisma": Offer(
        title="PRISMA flow",
        answers="How many records came in, went out, and why",
        build=_prisma,
    ),
}
