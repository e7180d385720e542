"""Format and encoding come from a file's content; what is no export is refused in a sentence."""

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from review.errors import BadInput
from review.ingest import content
from review.ingest.detect import FORMATS
from review.ingest.read import read_file
from review.ingest.record import Record, Reject
from tests.ingest.export_samples import CSV, PUBMED_XML, RIS, SAMPLES, xlsx

AUTHORS = ("Müller, Ada B", "King, Carl")
ACCENTED = RIS.replace("Why. What", "Naïve café, “quoted” – 37 °C, Åse’s façade, Łódź is not here")


def write(tmp_path: Path, data: bytes, name: str = "export.bin") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def first(path: Path) -> Record:
    found = next(iter(read_file(path).items))
    assert isinstance(found, Record)
    return found


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac-roman"],
)
def test_text_is_read_in_the_encoding_it_came_in(encoding: str, tmp_path: Path) -> None:
    text = ACCENTED.replace("Ł", "L").replace("ź", "z")
    found = first(write(tmp_path, text.encode(encoding)))
    assert found.authors == AUTHORS
    assert found.abstract.startswith("Naïve café, “quoted” – 37 °C, Åse’s façade")


def test_latin_1_is_read(tmp_path: Path) -> None:
    text = RIS.replace("Why.", "Façade à 37 °C; ½ of Åse.")
    assert first(write(tmp_path, text.encode("latin-1"))).abstract.startswith("Façade à 37 °C; ½")


def test_a_mark_of_utf_16_on_a_file_that_is_not_hides_nothing(tmp_path: Path) -> None:
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        items = list(read_file(write(tmp_path, mark + b"\n" + RIS.encode()), format="ris").items)
        assert len([one for one in items if isinstance(one, Record)]) == 2


def test_files_pasted_together_in_two_encodings_are_both_right(tmp_path: Path) -> None:
    records = list(read_file(write(tmp_path, RIS.encode() + b"\n" + RIS.encode("cp1252"))).items)
    assert [one.authors for one in records if isinstance(one, Record)][::2] == [AUTHORS, AUTHORS]


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_pubmed_xml_in_another_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    data = PUBMED_XML.replace("utf-8", encoding).encode(encoding)
    assert first(write(tmp_path, data)).authors[0] == "Müller, Ada B"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_packed_file_says_the_same(name: str, tmp_path: Path) -> None:
    plain = read_file(write(tmp_path, SAMPLES[name], "plain"))
    packed = read_file(write(tmp_path, gzip.compress(SAMPLES[name]), "packed"))
    assert packed.format == plain.format == name
    assert list(packed.items) == list(plain.items)
    assert packed.deleted == plain.deleted


def test_deleted_citations_are_known_once_all_is_read(tmp_path: Path) -> None:
    reading = read_file(write(tmp_path, PUBMED_XML.encode()))
    assert len(list(reading.items)) == 2
    assert reading.deleted == ["91000007", "91000008"]


def test_pubmeds_ris_that_is_medline_is_read_as_such(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, SAMPLES["nbib"], "pubmed.ris")).format == "nbib"


def test_a_named_format_overrides_the_content(tmp_path: Path) -> None:
    path = write(tmp_path, f"notes first\n{CSV}".encode())
    assert read_file(path, format="csv").format == "csv"
    (reject,) = read_file(path, format="ris").items
    assert isinstance(reject, Reject)


def test_every_format_has_a_sample() -> None:
    assert set(SAMPLES) == set(FORMATS)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"%PDF-1.7\n\x00\x01", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not an Excel workbook"),
        (bytes(range(256)) * 40, "binary"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"\n<HTML><head></head></HTML>", "web page"),
        (b'<?xml version="1.0"?><eSearchResult/>', "eSearchResult"),
        (b"Dear all,\nplease find attached\n", "no format known"),
        (
            b"# Web of Science (TS = title, abstract, author keywords, Keywords Plus)\nTS=x\n",
            "no format",
        ),
        (b'{"error":"API rate limit exceeded"}', "no format known"),
        (b"PK\x03\x04 nonsense", "not an Excel workbook"),
        (gzip.compress(b"TY  - JOUR\n" * 90, mtime=0)[:24], "damaged"),
        (b"\x1f\x8bnot gzip", "damaged"),
    ],
)
def test_what_is_no_export_is_refused_in_one_sentence(
    data: bytes, says: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        read_file(write(tmp_path, data, "thing.ris"))
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")


def test_a_missing_file_a_folder_and_an_unknown_format_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be opened"):
        read_file(tmp_path / "none.ris")
    with pytest.raises(BadInput, match="folder"):
        read_file(tmp_path)
    with pytest.raises(BadInput, match="no format known"):
        read_file(write(tmp_path, RIS.encode()), format="docx")


def test_a_gzip_that_unpacks_without_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "LARGEST_TEXT", 1 << 20)
    bomb = gzip.compress(b"TY  - JOUR\nAB  - " + b"a" * (4 << 20))
    with pytest.raises(BadInput, match="more than 1 MB"):
        read_file(write(tmp_path, bomb))


def test_a_streamed_file_is_stopped_at_its_limit_with_a_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = PUBMED_XML[PUBMED_XML.index("<PubmedArticle>") : PUBMED_XML.index("<DeleteC")]
    path = write(tmp_path, gzip.compress(f"<PubmedArticleSet>{record * 4000}".encode()))
    monkeypatch.setattr(content, "LARGEST_STREAM", 4 << 20)
    *_, last = read_file(path).items
    assert isinstance(last, Reject)
    assert "more than 4 MB" in last.reason


def test_a_workbook_that_unpacks_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from review.ingest import xlsx as workbook

    monkeypatch.setattr(workbook, "LARGEST_TEXT", 1 << 20)
    out = io.BytesIO(xlsx())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.bin", bytes(4 << 20))
    with pytest.raises(BadInput, match="unpacks to more than 1 MB"):
        read_file(write(tmp_path, out.getvalue()))


def test_a_file_is_not_kept_open_by_a_reading_nobody_finishes(tmp_path: Path) -> None:
    path = write(tmp_path, PUBMED_XML.encode())
    reading = read_file(path)
    assert not [link for link in Path("/proc/self/fd").glob("*") if _leads_to(link, path)]
    next(reading.items)


def _leads_to(link: Path, path: Path) -> bool:
    try:
        return link.readlink() == path
    except OSError:
        return False


def test_a_workbook_without_a_header_row_is_refused_before_anything_is_stored(
    tmp_path: Path,
) -> None:
    for rows in ([], [["Study", "Link"], ["Some study", "https://example.org"]]):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "notes.xlsx")
        with pytest.raises(BadInput, match="no sheet with a header row"):
            read_file(tmp_path / "notes.xlsx")


def test_ovids_plain_text_is_refused_with_what_to_export_instead(tmp_path: Path) -> None:
    path = write(tmp_path, b"<1>\nUnique Identifier\n  91000001\nTitle\n  Grip.\n")
    with pytest.raises(BadInput, match="export it from Ovid as RIS"):
        read_file(path)
