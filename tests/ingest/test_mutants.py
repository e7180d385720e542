"""Invariant 26: any bytes become records and rejects, or one sentence; nothing else is raised.

REVIEW_MUTANTS says how many mutants of each format are read (60 by default; at release 10,000).
"""

import gzip
import io
import json
import os
import random
import re
import zipfile
from pathlib import Path

import pytest

from review.errors import BadInput
from review.ingest.read import read_file
from review.ingest.record import Record, Reject
from tests.ingest.export_samples import SAMPLES

TOKENS = [
    b"\x00", b"\xff", b"\xc3", b"\r", b"\r\n", b"\n\n", b"\xef\xbb\xbf", b'"', b"'", b",", b";",
    b"\t", b"{", b"}", b"@", b"@article{", b"#", b"%", b"\\", b"$", b"&", b"&nbsp;", b"&#0;",
    b"&lol;", b"<", b">", b"]]>", b"<!--", b"<![CDATA[", b"<!DOCTYPE x [<!ENTITY lol 'lol'>]>",
    b"<?xml?>", b"<record>", b"</record>", b"<mods>", b"</m:mods>", b"&#0;<x:y>",
    b'<dcterms:isPartOf rdf:resource="#item_3"/>',
    b"<PubmedArticle>", b"</PubmedArticle>", b"<PMID>",
    b"TY  - JOUR\n", b"ER  - \n", b"\nPMID- 1\n", b"\nPT J\n", b"\nER\n", b"%0 Book\n", b"<7. >\n",
    b"      ", b"\xed\xa0\x80", b"9" * 40, b"(" * 200, b"{" * 300, b"[" * 3000, b"\xff\xfe",
    b"\x1a", b"\x0c", b"\x1b", b"\xe2\x80\xa8", b"\xc2\x85", b'"""', b'""""', b"\\\"{", b"\\frac{",
    b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>&b;", b"&a;&b;", b"\nRT Book\n",
    b"a" * 70_000, b"AU  - " + b"x, " * 9_000, b'{"title": ', b"\\ud800", b"1e999999",
]  # fmt: skip
MUTANTS = int(os.environ.get("REVIEW_MUTANTS", "60"))
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def mutant(sample: bytes, seed: int) -> bytes:
    """The sample with bits flipped, parts cut, doubled, moved, or spliced in from elsewhere."""
    dice = random.Random(seed)
    data = bytearray(sample)
    others = list(SAMPLES.values())
    for _ in range(dice.choice((1, 1, 2, 3, 8, 30))):
        at = dice.randrange(len(data) + 1)
        to = min(len(data), at + dice.choice((1, 2, 10, 100, 1000)))
        match dice.randrange(9):
            case 0 if at < len(data):
                data[at] = dice.randrange(256)
            case 1:
                del data[at:to]
            case 2:
                data[at:at] = data[at:to]
            case 3 | 4:
                data[at:at] = dice.choice(TOKENS)
            case 5:
                data[at:at] = bytes(dice.randrange(256) for _ in range(dice.choice((1, 5, 50))))
            case 6 if dice.random() < 0.3:
                del data[at:]
            case 7 if at < len(data):
                data[at] ^= 1 << dice.randrange(8)
            case 8:
                other = dice.choice(others)
                start = dice.randrange(len(other))
                data[at:at] = other[start : start + dice.choice((5, 50, 500))]
    return bytes(data)


def inside(sample: bytes, seed: int) -> bytes:
    """A workbook whose members are mutated and packed again, so that the packing holds."""
    out = io.BytesIO()
    dice = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(sample)) as archive, zipfile.ZipFile(out, "w") as changed:
        for name in archive.namelist():
            data = archive.read(name)
            changed.writestr(name, mutant(data, seed) if dice.random() < 0.15 else data)
    return out.getvalue()


def mutants(name: str, seed: int) -> bytes:
    """A mutant of a format: of its bytes, sometimes of its packed bytes or its packed parts."""
    sample = SAMPLES[name]
    if name == "xlsx" and seed % 2:
        return inside(sample, seed)
    if seed % 20 == 0:
        return mutant(gzip.compress(sample, mtime=0), seed)
    return mutant(sample, seed)


