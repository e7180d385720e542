"""The flow as the CSV that the PRISMA2020 R package (v1.1.4) reads, and back.

Its reader splits lists at `;` and pairs at `,` and finds keys by unanchored search, so labels
lose both characters and no row of ours is added: what is pending, and the gap of the other-methods
lane, have no place in this file. Previous boxes are NA, not 0, where there is no previous review.
"""

import csv
import io
import re

from review.errors import BadInput
from review.reporting.fates import OTHER
from review.reporting.prisma import Flow, ReasonCount, SourceCount
from review.vocab import SearchKind

HEADER = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
NA = "NA"

# key, node, box, text in the box; rows without a key are the titles of the template
_ROWS = (
    (NA, "node4", "prevstud", "Previous studies"),
    ("previous_studies", "node5", "box1", "Studies included in previous version of review"),
    ("previous_reports", NA, "box1", "Reports of studies included in previous version of review"),
    (
        NA,
        "node6",
        "newstud",
        "Identification of new studies via databases and registers",
    ),
    ("database_results", "node7", "box2", "Databases"),
    ("database_specific_results", NA, "box2", "Databases"),
    ("register_results", NA, "box2", "Registers"),
    ("register_specific_results", NA, "box2", "Registers"),
    (NA, "node16", "othstud", "Identification of new studies via other methods"),
    ("website_results", "node17", "box11", "Websites"),
    ("organisation_results", NA, "box11", "Organisations"),
    ("citations_results", NA, "box11", "Citation searching"),
    ("duplicates", "node8", "box3", "Duplicate records"),
    ("excluded_automatic", NA, "box3", "Records marked as ineligible by automation tools"),
    ("excluded_other", NA, "box3", "Records removed for other reasons"),
    ("records_screened", "node9", "box4", "Records screened"),
    ("records_excluded", "node10", "box5", "Records excluded"),
    ("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval"),
    ("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved"),
    ("other_sought_reports", "node18", "box12", "Reports sought for retrieval"),
    ("other_notretrieved_reports", "node19", "box13", "Reports not retrieved"),
    ("dbr_assessed", "node13", "box8", "Reports assessed for eligibility"),
    ("dbr_excluded", "node14", "box9", "Reports excluded"),
    ("other_assessed", "node20", "box14", "Reports assessed for eligibility"),
    ("other_excluded", "node21", "box15", "Reports excluded"),
    ("new_studies", "node15", "box10", "New studies included in review"),
    ("new_reports", NA, "box10", "Reports of new included studies"),
    ("total_studies", "node22", "box16", "Total studies included in review"),
    ("total_reports", NA, "box16", "Reports of total included studies"),
    ("identification", "node1", "identification", "Identification"),
    ("screening", "node2", "screening", "Screening"),
    ("included", "node3", "included", "Included"),
)
_LISTS = ("database_specific_results", "register_specific_results", "dbr_excluded")


def prisma_csv(flow: Flow) -> str:
    """The flow as a CSV text with the package's columns, rows and keys."""
    values = _values(flow)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for key, node, box, text in _ROWS:
        url = f"{key if key != NA else box}.html"
        writer.writerow((key, node, box, text, text, text, url, values.get(key, "0")))
    return out.getvalue()


def _values(flow: Flow) -> dict[str, str]:
    counts = {
        "duplicates": flow.n("removed.duplicates"),
        "excluded_automatic": flow.n("removed.automation"),
        "excluded_other": flow.n("removed.other"),
        "records_screened": flow.n("screened"),
        "records_excluded": flow.n("excluded_title_abstract"),
        "dbr_sought_reports": flow.n("sought"),
        "dbr_notretrieved_reports": flow.n("not_retrieved"),
        "dbr_assessed": flow.n("assessed"),
        "other_sought_reports": flow.n(OTHER + "sought"),
        "other_notretrieved_reports": flow.n(OTHER + "not_retrieved"),
        "other_assessed": flow.n(OTHER + "assessed"),
        "new_studies": len(flow.studies["new"]),
        "new_reports": flow.n("included") + flow.n("other.included"),
        "total_studies": len(flow.studies["total"]),
        "total_reports": sum(
            flow.n(box) for box in ("included", "other.included", "previous.reports")
        ),
    }
    values = {key: str(n) for key, n in counts.items()}
    for kind, key in (
        (SearchKind.DATABASE, "database"),
        (SearchKind.REGISTER, "register"),
        (SearchKind.WEBSITE, "website"),
        (SearchKind.ORGANISATION, "organisation"),
        (SearchKind.CITATION, "citations"),
    ):
        of_kind = [count for count in flow.sources if count.kind is kind]
        values[f"{key}_results"] = str(sum(count.n for count in of_kind))
        values[f"{key}_specific_results"] = _listed(of_kind)
    values["dbr_excluded"] = _listed(flow.reasons)
    values["other_excluded"] = _listed(flow.other_reasons)
    previous = flow.has_previous
    values["previous_studies"] = str(len(flow.studies["previous"])) if previous else NA
    values["previous_reports"] = str(flow.n("previous.reports")) if previous else NA
    return values


def _listed(counts: tuple[ReasonCount, ...] | list[SourceCount]) -> str:
    pairs = [
        (count.label if isinstance(count, ReasonCount) else count.source, count.n)
        for count in counts
    ]
    return "; ".join(f"{_safe(label)}, {n}" for label, n in pairs) or "0"


def _safe(label: str) -> str:
    """A label that the package reads whole: no comma, no semicolon, no line break."""
    return re.sub(r"\s*[,;]\s*", " / ", " ".join(label.split())).strip(" /") or "(no name)"


def read_csv(text: str) -> dict[str, int | dict[str, int] | None]:
    """The numbers by key of such a CSV: lists as label to number, None where it says NA.

    Raises BadInput where columns are missing or a number is none.
    """
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or not {"data", "n"} <= rows[0].keys():
        raise BadInput("this is no PRISMA2020 CSV: it needs the columns data and n")
    titles = {NA, "", "identification", "screening", "included"}
    found: dict[str, int | dict[str, int] | None] = {}
    for row in rows:
        key, n = row["data"] or "", (row["n"] or "").strip()
        if key in titles:
            continue
        if key in _LISTS or key == "other_excluded":
            found[key] = _pairs(key, n)
        else:
            found[key] = None if n in (NA, "") else _number(key, n)
    return found


def _pairs(key: str, text: str) -> dict[str, int]:
    if text in ("0", NA, ""):
        return {}
    found: dict[str, int] = {}
    for pair in text.split(";"):
        label, _, n = pair.strip().rpartition(", ")
        found[label] = found.get(label, 0) + _number(key, n)
    return found


def _number(key: str, text: str) -> int:
    digits = text.replace(",", "")
    if not re.fullmatch(r"[0-9]{1,15}", digits):
        raise BadInput(f"{key} should be a number, not {text!r}")
    return int(digits)
