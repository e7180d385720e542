"""Real PubMed XML, against NLM's own counts and against Bio.Entrez.read field by field."""

import gzip
import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from Bio import Entrez

from review.ingest.pubmed_xml import read_bytes
from review.ingest.read import read_file
from review.ingest.record import Record, Reject


@pytest.fixture(scope="module")
def pubmed(shared_data: Path) -> Path:
    return shared_data / "pubmed"


def _bodies(path: Path, *, step: int, of: int, batch: int) -> Iterator[bytes]:
    """Every `step`-th of the first `of` articles of an update file, `batch` to a document."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        text = "".join(islice(file, of * 300))
    head = text[: text.index("<PubmedArticle>")]
    found = re.findall(r"<PubmedArticle>.*?</PubmedArticle>", text, re.S)[:of:step]
    for first in range(0, len(found), batch):
        yield f"{head}{''.join(found[first : first + batch])}</PubmedArticleSet>".encode()


def _text(value: Any) -> str:
    """Bio.Entrez keeps inline markup in its strings, and entities escaped twice."""
    return " ".join(html.unescape(re.sub(r"</?[A-Za-z:]+[^<>]*>", "", str(value))).split())


def _oracle(one: Any) -> dict[str, Any]:
    """The fields of a record as Bio.Entrez.read gives them."""
    citation = one["MedlineCitation"]
    entry = citation["Article"]
    issue = entry["Journal"]["JournalIssue"]
    date = issue["PubDate"]
    sections = entry.get("Abstract", {}).get("AbstractText", [])
    year = date.get("Year") or re.search(r"\d{4}", date.get("MedlineDate", "")).group()
    dois = [
        str(place)
        for place in entry["ELocationID"]
        if place.attributes["EIdType"] == "doi" and place.attributes["ValidYN"] == "Y"
    ] + [str(i) for i in one["PubmedData"]["ArticleIdList"] if i.attributes["IdType"] == "doi"]
    return {
        "pmid": str(citation["PMID"]),
        "title": _text(entry["ArticleTitle"]),
        "abstract": "\n".join(filter(None, map(_section, sections))),
        "authors": tuple(
            _person(a) for a in entry.get("AuthorList", []) if a.attributes["ValidYN"] == "Y"
        ),
        "journal": _text(entry["Journal"]["Title"]),
        "year": int(year),
        "volume": str(issue.get("Volume", "")),
        "issue": str(issue.get("Issue", "")),
        "doi": dois[0].lower() if dois else "",
        "language": "; ".join(map(str, entry["Language"])),
        "publication_types": tuple(map(str, entry["PublicationTypeList"])),
        "keywords": tuple(
            dict.fromkeys(_text(word) for words in citation["KeywordList"] for word in words)
        ),
        "mesh": tuple(map(_heading, citation.get("MeshHeadingList", []))),
    }


def _section(part: Any) -> str:
    label = part.attributes.get("Label", "") if hasattr(part, "attributes") else ""
    text = _text(part)
    named = label and label != "UNLABELLED"
    return f"{label.strip().rstrip(':')}: {text}" if named and text else text


def _person(author: Any) -> str:
    if "CollectiveName" in author:
        return _text(author["CollectiveName"])
    given = author.get("ForeName") or author.get("Initials")
    return ", ".join(
        filter(None, map(_text, (author["LastName"], given or "", author.get("Suffix", ""))))
    )


def _heading(one: Any) -> str:
    parts = [one["DescriptorName"], *one["QualifierName"]]
    return "/".join(f"{'*' * (p.attributes['MajorTopicYN'] == 'Y')}{p}" for p in parts)


def _same(ours: Record, theirs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields that differ; layout spaces in formulas, and what we add to empty fields, do not."""
    different = {}
    for name, want in theirs.items():
        has = getattr(ours, name)
        if name in ("title", "abstract"):
            has, want = has.replace(" ", ""), want.replace(" ", "")
            if not want and (ours.extra.get("vernacular_title") or "other_abstracts" in ours.extra):
                continue
        if has != want:
            different[name] = (has, want)
    return different


def test_fields_equal_those_of_bio_entrez(pubmed: Path) -> None:
    compared = 0
    for body in _bodies(pubmed / "pubmed21n1298.xml.gz", step=8, of=2_400, batch=100):
        theirs = Entrez.read(io.BytesIO(body))["PubmedArticle"]
        ours, _ = read_bytes(body)
        for one, other in zip(ours, theirs, strict=True):
            assert isinstance(one, Record)
            assert _same(one, _oracle(other)) == {}, one.pmid
            compared += 1
    assert compared == 300


def test_single_efetch_answers_are_read_books_included(pubmed: Path) -> None:
    kinds = Counter[str]()
    for path in sorted((pubmed / "efetch_single/pmid_xml").glob("*.xml")):
        items = list(read_file(path).items)
        records = [item for item in items if isinstance(item, Record)]
        kinds["records"] += len(records)
        kinds["rejects"] += len(items) - len(records)
        kinds["books"] += sum("book_title" in one.extra for one in records)
        if records:
            assert records[0].pmid in path.name
            assert records[0].title
    assert kinds["records"] >= 200
    assert kinds["rejects"] == 0
    assert kinds["books"] >= 1


@pytest.mark.slow
def test_an_update_file_gives_what_nlm_put_in(pubmed: Path) -> None:
    reading = read_file(pubmed / "pubmed21n1298.xml.gz")
    seen = Counter[str]()
    pmids, accessions = set(), set()
    for item in reading.items:
        assert not isinstance(item, Reject), item
        pmids.add(item.pmid)
        accessions.add(item.accession)
        links = {link["type"] for link in item.extra.get("links", ())}
        seen["records"] += 1
        seen["versions"] += "version" in item.extra
        seen["retracted"] += item.extra.get("retracted", False)
        seen["notices"] += "Retraction of Publication" in item.publication_types
        seen["errata"] += "Published Erratum" in item.publication_types
        seen["erratum links"] += bool(links & {"ErratumIn", "ErratumFor"})
        seen["untitled"] += not item.title
    assert reading.format == "pubmed-xml"
    assert len(reading.deleted) == 20
    assert (seen["records"], len(accessions), len(pmids)) == (20_788, 20_788, 20_783)
    assert (seen["versions"], seen["retracted"], seen["notices"]) == (5, 4, 9)
    assert seen["errata"] == 207
    assert seen["untitled"] <= 1
