"""Real exports of 25 tools: each record is read or a reject, and known contents come out."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from review.errors import BadInput
from review.ingest import fields
from review.ingest.read import read_file
from review.ingest.record import Record, Reject

NOT_EXPORTS = {".md", ".vec", ".json", ".rst", ""}
# Where a format shows how many records a file holds, without a reader of ours.
MARKS = {
    "ris": r"(?m)^\ufeff?TY {1,2}- ",
    "nbib": r"(?m)^\ufeff?PMID- ",
    "wos": r"(?m)^PT ",
    "bibtex": r"(?m)^\s*@(?!comment|string|preamble)\w+\s*\{",
    "endnote-xml": r"</record>",
    "mods": r"</(\w+:)?mods>",
    "refer": r"(?m)^%T ",
}
# Rows that are no records, records that say nothing, entries whose braces do not close.
KNOWN_REJECTS = {
    "_baseline_abstrackr.csv": 1,
    "baseline_reference_types.ris": 61,
    "baseline_tag-notes.ris": 11,
    "baseline_tag_and_field_definitions.ris": 1,
    "duplicate_records.csv": 4,
    "bib_data.bib": 1,
    "ebsco_bib.bib": 2,
    "ebsco_bib_result.bib": 2,
}


@pytest.fixture(scope="module")
def exports(shared_data: Path) -> Path:
    return shared_data / "exports"


def _read(path: Path) -> tuple[str, list[Record], list[Reject]]:
    reading = read_file(path)
    items = list(reading.items)
    return (
        reading.format,
        [item for item in items if isinstance(item, Record)],
        [item for item in items if isinstance(item, Reject)],
    )


@pytest.mark.slow
def test_every_record_of_every_export_is_read_or_a_reject(exports: Path) -> None:
    refused, rejected, formats = [], {}, Counter[str]()
    cases = exports / "zotero_translator_tests"  # inputs within JSON, read one by one below
    for path in sorted(path for path in exports.rglob("*") if path.is_file()):
        if cases in path.parents:
            continue
        try:
            kind, records, rejects = _read(path)
        except BadInput:
            refused.append(path)
            continue
        formats[kind] += 1
        if rejects:
            rejected[path.name] = len(rejects)
        if kind in MARKS:
            text = path.read_bytes().decode("utf-8", "replace").replace("\r", "\n")
            marks = len(re.findall(MARKS[kind], text))
            assert len(records) + len(rejects) >= marks, path
            assert marks == 0 or len(records) <= marks, path
    assert [path.name for path in refused if path.suffix not in NOT_EXPORTS] == []
    assert rejected == KNOWN_REJECTS
    assert set(formats) >= {"ris", "nbib", "csv", "tsv", "xlsx", "wos", "endnote-xml", "bibtex"}


def test_files_that_carry_their_count_give_that_count(exports: Path) -> None:
    files = sorted((exports / "citesource/new_benchmark_data").glob("*.ris"))
    assert len(files) == 6
    for path in files:
        _, records, rejects = _read(path)
        assert (len(records), rejects) == (int(path.stem.rpartition("_")[2]), []), path.name


@pytest.mark.parametrize(
    "pair",
    [("RIS/_baseline_zotero.ris", "CSV/_baseline_zotero.csv"),
     ("RIS/_baseline_rayyan.ris", "CSV/_baseline_rayyan.csv"),
     ("RIS/_baseline_covidence_endnote.ris", "CSV/_baseline_covidence.csv"),
     ("RIS/_baseline_scopus.ris", "CSV/_baseline_scopus.csv"),
     ("RIS/_baseline_embase.ris", "XLSX/_baseline_embase.xlsx")],
)  # fmt: skip
def test_one_set_says_the_same_in_two_formats(pair: tuple[str, str], exports: Path) -> None:
    said = []
    for name in pair:
        _, records, _ = _read(exports / "asreview-cff" / name)
        said.append({(_plain(one.title), one.year, one.doi, one.volume) for one in records})
    assert said[0] == said[1]
    assert len(said[0]) == 10


def test_tables_of_other_work_are_read_with_every_column_known(shared_data: Path) -> None:
    _, records, rejects = _read(shared_data / "screening/ADHD.csv")
    assert (len(records), rejects) == (851, [])
    assert sum(bool(one.abstract) for one in records) > 700
    _, records, rejects = _read(shared_data / "dual/rayyan_accident/articles.csv")
    assert (len({one.accession for one in records}), rejects) == (1_224, [])


# Zotero's translator tests.
DOI_ZOTERO_LEAVES_OUT = {
    "MEDLINEnbib", "RIS", "ReferBibIX", "Web of Science Tagged", "RefWorks Tagged",
}  # fmt: skip
TRANSLATORS = {
    "RIS": "ris", "MEDLINEnbib": "nbib", "BibTeX": "bibtex", "Endnote XML": "endnote-xml",
    "Web of Science Tagged": "wos", "PubMed XML": "pubmed-xml", "ReferBibIX": "refer",
    "OVID Tagged": "ovid", "RefWorks Tagged": "refworks", "CSL JSON": "json",
    "MODS": "mods", "Bibliontology RDF": "rdf",
}  # fmt: skip


def _plain(text: str | None) -> str:
    text = unicodedata.normalize("NFKC", re.sub(r"<[^>]+>", "", text or ""))
    return re.sub(r"\W+", "", text).lower()


def _names(creator: dict[str, Any]) -> set[str]:
    """How a creator may be written: by the family name, or whole (a group stays one name)."""
    family = creator.get("lastName") or creator.get("name") or ""
    return {_plain(family), _plain(f"{creator.get('firstName', '')}{family}")}


def _kept(found: Record, *, authors_only: bool) -> set[str]:
    """The names a record holds as authors; else those it keeps of others, by role or tag."""
    people = list(found.authors)
    if not authors_only:
        people += [*found.extra.get("editors", ()), *found.extra.get("contributors", ())]
        people += [one for values in found.extra.get("tags", {}).values() for one in values]
    return {_plain(part) for name in people for part in (name, name.split(",")[0])}


def _differences(found: Record, item: dict[str, Any], translator: str) -> dict[str, Any]:
    creators = item.get("creators", [])
    authors = [one for one in creators if one.get("creatorType") in ("author", "inventor", None)]
    kept = _kept(found, authors_only=bool(authors))
    doi = fields.doi(item.get("DOI") or item.get("extra"))
    want = {
        # Zotero knows titles of other names (cases, acts)
        "title": _plain(item.get("title") or found.title),
        "year": fields.year(str(item.get("date") or item.get("issueDate") or "")),
        "doi": doi or (found.doi if translator in DOI_ZOTERO_LEAVES_OUT else ""),
        "missing": [],
    }
    has = {
        "title": _plain(found.title),
        "year": found.year,
        "doi": found.doi,
        "missing": [one for one in authors or creators if not _names(one) & kept],
    }
    return {name: (has[name], want[name]) for name in want if has[name] != want[name]}


@pytest.mark.parametrize("translator", TRANSLATORS)
def test_the_expected_items_of_zotero_match(translator: str, exports: Path, tmp_path: Path) -> None:
    cases = json.loads((exports / f"zotero_translator_tests/{translator}.json").read_text("utf-8"))
    compared = 0
    for number, case in enumerate(cases):
        path = tmp_path / "input"
        path.write_text(case["input"], encoding="utf-8", newline="")
        kind, records, rejects = _read(path)
        wanted = [one for one in case["items"] if one["itemType"] not in ("note", "attachment")]
        assert (kind, len(records), rejects) == (TRANSLATORS[translator], len(wanted), []), number
        for found, item in zip(records, wanted, strict=True):
            assert _differences(found, item, translator) == {}, (number, found.title)
            compared += 1
    assert compared >= (3 if len(cases) > 2 else len(cases))
