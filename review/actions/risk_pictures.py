"""The pictures of the risk of bias that can be asked for: what was settled of which studies."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from review.actions.caller import Viewer
from review.actions.offers import Choice, Material, Offer
from review.extraction.lights import Panel, Study, lights, panels
from review.protocol import Codebook
from review.protocol.tools import tool_named
from review.screening.blinding import blind_to_forms
from review.store import appraisal, extractions, fulltext
from review.synthesis.evidence import label

if TYPE_CHECKING:
    from review.reporting.pictures import Picture

_WEIGHTS = {"none": "each study once", "participants": "by people or animals"}
_ORDERS = {"name": "by name", "overall": "by overall judgement, then name"}
_TOOL = Choice("tool", "Tool (empty: every one)")
_RANK = {"low": 0, "some": 1, "unclear": 2, "high": 3, "very-high": 4}


def _panels(given: Material) -> list[Panel]:
    """The panels of what is settled of included studies, those with an effect that matches."""
    effects = given.effects()
    rows = appraisal.speaking(given.conn)
    matched = {effect["study_id"] for effect in effects}
    allowed = matched if given.where else set(rows)
    if not given.everything:
        allowed &= appraisal.included(given.conn)
    names = {row.id: row.label for row in fulltext.studies(given.conn)}
    weights: dict[int, float] = {}
    for effect in effects:
        own = max(effect["measures"].get("n") or (0.0,))
        weights[effect["study_id"]] = max(own, weights.get(effect["study_id"], 0.0))
    populations = _populations(given, list(rows))
    own_tools = given.protocol.appraisal.own_tools
    tools = {row.tool: tool_named(row.tool, own_tools) for row in rows.values()}
    asked = given.choices["tool"]
    wanted = tool_named(asked, own_tools).name if asked else ""
    by_overall = given.choices.get("order") == "overall"
    chosen = sorted(
        (row for study, row in rows.items() if study in allowed and wanted in ("", row.tool)),
        key=lambda row: (
            _RANK[row.overall.value] if by_overall else 0,
            names[row.study_id].casefold(),
            row.study_id,
        ),
    )
    order = {code: i for i, code in enumerate(populations.order)}
    studies = [
        (
            row.tool,
            Study(
                id=row.study_id,
                label=names[row.study_id],
                population=populations.label(row.study_id),
                lights=lights(tools[row.tool], row.answers, row.domains, row.overall),
                weight=weights.get(row.study_id, 0.0),
            ),
        )
        for row in sorted(chosen, key=lambda row: order.get(populations.of(row.study_id), 99))
    ]
    return panels(tools, studies)


class _Populations:
    """In which population each study counts: its primary one, else the first it has."""

    def __init__(self, codebook: Codebook, of: Mapping[int, str]) -> None:
        facets = [f for f in codebook.facets if f.id == "population"]
        self.order = [term.code for facet in facets for term in facet.terms]
        self._codebook, self._of = codebook, of

    def of(self, study: int) -> str:
        """The code of a study's population, empty where none is known."""
        return self._of.get(study, "")

    def label(self, study: int) -> str:
        """What it is called."""
        return label(self._codebook, self.of(study)) or "population not tagged"


def _populations(given: Material, studies: list[int]) -> _Populations:
    viewer = Viewer.of(given.member)
    blind = blind_to_forms(viewer.id, roles=viewer.roles)
    book = given.codebook
    codes = appraisal.codes(given.conn, book, studies, viewer=viewer.id, blind=blind)
    forms = extractions.extractions(given.conn, None, viewer=viewer.id, blind=blind)
    known = {t.code for f in book.facets if f.id == "population" for t in f.terms}
    found = {}
    for study in studies:
        main = book.current(forms[study].main) if study in forms else ""
        own = [code for code in codes[study] if code in known]
        found[study] = main if main in known else next(iter(own), "")
    return _Populations(book, found)


def _traffic_light(given: Material) -> "Picture":
    from review.reporting.pictures.lights import traffic_light

    return traffic_light(_panels(given))


def _risk_summary(given: Material) -> "Picture":
    from review.reporting.pictures.risk_summary import risk_summary

    return risk_summary(_panels(given), weighted=given.choices["weight"] == "participants")


OFFERS: dict[str, Offer] = {
    "traffic-light": Offer(
        title="Risk of bias of each study",
        answers="How each study was judged, domain by domain (traffic lights)",
        build=_traffic_light,
        choices=(_TOOL, Choice("order", "Order", "name", lambda _: _ORDERS)),
    ),
    "risk-summary": Offer(
        title="Risk of bias over studies",
        answers="Which share of studies is at low or high risk in each domain",
        build=_risk_summary,
        choices=(_TOOL, Choice("weight", "Weight", "none", lambda _: _WEIGHTS)),
    ),
}
