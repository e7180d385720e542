"""Tables as each tool writes them: one row of each, under its own headings."""

from pathlib import Path

import pytest

from review.ingest.read import read_file
from review.ingest.record import Record

ROW = {
    "title": "Motor unit number, in old age", "authors": ("Müller, AB", "King, C"),
    "journal": "Journal of Muscle", "year": 2019, "volume": "10", "issue": "4",
    "pages": "187-194", "doi": "10.1234/abc.5",
}  # fmt: skip
TITLE = "Motor unit number, in old age"
TABLES = {
    "Scopus": (
        "Authors\tAuthor full names\tTitle\tYear\tSource title\tVolume\tIssue\tPage start\tPage end"
        "\tDOI\tSource\tEID",
        f"Müller A.B.\tMüller, AB (57190000001); King, C (57190000002)\t{TITLE}\t2019"
        "\tJournal of Muscle\t10\t4\t187\t194\t10.1234/ABC.5\tScopus\t2-s2.0-1",
    ),
    "Web of Science": (
        "Publication Type\tAuthors\tAuthor Full Names\tArticle Title\tSource Title\tDocument Type"
        "\tPublication Year\tVolume\tIssue\tStart Page\tEnd Page\tDOI\tUT (Unique WOS ID)",
        f"J\tMüller, AB; King, C\tMüller, AB; King, C\t{TITLE}\tJournal of Muscle\tArticle\t2019"
        "\t10\t4\t187\t194\t10.1234/ABC.5\tWOS:1",
    ),
    "PubMed": (
        "PMID\tTitle\tAuthors\tCitation\tJournal/Book\tPublication Year\tDOI",
        f"91000001\t{TITLE}\tMüller AB, King C.\tJ Muscle. 2019 Feb;10(4):187-194. doi: 10.1/x."
        "\tJournal of Muscle\t2019\t10.1234/ABC.5",
    ),
    "Embase": (
        "TITLE\tAUTHOR NAMES\tSOURCE\tDOI\tPUI",
        f"{TITLE}\tMüller AB, King C\tJournal of Muscle (2019) 10:4 (187-194). Date of "
        "Publication: 1 Feb 2019\t10.1234/ABC.5\tL2000001",
    ),
    "EBSCO": (
        "Article Title\tAuthor\tJournal Title\tISSN\tPublication Date\tVolume\tIssue\tFirst Page"
        "\tPage Count\tAccession Number\tDOI\tDoctype",
        f'{TITLE}\tMüller, AB; King, C\tJournal of Muscle\t="12345678"\t20190201\t10\t4\t187\t8'
        "\t176404503\t10.1234/ABC.5\tArticle",
    ),
    "Publish or Perish": (
        "Cites\tAuthors\tTitle\tYear\tSource\tPublisher\tArticleURL\tDOI\tVolume\tIssue\tStartPage"
        "\tEndPage",
        f"5\tAB Müller, C King\t{TITLE}\t2019\tJournal of Muscle\tWiley\thttps://example.org/a"
        "\t10.1234/ABC.5\t10\t4\t187\t194",
    ),
    "EPPI-Reviewer": (
        "ItemId\tTitle\tParentTitle\tAuthors\tYear\tVolume\tIssue\tPages\tDOI",
        f"7\t{TITLE}\tJournal of Muscle\tMüller AB ; King C ;\t2019\t10\t4\t187-194\t10.1234/ABC.5",
    ),
    "LILACS": (
        "ID\tTitle\tAuthors\tJournal\tPublication year\tVolume number\tIssue number\tDOI\tPages",
        f"lil-1\t{TITLE}\tMüller, AB; King, C\tJournal of Muscle\t2019\t10\t4\t10.1234/ABC.5"
        "\t187-194",
    ),
}


@pytest.mark.parametrize("tool", TABLES)
def test_a_row_of_each_tool_gives_all_its_fields(tool: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text("\n".join(TABLES[tool]), encoding="utf-8")
    (found,) = read_file(path).items
    assert isinstance(found, Record)
    said = {name: getattr(found, name) for name in ROW}
    said["authors"] = tuple(name.replace(".", "") for name in found.authors)
    assert said == ROW
    assert "J" not in found.publication_types


def test_a_heading_with_brackets_is_the_field_unless_another_is_it_plainly(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "Title (translated),Title [original],Title,Author(s) (full),Date (retrieved)\n"
        "Un,Deux,Trois,Doe J,2024\n"
    )
    (found,) = read_file(path).items
    assert isinstance(found, Record)
    assert (found.title, found.authors, found.year) == ("Trois", ("Doe, J",), None)


def test_embases_fields_by_row_are_records(tmp_path: Path) -> None:
    one = (
        '"TITLE","Motor unit number"\n"AUTHOR NAMES","Müller A.B.","King C."\n'
        '"SOURCE","Journal (2019) 10:4 (187-194)"\n"PUBLICATION YEAR","2019"\n'
        '"ABSTRACT","Why."\n"PUI","L1"\n'
    )
    path = tmp_path / "export"
    path.write_text(f'"SEARCH QUERY","muscle:ti"\n\n{one}\n{one.replace("L1", "L2")}')
    items = list(read_file(path).items)
    assert [(item.accession, item.pages) for item in items] == [
        ("L1", "187-194"),
        ("L2", "187-194"),
    ]
    assert items[0].authors == ("Müller, A.B.", "King, C.")


def test_tables_pasted_together_repeat_no_header_as_a_record(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text("title,year\nfirst,2001\ntitle,year\nsecond,2002\n")
    assert [item.title for item in read_file(path).items] == ["first", "second"]
