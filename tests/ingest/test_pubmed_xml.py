"""What a PubMed XML record says, and that nothing in the file is lost or trusted."""

import gzip
import io
from pathlib import Path

import pytest

from review.errors import BadInput
from review.ingest.pubmed_xml import TRUNCATED, articles, read_bytes
from review.ingest.read import read_file
from review.ingest.record import Record, Reject
from tests.ingest.export_samples import PUBMED_XML

MATH = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


def one(changed: str = "", to: str = "", *, number: int = 0) -> Record:
    assert changed in PUBMED_XML
    items, _ = read_bytes(PUBMED_XML.replace(changed, to, 1).encode())
    found = items[number]
    assert isinstance(found, Record), found
    return found


def test_a_record_has_every_field_a_reviewer_needs() -> None:
    assert one() == Record(
        accession="91000001",
        title="Motor unit number < 100 in old age: CO2 and more.",
        abstract="BACKGROUND: Why.\nRESULTS: What & how.",
        authors=("Müller, Ada B", "King, Carl, Jr", "The Muscle Study Group"),
        journal="Journal of made-up muscle",
        year=2019,
        volume="10",
        issue="4",
        pages="187-94",
        doi="10.1234/abc.5",
        pmid="91000001",
        pmcid="PMC99001",
        url="https://pubmed.ncbi.nlm.nih.gov/91000001/",
        language="eng; ger",
        publication_types=("Journal Article",),
        keywords=("sarcopenia",),
        mesh=("Cocaine/*metabolism", "*Aging"),
        extra={"journal_abbreviation": "J Muscle", "issn": "1234-5678", "date": "2019 Feb"},
    )


def test_a_later_version_keeps_its_pmid_and_has_its_own_accession() -> None:
    found = one(number=1)
    assert (found.pmid, found.accession, found.extra["version"]) == ("91000002", "91000002.2", 2)


def test_an_empty_title_is_replaced_by_the_vernacular_one() -> None:
    found = one(number=1)
    assert found.title == found.extra["vernacular_title"] == "Muskel im Alter"


def test_year_comes_from_medline_date_and_pages_from_an_electronic_number() -> None:
    found = one(number=1)
    assert (found.year, found.pages) == (1998, "e1234")


def test_a_publisher_item_identifier_is_no_page() -> None:
    assert one("e1234", "S0140-6736(20)30001-1", number=1).pages == ""


def test_a_retraction_is_flagged_and_linked() -> None:
    extra = one(number=1).extra
    assert extra["retracted"] is True
    assert extra["links"] == [
        {"type": "RetractionIn", "pmid": "91000009", "source": "J Muscle. 2001;1:1"}
    ]


def test_a_title_about_a_retraction_does_not_make_the_notice_retracted() -> None:
    found = one("Motor unit", "Retracted: Motor unit")
    assert "retracted" not in found.extra


def test_mathml_becomes_text() -> None:
    formula = (
        f"<mml:math {MATH}><mml:msub><mml:mi>T</mml:mi> <mml:mn>1</mml:mn></mml:msub> "
        "<mml:mfrac><mml:mi>a</mml:mi><mml:mi>b</mml:mi></mml:mfrac></mml:math>"
    )
    assert one("<i>old</i>", formula).title.startswith("Motor unit number < 100 in T1a/b age")


def test_a_namespace_declared_on_the_set_is_understood() -> None:
    changed = PUBMED_XML.replace("<PubmedArticleSet>", f"<PubmedArticleSet {MATH}>")
    changed = changed.replace("<i>old</i>", "<mml:math><mml:mi>x</mml:mi></mml:math>")
    items, _ = read_bytes(changed.encode())
    assert isinstance(items[0], Record)
    assert "in x age" in items[0].title


def test_invalid_authors_and_dois_are_left_out() -> None:
    assert one(
        '<Author ValidYN="Y"><LastName>King', '<Author ValidYN="N"><LastName>King'
    ).authors == (
        "Müller, Ada B",
        "The Muscle Study Group",
    )
    assert one('EIdType="doi" ValidYN="Y"', 'EIdType="doi" ValidYN="N"').doi == ""


def test_entities_escaped_twice_become_characters() -> None:
    assert one("Motor unit", "&amp;#945;-Motor").title.startswith("α-Motor number < 100")


def test_empty_parts_of_a_name_leave_no_comma() -> None:
    assert one("<Suffix>Jr</Suffix>", "<Suffix/>").authors[1] == "King, Carl"
    assert one("<ForeName>Carl</ForeName>", "<ForeName/>").authors[1] == "King, C, Jr"


def test_dois_of_the_reference_list_are_not_the_records() -> None:
    location = '<ELocationID EIdType="doi" ValidYN="Y">10.1234/ABC.5</ELocationID>'
    assert one(location, "").doi == ""


