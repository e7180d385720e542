"""The studies with their reports and what each still lacks; families; and how many there are."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.screening.blinding import blind_to_forms, visible_state
from review.store import extractions, fulltext, screening, studies as store
from review.store.engine import Database
from review.store.people import Member, protocol
from review.vocab import Retrieval, State


def studies(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every study that has a report, with the kept records of its reports.

    Each: {study, label, cohort_family, attributes, reports, included, population, populations,
    extracted, full_texts, missing}. `population` is the code that counts the study once, as set
    on the study, else as its form says; `populations` all that apply; `full_texts` how many of
    its reports were retrieved; `missing` which of population, extraction and full_text it lacks.
    Who is blind to unsettled forms learns nothing of them here.
    """
    with db.read() as conn:
        viewer = acting(conn, who, act="see the studies")
        return listed(conn, viewer)


def listed(conn: sa.Connection, viewer: Member | None) -> list[dict[str, Any]]:
    """As `studies`, for a transaction that is open."""
    seen = Viewer.of(viewer)
    _, content = protocol(conn)
    facet = next((one.id for one in content.codebook.facets if one.primary), "")
    forms = extractions.extractions(
        conn, viewer=seen.id, blind=blind_to_forms(seen.id, roles=seen.roles)
    )
    standing = {
        row.kept_id: visible_state(seen.id, screening.as_standing(row), roles=seen.roles)
        for row in fulltext.sought(conn)
    }
    got = fulltext.retrievals(conn)
    reports = store.reports(conn)
    found = []
    for row in store.studies(conn):
        mine = reports[row.id]
        form = forms.get(row.id)
        full = [r for r in mine if r in got and got[r].status is Retrieval.RETRIEVED]
        population = content.codebook.current(row.population or (form.main if form else ""))
        one = {
            "study": row.id,
            "label": row.label,
            "cohort_family": row.cohort_family,
            "attributes": row.attributes,
            "reports": mine,
            "included": any(standing.get(r) is State.INCLUDED for r in mine),
            "population": population,
            "populations": [content.codebook.current(c) for c in _all(facet, form, population)],
            "extracted": form is not None,
            "full_texts": len(full),
        }
        found.append(one | {"missing": _missing(one)})
    return found


def _all(facet: str, form: Any, population: str) -> list[str]:
    """Every population of a study, the primary one first."""
    more = list(form.terms.get(facet, ())) if form else []
    return list(dict.fromkeys([population, *more] if population else more))


def _missing(one: Mapping[str, Any]) -> list[str]:
    lacks = {
        "population": not one["population"],
        "extraction": not one["extracted"],
        "full_text": not one["full_texts"],
    }
    return [name for name, is_missing in lacks.items() if is_missing]


def study_counts(db: Database, who: Caller) -> dict[str, Any]:
    """Return how many included studies there are: {studies, reports, families, populations}.

    `families` counts a study of no family as one of its own; `populations` is code to number of
    studies, "" for those of no primary population: the numbers add up to `studies`.
    """
    with db.read() as conn:
        rows = listed(conn, acting(conn, who, act="see the studies"))
    included = [one for one in rows if one["included"]]
    populations: dict[str, int] = {}
    for one in included:
        populations[one["population"]] = populations.get(one["population"], 0) + 1
    return {
        "studies": len(included),
        "reports": sum(len(one["reports"]) for one in included),
        "families": len({one["cohort_family"] or one["study"] for one in included}),
        "populations": dict(sorted(populations.items())),
    }


def families(db: Database, who: Caller) -> dict[str, Any]:
    """Say which reports share participants: {reports, studies, families, list}.

    `list` has each cohort family and each study of several reports, {family, studies, reports,
    shared}: by number and label, with its reports; `shared` is how many reports there are beyond
    the first of each group of people. The three counts are over all studies that are listed, a
    study of no family being a family of its own.
    """
    with db.read() as conn:
        rows = listed(conn, acting(conn, who, act="see the studies"))
    grouped: dict[Any, list[dict[str, Any]]] = {}
    for one in rows:
        grouped.setdefault(one["cohort_family"] or one["study"], []).append(one)
    found: list[dict[str, Any]] = []
    for key, some in grouped.items():
        reports = sorted(record for one in some for record in one["reports"])
        if len(reports) > 1:
            found.append(
                {
                    "family": key if isinstance(key, str) else "",
                    "studies": [
                        {"study": one["study"], "label": one["label"], "reports": one["reports"]}
                        for one in some
                    ],
                    "reports": reports,
                    "shared": len(reports) - 1,
                }
            )
    found.sort(key=lambda one: (-len(one["reports"]), one["family"]))
    return {
        "reports": sum(len(one["reports"]) for one in rows),
        "studies": len(rows),
        "families": len(grouped),
        "list": found,
    }
