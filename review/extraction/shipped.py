"""Reads a shipped review's folder: its studies as records, forms, and simulated decisions.

Facts come from the folder's files; only the votes are made up here, the same ones every time.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from review.errors import NotFound
from review.extraction.shipped_forms import Row, form_of, with_onset
from review.extraction.simulated import Decision, decisions
from review.ingest.record import Record
from review.protocol import Protocol, read

DEMO = "emg-nmj-ageing"
DISTRIBUTION = "review-evidence"
PUBMED, ELSEWHERE = "PubMed", "Publishers' pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedStudy:
    """One report of the folder. `form` is for `form.read_form`; None where no effect was read.

    `decisions` are in the order they were cast; `included` says where they end. `link` is where
    the full text was found.
    """

    record: Record
    source: str
    decisions: tuple[Decision, ...]
    included: bool
    sought: bool
    link: str
    form: dict[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedReview:
    """A whole shipped review: what `review demo` makes a database from."""

    folder: Path
    protocol: Protocol
    strategies: dict[str, str]
    studies: tuple[ShippedStudy, ...]


def folder(name: str = DEMO) -> Path:
    """Where a shipped review lies: in the installed package, or beside the source.

    Raises NotFound when neither has it.
    """
    here = Path(__file__).resolve().parents[1]
    places = [here / "data" / name, here.parent / "data" / name, *_installed(name)]
    for place in places:
        if (place / "protocol.yaml").is_file():
            return place
    raise NotFound(f"the shipped review {name!r} is not installed")


def read_shipped(path: Path | None = None) -> ShippedReview:
    """The shipped review in a folder (default: the one that ships), read and simulated.

    Deterministic: the same folder gives the same records, forms and decisions.
    """
    path = path or folder()
    protocol = read(path / "protocol.yaml")
    strategies = {
        s.name: (path / s.strategy).read_text(encoding="utf-8")
        for s in protocol.sources
        if s.strategy and (path / s.strategy).is_file()
    }
    return ShippedReview(
        folder=path,
        protocol=protocol,
        strategies=strategies,
        studies=tuple(_studies(path, protocol)),
    )


def _studies(path: Path, protocol: Protocol) -> Iterator[ShippedStudy]:
    effects = _by_study(rows(path / "effects.csv"))
    numbers = _by_study(rows(path / "numbers.csv"))
    onset = path / "onset.csv"
    onsets = _by_study(rows(onset)) if onset.is_file() else {}
    for row in rows(path / "studies.csv"):
        key = row["study_id"]
        record = record_of(row)
        votes = decisions(key, row["eligibility"], row["exclusion_reason"], protocol=protocol)
        yield ShippedStudy(
            record=record,
            source=PUBMED if record.pmid else ELSEWHERE,
            decisions=votes,
            included=row["eligibility"] == "include",
            sought=any(d.stage == "full-text" for d in votes),
            link=record.url,
            form=form_of(
                row,
                with_onset(effects.get(key, []), onsets.get(key, [])),
                numbers.get(key, []),
                protocol.codebook,
            ),
        )


def rows(path: Path) -> list[Row]:
    """The rows of a shipped table, every cell a text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def record_of(row: Row) -> Record:
    """The record of a row of studies.csv: `accession` is its study id, and it has no abstract."""
    volume, issue, pages = _volume(row["volume_pages"])
    extra = {
        "title_unverified": row["title_unverified"] == "yes",
        "verified": row["verified"],
        "pmid_status": row["pmid_status"],
        "doi_status": row["doi_status"],
        "source_url": row["source_url"],
        "note": row["note"],
        "authors_incomplete": "et al." in row["authors"] or not row["authors"],
    }
    names = [name for name in row["authors"].split(";") if name.strip() not in ("", "et al.")]
    return Record(
        accession=row["study_id"],
        title=row["title"],
        authors=tuple(_author(name) for name in names),
        journal=row["journal"],
        year=int(row["year"]) if row["year"].isdigit() else None,
        volume=volume,
        issue=issue,
        pages=pages,
        doi=row["doi"].lower(),
        pmid=row["pmid"],
        pmcid=row["pmcid"],
        url=_link(row),
        extra={k: v for k, v in extra.items() if v not in ("", "none", False)},
    )


def _author(name: str) -> str:
    """ "Campbell MJ" as "Campbell, MJ"; a name without initials stays as it is."""
    family, _, initials = name.strip().rpartition(" ")
    if family and re.fullmatch(r"[A-Z][A-Z-]{0,4}", initials):
        return f"{family}, {initials}"
    return name.strip()


def _volume(text: str) -> tuple[str, str, str]:
    """Volume, issue and pages of "36(2):174-182"; what has another shape stays whole as volume."""
    found = re.fullmatch(r"\s*([^():]*?)\s*(?:\(([^)]*)\))?\s*(?::\s*(.*?))?\s*", text)
    if not found:
        return text.strip(), "", ""
    volume, issue, pages = found.groups()
    return volume, issue or "", pages or ""


def _link(row: Row) -> str:
    if row["pmid"]:
        return f"https://pubmed.ncbi.nlm.nih.gov/{row['pmid']}/"
    if row["pmcid"]:
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{row['pmcid']}/"
    return f"https://doi.org/{row['doi']}" if row["doi"] else row["source_url"]


def _by_study(table: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in table:
        grouped.setdefault(row["study_id"], []).append(row)
    return grouped


def _installed(name: str) -> list[Path]:
    try:
        listed = files(DISTRIBUTION) or []
    except PackageNotFoundError:
        return []
    protocols = [f for f in listed if f.name == "protocol.yaml" and f.parent.name == name]
    return [Path(str(f.locate())).parent for f in protocols]
