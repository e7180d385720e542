"""What each export format says, on one small file of each."""

import json
from pathlib import Path

import pytest

from review.ingest.read import read_file
from review.ingest.record import Record, Reject
from tests.ingest.export_samples import BIBTEX, CSV, NBIB, OVID, REFER, RIS, SAMPLES, WOS


def read(tmp_path: Path, text: str, name: str | None = None) -> list[Record | Reject]:
    path = tmp_path / "export"
    path.write_text(text, newline="", encoding="utf-8")
    return list(read_file(path, format=name).items)


def records(tmp_path: Path, text: str, name: str | None = None) -> list[Record]:
    items = read(tmp_path, text, name)
    assert not [item for item in items if isinstance(item, Reject)]
    return [item for item in items if isinstance(item, Record)]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_is_found_from_content_and_says_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / "anything.dat"
    path.write_bytes(SAMPLES[name])
    reading = read_file(path)
    first, second = reading.items
    assert reading.format == name
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert first.title.casefold().startswith("motor unit number")
    assert first.authors[0].startswith(("Müller, Ada B", "Muller, Ada B", "Mueller, Ada B"))
    assert first.authors[1].endswith("King, Carl") or first.authors[1].startswith("King, Carl")
    assert (first.year, first.doi) == (2019, "10.1234/abc.5")
    assert first.abstract or name in ("xlsx", "wos-tab")


# RIS


def test_ris_with_repeated_tags_takes_the_first_and_keeps_the_others(tmp_path: Path) -> None:
    text = "TY  -JOUR\nTI  -Age\nTI  -Age\nVL  -1\nVL  -2\nDO  -10.1000/a\nDO  -10.1000/b\nER  -\n"
    (found,) = records(tmp_path, text)
    assert (found.title, found.volume, found.doi) == ("Age", "1", "10.1000/a")
    assert found.extra["tags"] == {"VL": ["1", "2"], "DO": ["10.1000/a", "10.1000/b"]}


# Excel before 2007


def test_an_old_workbook_gives_numbers_and_dates_as_a_person_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "savedrecs"
    path.write_bytes(SAMPLES["xls"])
    first, second = (item for item in read_file(path).items if isinstance(item, Record))
    assert (first.volume, first.pages, second.issue) == ("10", "187-194", "S1")
    assert first.extra["columns"]["Publication Date"] == "2019-02-01"
    assert first.accession == "WOS:000000000000001"


# MODS


def test_mods_tells_roles_dates_and_the_item_from_those_it_relates_to(tmp_path: Path) -> None:
    found, _ = records(tmp_path, SAMPLES["mods"].decode())
    assert found.title == "Motor unit number: in old age"
    assert found.authors == ("Müller, Ada B", "King, Carl", "Ministry: Office, Muscle")
    assert found.extra["editors"] == ["Doe, Jane"]
    assert (found.journal, found.year) == ("The Journal of made-up muscle", 2019)
    assert (found.volume, found.issue, found.pages) == ("10", "4", "187-194")
    assert (found.language, found.keywords) == ("eng", ("sarcopenia", "muscle"))
    assert (found.url, found.publication_types) == ("https://example.org/a", ("Journal Article",))


# RDF


def test_rdf_gathers_a_work_from_what_it_names_and_leaves_files_and_notes(tmp_path: Path) -> None:
    article, chapter = records(tmp_path, SAMPLES["rdf"].decode())
    assert article.authors == ("Müller, Ada B", "King, Carl", "The Muscle Study Group")
    assert (article.journal, article.volume, article.issue) == (
        "Journal of made-up muscle", "10", "4",
    )  # fmt: skip
    assert (article.pages, article.pmid, article.url) == (
        "187-194", "91000001", "https://example.org/a",
    )  # fmt: skip
    assert article.keywords == ("sarcopenia", "muscle")
    assert (chapter.journal, chapter.authors) == ("The book", ("Doe, Jane",))
    assert (chapter.extra["series"], chapter.extra["isbn"]) == ("The series", "978-0-00-000000-2")


def test_a_journal_of_two_articles_lends_its_doi_to_neither(tmp_path: Path) -> None:
    text = SAMPLES["rdf"].decode()
    again = text.replace("<dcterms:isPartOf><bib:Book>", '<dcterms:isPartOf rdf:resource="urn:issn'
                         ':1234-5678"/><dcterms:isPartOf><bib:Book>')  # fmt: skip
    assert [one.doi for one in records(tmp_path, again)] == ["", ""]


