import io
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from docx import Document
from hypothesis import given, settings, strategies as st

from review.errors import BadInput
from review.protocol import Reason
from review.reporting.boxes import template
from review.reporting.diagram import svg
from review.reporting.docx import docx
from review.reporting.fates import RecordFate
from review.reporting.html import html
from review.reporting.layout import SIDE, page, text_width, wrap
from review.reporting.pictures.forest_drawing import forest_svg
from review.reporting.pictures.forest_layout import Drawn, Line
from review.reporting.prisma import flow
from review.reporting.prisma_csv import prisma_csv, read_csv
from review.reporting.text import text
from review.vocab import Retrieval, SearchKind, State

SVG = "{http://www.w3.org/2000/svg}"
NASTY = 'Wrong <b>design</b> & "quotes", e.g. children; \x0b=1+1 ' + "verylongword" * 15


def some_flow(*, label=NASTY, source="Web of Science", done=False):
    seen = {"ta": State.INCLUDED, "retrieval": Retrieval.RETRIEVED}
    fates = [
        RecordFate(record=1, kept=1, source=source, **seen, ft=State.INCLUDED, study=1),
        RecordFate(record=2, kept=1, source="PubMed"),
        RecordFate(record=3, kept=3, source="PubMed", **seen, ft=State.EXCLUDED, ft_reason="x"),
    ]
    if not done:
        fates += [
            RecordFate(record=4, kept=4, source="PubMed", ta=State.CONFLICT),
            RecordFate(record=5, kept=5, source="NICE", kind=SearchKind.ORGANISATION, **seen),
            RecordFate(record=6, kept=6, source="old", previous=True, study=2),
        ]
    return flow(fates, reasons=[Reason(code="x", label=label)], title="A <review>")


def test_a_drawing_holds_every_number_with_the_box_it_opens():
    of = some_flow()
    root = ET.fromstring(svg(of, link=lambda box: f"?box={box}"))
    shown = {}
    for link in root.iter(f"{SVG}a"):
        text = link.find(f"{SVG}text")
        assert link.get("href") == f"?box={text.get('data-box')}"
        shown.setdefault(text.get("data-box"), []).append(text.text)
    for box in ("identified", "removed.duplicates", "screened", "sought", "previous.reports"):
        assert f"(n\u00a0=\u00a0{of.n(box)})" in " ".join(shown[box])


def test_what_is_pending_is_dashed_and_nothing_else():
    root = ET.fromstring(svg(some_flow()))
    groups = {g.get("data-box"): g for g in root.iter(f"{SVG}g")}
    dashed = {n for n, g in groups.items() if g.find(f"{SVG}rect").get("stroke-dasharray")}
    assert dashed == {"pending.title-abstract", "other.pending.full-text"}
    assert "dasharray" not in svg(some_flow(done=True))


def test_lanes_that_nothing_came_through_are_left_out():
    drawn = svg(some_flow(done=True))
    assert "other methods" not in drawn
    assert "Previous studies" not in drawn


def test_a_drawing_has_a_title_and_a_text_alternative():
    root = ET.fromstring(svg(some_flow()))
    assert root.find(f"{SVG}title").text == "A <review>"
    assert "Records screened (n = 3)" in root.find(f"{SVG}desc").text


def test_no_box_lies_upon_another_and_all_text_stays_inside():
    placed = page(template(some_flow()))
    boxes = [placed.included, placed.previous, placed.total]
    for lane in placed.lanes:
        for main, sides in lane.rows:
            boxes += [*([main] if main else []), *sides]
    for a in boxes:
        assert a.x >= 0
        assert a.right <= placed.width
        assert a.bottom <= placed.height
        for b in boxes:
            apart = a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y
            assert a is b or apart
        assert all(text_width(line.text) <= SIDE for line in a.text)


@given(st.text(max_size=80), st.floats(20, 300))
def test_wrapping_loses_no_letter_and_keeps_the_width(text, width):
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line) <= width or len(line) <= 2 for line in lines)


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=40).filter(str.strip))
def test_any_label_makes_well_formed_documents(label):
    of = some_flow(label=label, source=label)
    ET.fromstring(svg(of))
    assert html(of).count("<svg") == 1
    docx(of)
    text(of)


def test_labels_never_become_markup():
    page_text = html(some_flow())
    assert "<b>" not in page_text
    assert "&lt;b&gt;design" in page_text


def test_the_word_document_says_what_the_drawing_says():
    document = Document(io.BytesIO(docx(some_flow())))
    said = "\n".join(
        cell.text for table in document.tables for row in table.rows for cell in row.cells
    )
    assert "Reports assessed for eligibility (n = 2)" in said
    assert "In conflict (n = 1)" in said


def test_the_text_says_so_when_a_flow_does_not_add_up():
    of = some_flow()
    assert "DOES NOT ADD UP" not in text(of)
    object.__setattr__(of, "boxes", {**of.boxes, "screened": ()})
    assert "DOES NOT ADD UP: D2" in text(of)


def test_the_r_package_s_csv_survives_commas_and_semicolons_in_labels():
    of = some_flow(label="Wrong population, e.g. children; or 3 others", source="Ovid, 1946-")
    numbers = read_csv(prisma_csv(of))
    assert numbers["dbr_excluded"] == {"Wrong population / e.g. children / or 3 others": 1}
    assert numbers["database_specific_results"] == {"Ovid / 1946-": 1, "PubMed": 3}
    assert numbers["database_results"] == 4
    assert numbers["previous_studies"] == 1


def test_previous_boxes_are_na_where_there_is_no_previous_review():
    text = prisma_csv(some_flow(done=True))
    assert read_csv(text)["previous_studies"] is None
    assert re.search(r"^previous_reports,.*,NA$", text, re.MULTILINE)


def test_no_key_of_the_csv_is_found_twice_by_unanchored_search():
    keys = [line.split(",")[0] for line in prisma_csv(some_flow()).splitlines()[1:]]
    known = {"previous_studies", "previous_reports", "duplicates", "excluded_automatic"}
    known |= {"records_screened", "records_excluded", "dbr_assessed", "dbr_excluded", "new_studies"}
    for key in known:
        assert len([k for k in keys if key in k]) == 1


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "data,n\nduplicates,many\n"])
def test_what_is_no_prisma_csv_is_refused(text):
    with pytest.raises(BadInput):
        read_csv(text)


@pytest.mark.parametrize("reach", [0.01, 0.3, 1, 4, 14, 60, 230])
def test_a_scale_of_ratios_has_round_numbers_with_room_between_them(reach):
    line = Line(kind="study", label="A", at=0.0, low=-reach / 2, high=reach, mark=0)
    drawn = Drawn(title="T", subtitle="", lines=(line,), ratio=True, scale="ratio", below=())
    texts = ET.fromstring(forest_svg(drawn)).iter(f"{SVG}text")
    ticks = [t for t in texts if t.get("text-anchor") == "middle" and t.text != "ratio"]
    at = [float(tick.get("x", "")) for tick in ticks]
    assert 2 <= len(ticks) <= 9
    assert "1" in [tick.text for tick in ticks]
    assert all(b - a > 24 for a, b in pairwise(at))