def read_all(path: Path, name: str | None) -> list[Record | Reject] | None:
    try:
        return list(read_file(path, format=name).items)
    except BadInput as error:
        if not str(error).strip() or "\n" in str(error):
            raise AssertionError("BadInput is one sentence") from error
        return None


def check(item: Record | Reject) -> None:
    if isinstance(item, Reject):
        assert item.position
        assert item.reason
        return
    text = json.dumps([getattr(item, name) for name in Record.__slots__], ensure_ascii=False)
    text.encode("utf-8")
    assert not CONTROL.search(text), text
    assert item.year is None or 1500 <= item.year < 2100
    assert item.doi == item.doi.lower()
    assert item.title or item.abstract or item.doi or item.pmid or item.authors


def fuzz(path: Path, name: str, seeds: range) -> None:
    for seed in seeds:
        path.write_bytes(mutants(name, seed))
        try:
            for forced in (None, name):
                for item in read_all(path, forced) or ():
                    check(item)
        except Exception as error:
            error.add_note(f"{name}, seed {seed}")
            raise


@pytest.mark.parametrize("name", SAMPLES)
def test_mutated_exports_become_records_and_rejects(name: str, tmp_path: Path) -> None:
    fuzz(tmp_path / "export", name, range(MUTANTS))


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"xls", "xlsx"}))
def test_what_is_damaged_behind_a_record_leaves_it_as_it_was(name: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(SAMPLES[name])
    first, _ = read_file(path).items
    # from a line after the second record's first
    begins = max(SAMPLES[name].rfind(b"econd one"), SAMPLES[name].rfind(b"A chapter"))
    begins = begins if begins > 0 else SAMPLES[name].rfind(b"91000002")
    for seed in range(MUTANTS):
        ascii_only = bytes(
            b for b in mutant(SAMPLES[name][begins:], seed) if b == 10 or 31 < b < 127
        )
        path.write_bytes(SAMPLES[name][:begins] + ascii_only)
        items = read_all(path, name)
        assert items, f"seed {seed}"
        assert items[0] == first or name == "json", f"seed {seed}"


@pytest.mark.parametrize("name", SAMPLES)
def test_bytes_of_no_meaning_are_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / "noise"
    for seed in range(20):
        path.write_bytes(random.Random(seed).randbytes(4_000))
        for item in read_all(path, name) or ():
            check(item)


@pytest.mark.parametrize(
    ("name", "opened"),
    [
        ("pubmed-xml", b"<PubmedArticleSet>"),
        ("endnote-xml", b"<records>"),
        ("mods", b'xlink">'),
        ("rdf", b'basic/">'),
    ],
)
def test_xml_cut_anywhere_says_so(name: str, opened: bytes, tmp_path: Path) -> None:
    sample = SAMPLES[name]
    path = tmp_path / "cut.xml"
    for end in range(sample.index(opened) + len(opened), len(sample.rstrip()) - 2, 37):
        path.write_bytes(sample[:end])
        assert any(isinstance(item, Reject) for item in read_all(path, None) or ()), end


STARTS = {
    "ris": rb"(?m)^TY  - ",
    "nbib": rb"(?m)^PMID- ",
    "pubmed-xml": rb"</PubmedArticle>",
    "endnote-xml": rb"</record>",
    "mods": rb"</m:mods>",
    "wos": rb"(?m)^PT [A-Z]",
    "refworks": rb"(?m)^RT (?:Journal|Book)",
    "ovid": rb"(?m)^<\d+\. ?>$",
}


@pytest.mark.parametrize("name", STARTS)
def test_no_record_of_a_mutant_goes_unaccounted(name: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    for seed in range(500, 500 + MUTANTS):
        data = mutant(SAMPLES[name], seed).replace(b"\r", b"\n")
        if data.count(b"\x00"):
            continue
        path.write_bytes(data)
        items = read_all(path, name)
        if items is not None:
            assert len(items) >= len(re.findall(STARTS[name], data)), f"seed {seed}"
