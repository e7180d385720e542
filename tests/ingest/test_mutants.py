"""Invariant 26: any bytes become records and rejects, or one sentence; nothing else is raised."""

import json
import random
import re
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
    b"<?xml?>", b"<record>", b"</record>", b"<PubmedArticle>", b"</PubmedArticle>", b"<PMID>",
    b"TY  - JOUR\n", b"ER  - \n", b"\nPMID- 1\n", b"\nPT J\n", b"\nER\n", b"%0 Book\n", b"<7. >\n",
    b"      ", b"\xed\xa0\x80", b"9" * 40, b"(" * 200, b"{" * 300,
]  # fmt: skip
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def mutant(sample: bytes, seed: int) -> bytes:
    dice = random.Random(seed)
    data = bytearray(sample)
    for _ in range(dice.choice((1, 1, 2, 3, 8, 30))):
        at = dice.randrange(len(data) + 1)
        to = min(len(data), at + dice.choice((1, 2, 10, 100, 1000)))
        match dice.randrange(7):
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
    return bytes(data)


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
        path.write_bytes(mutant(SAMPLES[name], seed))
        try:
            for forced in (None, name):
                for item in read_all(path, forced) or ():
                    check(item)
        except Exception as error:
            error.add_note(f"{name}, seed {seed}")
            raise


@pytest.mark.parametrize("name", SAMPLES)
def test_mutated_exports_become_records_and_rejects(name: str, tmp_path: Path) -> None:
    fuzz(tmp_path / "export", name, range(100))


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_ten_thousand_mutants_of_each_format(name: str, tmp_path: Path) -> None:
    fuzz(tmp_path / "export", name, range(1_000, 11_000))


@pytest.mark.parametrize("name", SAMPLES)
def test_bytes_of_no_meaning_are_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / "noise"
    for seed in range(20):
        path.write_bytes(random.Random(seed).randbytes(4_000))
        for item in read_all(path, name) or ():
            check(item)


def test_a_pubmed_file_cut_anywhere_says_so(tmp_path: Path) -> None:
    sample = SAMPLES["pubmed-xml"]
    path = tmp_path / "cut.xml"
    first = sample.index(b"<PubmedArticleSet>") + len(b"<PubmedArticleSet>")
    for end in range(first, len(sample) - 2, 37):
        path.write_bytes(sample[:end])
        assert any(isinstance(item, Reject) for item in read_all(path, None) or ()), end


STARTS = {
    "ris": rb"(?m)^TY  - ",
    "nbib": rb"(?m)^PMID- ",
    "pubmed-xml": rb"</PubmedArticle>",
    "endnote-xml": rb"</record>",
}


@pytest.mark.parametrize("name", STARTS)
def test_no_record_of_a_mutant_goes_unaccounted(name: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    for seed in range(500, 620):
        data = mutant(SAMPLES[name], seed).replace(b"\r", b"\n")
        if data.count(b"\x00"):
            continue
        path.write_bytes(data)
        items = read_all(path, name)
        if items is not None:
            assert len(items) >= len(re.findall(STARTS[name], data)), f"seed {seed}"