def test_rdf_takes_works_written_inside_a_users_item_with_their_tags(tmp_path: Path) -> None:
    text = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="z"
    xmlns:r="r" xmlns:b="b" xmlns:t="t"><z:UserItem rdf:about="u1"><r:resource><b:Article>
    <t:title>Inside</t:title><t:creator>Doe, Jane</t:creator></b:Article></r:resource>
    <t:tagged rdf:nodeID="n1"/><z:extra>DOI: 10.1234/a</z:extra></z:UserItem>
    <z:UserItem rdf:about="u2"><r:resource><rdf:Description><z:note>no work</z:note>
    </rdf:Description></r:resource></z:UserItem><t:UserTag rdf:nodeID="n1"><t:label>age</t:label>
    </t:UserTag></rdf:RDF>"""
    (found,) = records(tmp_path, text)
    assert (found.title, found.authors, found.accession) == ("Inside", ("Doe, Jane",), "u1")
    assert (found.doi, found.keywords) == ("10.1234/a", ("age",))


def test_json_editors_stand_beside_authors_not_among_them(tmp_path: Path) -> None:
    people = [
        {"creatorType": "editor", "lastName": "Doe", "firstName": "Jane"},
        {"creatorType": "author", "lastName": "King", "firstName": "Carl"},
    ]
    both, edited = records(
        tmp_path,
        json.dumps([{"title": "A", "creators": people}, {"title": "B", "creators": people[:1]}]),
    )
    assert (both.authors, edited.authors) == (("King, Carl",), ("Doe, Jane",))
    assert both.extra["columns"]["creators.others"] == "Doe, Jane"


@pytest.mark.parametrize("name", ["endnote-xml", "mods", "rdf"])
def test_an_ampersand_left_bare_and_an_entity_of_html_cost_nothing(
    name: str, tmp_path: Path
) -> None:
    text = SAMPLES[name].decode()
    assert "&amp;" in text
    for bare in ("&", "&#38;", "&nbsp;&amp;&nbsp;"):
        found = records(tmp_path, text.replace("&amp;", bare))
        assert [one.abstract for one in found] == [one.abstract for one in records(tmp_path, text)]


def test_refworks_exports_pasted_together_are_all_read(tmp_path: Path) -> None:
    text = SAMPLES["refworks"].decode()
    titles = [one.title for one in records(tmp_path, text)]
    damaged = text.replace("BEGIN EXPORTED", "BEGIN EXPORTAD")
    assert [one.title for one in records(tmp_path, f"{text}\n{text}")] == titles * 2
    again = [one for one in read(tmp_path, f"{damaged}\n{text}") if isinstance(one, Record)]
    assert [one.title for one in again] == titles * 2


# RIS


def test_ris_pages_abstract_lines_keywords_and_what_has_no_column(tmp_path: Path) -> None:
    article, chapter = records(tmp_path, RIS)
    assert (article.pages, article.abstract) == ("187-194", "Why. What\nand how.")
    assert article.keywords == ("sarcopenia", "muscle")
    assert (article.accession, article.extra["tags"]) == ("L2000001", {"AD": ["Somewhere"]})
    assert (chapter.journal, chapter.publication_types) == ("The book", ("Book Chapter",))


@pytest.mark.parametrize(
    ("tags", "accession", "pmid", "doi"),
    [
        ("U2  - L2029880245\nC5  - 38773066\nDB  - Embase", "L2029880245", "38773066", ""),
        ("AN  - CN-00778158\nC3  - PUBMED 21314913", "CN-00778158", "21314913", ""),
        ("UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-85189760133&doi=10.1038%2fs41",
         "2-s2.0-85189760133", "", ""),
        ("AN  - WOS:000282053100002\nDO  - 10.1371/JOURNAL.PONE.0012292",
         "WOS:000282053100002", "", "10.1371/journal.pone.0012292"),
        ("AN  - rayyan-42924189", "rayyan-42924189", "", ""),
        ("DB  - APA PsycInfo\nID  - 2021-94054-001\nDO  - https://dx.doi.org/10.1186/s11689-021",
         "2021-94054-001", "", "10.1186/s11689-021"),
        ("AN  - 12345678\nDP  - NLM", "12345678", "12345678", ""),
        ("UR  - http://www.ncbi.nlm.nih.gov/pubmed/9876543", None, "9876543", ""),
        ("M3  - doi: 10.1000/xyz.", None, "", "10.1000/xyz"),
        ("N1  - PMID: 29761836\nN1  - doi: 10.1000/own", None, "29761836", "10.1000/own"),
        ("N1  - Ref 1 (2018) doi:10.1000/cited PMID: 29761836", None, "", ""),
    ],
)  # fmt: skip
def test_ris_dialects_keep_their_ids(
    tags: str, accession: str | None, pmid: str, doi: str, tmp_path: Path
) -> None:
    (found,) = records(tmp_path, f"TY  - JOUR\nTI  - A title\n{tags}\nER  - \n")
    assert (found.accession, found.pmid, found.doi) == (accession, pmid, doi)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("  - ", "  -  "),
        lambda text: text.replace("ER  -", "ER  - "),
        lambda text: text.rsplit("ER", 1)[0],
        lambda text: "Record #1 of 2\nProvider: John Wiley\nContent: text/plain\n\n" + text,
        lambda text: text.replace("TY  - JOUR\n", "1. \nTY  - JOUR\n"),
        lambda text: text.replace("TY  - JOUR\n", "").replace("TY  - CHAP\n", ""),
    ],
)
def test_ris_as_real_tools_write_it_gives_the_same_records(change, tmp_path: Path) -> None:
    found = records(tmp_path, change(RIS))
    assert [one.title for one in found] == ["Motor unit number in old age", "A chapter on nerves"]
    assert [one.authors for one in found] == [("Müller, Ada B", "King, Carl"), ("Doe, Jane",)]


def test_ris_text_outside_records_and_empty_records_are_rejects(tmp_path: Path) -> None:
    items = read(tmp_path, f"Some words\n\n{RIS}\nTY  - JOUR\nN1  - only a note\nER  -\n")
    assert [type(item) for item in items] == [Reject, Record, Record, Reject]
    assert [item.position for item in items if isinstance(item, Reject)] == ["line 1", "line 30"]


def test_a_ris_title_that_says_retracted_flags_the_record(tmp_path: Path) -> None:
    (found,) = records(tmp_path, "TY  - JOUR\nTI  - RETRACTED: A trial\nER  -\n")
    assert found.extra["retracted"] is True


# MEDLINE text


def test_nbib_joins_lines_and_reads_groups_links_and_electronic_pages(tmp_path: Path) -> None:
    first, second = records(tmp_path, NBIB)
    assert first.title == "Motor unit number in old age and more."
    assert first.authors == ("Müller, Ada B", "King, Carl Jr", "The Muscle Study Group")
    assert (first.mesh, first.keywords) == (("*Aging", "Cocaine/*metabolism"), ("sarcopenia",))
    assert (first.pmcid, first.journal) == ("PMC99001", "Journal of made-up muscle")
    assert (second.pages, second.extra["retracted"]) == ("e1234", True)
    assert second.extra["links"] == [
        {"type": "RetractionIn", "source": "J Muscle. 2001;1:1", "pmid": "91000009"}
    ]


def test_what_pubmed_could_not_give_is_a_reject(tmp_path: Path) -> None:
    error = "id: 7 Error occurred: The following PMID is not available: 7"
    items = read(tmp_path, f"{NBIB}\n{error}\n")
    (reject,) = [item for item in items if isinstance(item, Reject)]
    assert reject.excerpt == error
    assert len(items) == 3


# Tables


def test_a_csv_cell_may_hold_lines_quotes_and_delimiters(tmp_path: Path) -> None:
    first, _ = records(tmp_path, CSV)
    assert (first.accession, first.abstract) == ("A1", 'Why.\nWhat and "how".')


@pytest.mark.parametrize("heading", ["ID", "key", "Covidence #", "record_id", "Accession Number"])
def test_id_columns_become_the_accession(heading: str, tmp_path: Path) -> None:
    (found,) = records(tmp_path, f"Title,{heading},Year\nA title,X-7,2001\n")
    assert found.accession == "X-7"


def test_a_semicolon_table_under_a_preamble_is_read(tmp_path: Path) -> None:
    text = "SEARCH QUERY;dinosaur:ti\n-----;\n;\nTitle;Author Names;First Page;Last Page\n"
    (found,) = records(tmp_path, f"{text}A title;Yang Z., Jiang B.;1;9\n")
    assert (found.authors, found.pages) == (("Yang, Z.", "Jiang, B."), "1-9")


def test_our_own_table_joins_lists_with_semicolons_only(tmp_path: Path) -> None:
    text = "accession,title,authors,publication_types,keywords,mesh\n"
    row = '1,T,"Kenchanmane Raju, Sunil Kumar",R,"a, b, c","Receptors, Nicotinic, X"\n'
    (found,) = records(tmp_path, text + row)
    assert found.authors == ("Kenchanmane Raju, Sunil Kumar",)
    assert (found.keywords, found.mesh) == (("a, b, c",), ("Receptors, Nicotinic, X",))


def test_columns_without_a_field_are_kept(tmp_path: Path) -> None:
    (found,) = records(tmp_path, "title,authors,Tags\nA title,Doe J,unclear\n")
    assert found.extra["columns"] == {"Tags": "unclear"}


def test_a_quote_never_closed_costs_one_row(tmp_path: Path) -> None:
    items = read(tmp_path, 'title,year\nfirst,2001\n"second,2002\nthird,2003\n')
    assert [getattr(item, "title", "reject") for item in items] == ["first", "reject", "third"]


def test_a_row_with_too_many_cells_is_a_reject(tmp_path: Path) -> None:
    items = read(tmp_path, "title,year\nfirst,2001,x,y\nsecond,2002\n")
    assert isinstance(items[0], Reject)
    assert "4 cells" in items[0].reason


# The others


def test_web_of_science_joins_lines_and_prefers_full_names(tmp_path: Path) -> None:
    first, second = records(tmp_path, WOS)
    assert first.title == "Motor unit number in old age"
    assert first.authors == ("Mueller, Ada B.", "King, Carl")
    assert first.keywords == ("sarcopenia", "muscle fibre")
    assert (first.pages, second.pages) == ("187-194", "e12")
    unindented = records(tmp_path, WOS.replace("\n   ", "\n"))
    assert [one.title for one in unindented] == [first.title, second.title]


def test_bibtex_latex_strings_and_names_become_text(tmp_path: Path) -> None:
    first, second = records(tmp_path, BIBTEX)
    assert first.title == "Motor Unit number at 50% of age & more"
    assert first.authors == ("Müller, Ada B.", "van der King, Carl", "The Muscle Study Group")
    assert (first.journal, first.pages) == ("Journal of made-up muscle", "187-194")
    assert second.authors == ("Doe, Jane",)


def test_bibtex_names_keep_a_tilde_a_leading_accent_and_what_latex_writes_in_words(
    tmp_path: Path,
) -> None:
    (found,) = records(
        tmp_path,
        r"@article{k, author = {Mu\~{n}oz, A and \'Etienne Roy and \L{}uk Nguy\~{\^e}n},"
        r" title = {Grip \textgreater{} 5 \mbox{in old age}}, note = {PMID: 91000001}}",
    )
    assert found.authors == ("Muñoz, A", "Roy, Étienne", "Nguyễn, Łuk")
    assert (found.title, found.pmid) == ("Grip > 5 in old age", "91000001")


def test_bibtex_entries_with_one_key_are_both_kept(tmp_path: Path) -> None:
    found = records(tmp_path, BIBTEX.replace("doe2001", "mueller2019"))
    assert [one.accession for one in found] == ["mueller2019", "mueller2019"]
    assert found[1].title == "A second one"


def test_bibtex_macros_joined_commas_missing_and_latex_escaped_twice(tmp_path: Path) -> None:
    (found,) = records(
        tmp_path,
        '@string{me = "Ada M{\\\\"u}ller"}\n@String(And = " and ")\n'
        '@Book{k, AUTHOR = Me # and # "Carl King",\n title = "C# and {\\\\o}re"\n year = {2019}\n}',
    )
    assert found.authors == ("Müller, Ada", "King, Carl")
    assert (found.title, found.year) == ("C# and øre", 2019)


def test_a_broken_bibtex_entry_costs_only_itself(tmp_path: Path) -> None:
    items = read(tmp_path, BIBTEX.replace("{van", "{{van").replace("age}", "age"))
    assert isinstance(items[0], Reject)
    assert getattr(items[-1], "title", "") == "A second one"


def test_ovid_takes_no_year_from_when_a_page_was_looked_at(tmp_path: Path) -> None:
    source = "BT  - A title. A Press. [undated]: 12pp. [viewed 13 March, 2007]"
    (found,) = records(tmp_path, f"<1. >\nVN  - Ovid Technologies\nTI  - A title\n{source}\n")
    assert found.year is None


def test_ovid_takes_its_source_line_apart(tmp_path: Path) -> None:
    first, _ = records(tmp_path, OVID)
    assert (first.journal, first.volume, first.issue, first.pages) == (
        "Journal of Made-up Muscle", "10", "4", "187-94",
    )  # fmt: skip
    assert first.pmid == "91000001"


def test_refer_keeps_lines_of_an_abstract(tmp_path: Path) -> None:
    first, second = records(tmp_path, REFER)
    assert first.abstract == "Why. What\nand how."
    assert second.publication_types == ("Book",)