def test_deleted_citations_are_listed_apart() -> None:
    items, deleted = read_bytes(PUBMED_XML.encode())
    assert deleted == ["91000007", "91000008"]
    assert len(items) == 2


def test_a_book_chapter_is_a_record() -> None:
    body = """<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID Version="1">20301546</PMID>
      <ArticleIdList><ArticleId IdType="bookaccession">NBK1440</ArticleId></ArticleIdList>
      <Book><Publisher><PublisherName>A university</PublisherName></Publisher>
      <BookTitle book="gene">GeneReviews</BookTitle><PubDate><Year>1993</Year></PubDate>
      <AuthorList Type="editors"><Author><LastName>Adam</LastName><ForeName>M</ForeName></Author>
      </AuthorList></Book><ArticleTitle>HFE Hemochromatosis</ArticleTitle><Language>eng</Language>
      <AuthorList Type="authors"><Author><LastName>Barton</LastName><ForeName>J</ForeName></Author>
      </AuthorList><PublicationType>Review</PublicationType>
      <Abstract><AbstractText Label="SIGNS">Iron.</AbstractText></Abstract></BookDocument>
      </PubmedBookArticle></PubmedArticleSet>"""
    (found,), _ = read_bytes(body.encode())
    assert isinstance(found, Record)
    assert (found.title, found.journal, found.year) == ("HFE Hemochromatosis", "GeneReviews", 1993)
    assert (found.authors, found.extra["editors"]) == (("Barton, J",), ["Adam, M"])
    assert (found.abstract, found.extra["book_accession"]) == ("SIGNS: Iron.", "NBK1440")


def test_one_broken_record_costs_only_itself() -> None:
    items, deleted = read_bytes(PUBMED_XML.replace("<LastName>King", "<LastName>Ki<ng", 1).encode())
    assert isinstance(items[0], Reject)
    assert items[0].position == "record 1"
    assert "not well-formed" in items[0].reason
    assert isinstance(items[1], Record)
    assert len(deleted) == 2


def test_text_between_records_is_a_reject() -> None:
    changed = PUBMED_XML.replace("</PubmedArticle>", "</PubmedArticle>stray words", 1)
    items, _ = read_bytes(changed.encode())
    stray = [item for item in items if isinstance(item, Reject)]
    assert [item.excerpt for item in stray] == ["stray words"]


@pytest.mark.parametrize(
    "tail", ["</PubmedArticleSet>", "</PubmedArticle>\n<Delete", "<LastName>King"]
)
def test_a_cut_body_is_refused(tail: str) -> None:
    body = PUBMED_XML[: PUBMED_XML.rindex(tail)].encode()
    with pytest.raises(BadInput, match="cut"):
        read_bytes(body)
    assert TRUNCATED in [
        item.reason for item in articles(io.BytesIO(body)) if isinstance(item, Reject)
    ]


@pytest.mark.parametrize(
    "body",
    [b"<html><body>busy</body></html>", b'{"error":"API rate limit exceeded"}', b"",
     b"<eFetchResult><ERROR>ID list is empty!</ERROR></eFetchResult>"],
)  # fmt: skip
def test_what_is_no_pubmed_xml_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        read_bytes(body)


def test_an_empty_set_is_an_answer_without_records() -> None:
    assert read_bytes(b"<PubmedArticleSet></PubmedArticleSet>") == ([], [])
    assert read_bytes(b"<PubmedArticleSet/>") == ([], [])


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    internal = f"""[<!ENTITY lol "lollollol"><!ENTITY file SYSTEM "{secret.as_uri()}">]"""
    for entity in ("&lol;", "&file;"):
        changed = PUBMED_XML.replace('190101.dtd">', f'190101.dtd" {internal}>', 1)
        items, _ = read_bytes(changed.replace("What &amp; how", entity).encode())
        assert isinstance(items[0], Reject)
        assert "entity" in items[0].reason
        assert "secret" not in repr(items)


def test_a_declared_encoding_is_honoured(tmp_path: Path) -> None:
    path = tmp_path / "latin.xml"
    path.write_bytes(PUBMED_XML.replace("utf-8", "ISO-8859-1").encode("latin-1"))
    first = next(read_file(path).items)
    assert isinstance(first, Record)
    assert first.authors[0] == "Müller, Ada B"


def test_a_gzip_that_breaks_off_ends_in_a_reject(tmp_path: Path) -> None:
    record = PUBMED_XML[PUBMED_XML.index("<PubmedArticle>") : PUBMED_XML.index("<DeleteC")]
    many = f"<PubmedArticleSet>{record * 3000}</PubmedArticleSet>"
    path = tmp_path / "many.xml.gz"
    packed = gzip.compress(many.encode())
    path.write_bytes(packed[: len(packed) // 2])
    *records, last = read_file(path).items
    assert len(records) > 100
    assert isinstance(last, Reject)
    assert "damaged" in last.reason
