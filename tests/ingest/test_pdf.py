"""What is read of a PDF, and that no PDF, however made, does harm to who reads it."""

import time

import pytest

from review.errors import BadInput
from review.ingest import pdf as reading
from review.ingest.pdf import draw_page, read_pdf
from review.vocab import PdfText
from tests import pdf_files


def test_a_pdf_is_read_page_by_page():
    read = read_pdf(pdf_files.pdf("Motor units\nof old men", "Jitter rose"), "a.pdf")
    assert read.outcome is PdfText.TEXT
    assert [page.split() for page in read.pages] == [
        ["Motor", "units", "of", "old", "men"],
        ["Jitter", "rose"],
    ]
    assert read.reader.startswith("pypdf ")


def test_one_encrypted_with_an_empty_password_is_opened():
    hidden = pdf_files.encrypted(pdf_files.pdf("Readable after all"), password="")
    assert "Readable" in read_pdf(hidden, "a.pdf").pages[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<html>Sign in to read</html>", "is not a PDF"),
        (pdf_files.encrypted(pdf_files.pdf("Secret"), password="s"), "without the password"),
        (pdf_files.pdf("Motor units " * 50)[:400], "cut off"),
        (b"%PDF-1.7\n1 0 obj << /Type /Page >>\n%%EOF", "damaged"),
        (pdf_files.nested(), "damaged"),
        (pdf_files.endless(), "damaged"),
    ],
    ids=["empty", "not a PDF", "encrypted", "cut off", "damaged", "nested", "endless"],
)
def test_what_cannot_be_read_is_refused_in_one_sentence_that_names_it(data, said):
    with pytest.raises(BadInput, match=said) as refused:
        read_pdf(data, "paper.pdf")
    assert str(refused.value).startswith("paper.pdf is")


def test_one_that_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 1000)
    with pytest.raises(BadInput, match="larger than"):
        read_pdf(pdf_files.pdf("x" * 2000), "a.pdf")


@pytest.mark.parametrize("data", [pdf_files.pdf("", ""), b"%PDF-1.4\n%%EOF\n"])
def test_one_without_text_or_page_is_taken_as_a_scan(data):
    assert read_pdf(data, "scan.pdf").outcome is PdfText.SCANNED


def test_a_few_bytes_that_unpack_to_a_gigabyte_cost_nothing():
    start = time.monotonic()
    read = read_pdf(pdf_files.bomb(), "bomb.pdf")
    assert "can be read" in read.pages[1]
    assert time.monotonic() - start < 20


def test_a_page_that_takes_for_ever_is_left_out_and_named(monkeypatch):
    monkeypatch.setattr(reading, "PAGE_SECONDS", 1)
    read = read_pdf(pdf_files.slow(), "slow.pdf")
    assert (read.outcome, read.pages[0]) == (PdfText.PART, "")
    assert "next page" in read.pages[1]
    assert read.note == "The text of page 1 could not be read."


def test_a_page_is_drawn_with_its_text_where_it_stands():
    drawn = draw_page(pdf_files.pdf("First", "Second line"), 2, width=500)
    assert drawn is not None
    assert drawn.png.startswith(b"\x89PNG")
    assert (drawn.width, drawn.pages) == (500, 2)
    ((left, top, width, height, text),) = drawn.words
    assert text == "Second line"
    assert 0 < left < left + width < 1
    assert 0 < top < top + height < 0.2
    assert draw_page(pdf_files.pdf("First"), 2) is None
