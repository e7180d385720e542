"""Pictures of the shipped review: their data is what pandas counts in its files, and they draw."""

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from review import actions
from review.actions import Caller
from review.actions.evidence import effect_rows
from review.actions.pictures import PICTURES
from review.errors import BadInput, ExpressionError
from review.extraction.shipped import folder
from review.protocol import Codebook
from review.reporting.pictures import FORMATS, picture_file
from review.reporting.pictures.effect_direction import effect_direction
from review.reporting.pictures.evidence_map import evidence_map
from review.reporting.pictures.studies import HEADING
from review.store import people
from review.store.engine import Database
from review.vocab import Channel
from tests.conftest import HOLDER

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def db(demo_file: Path) -> Iterator[Database]:
    found = actions.open_review(f"sqlite:///{demo_file}")
    yield found
    found.close()


@pytest.fixture(scope="module")
def codebook(db: Database) -> Codebook:
    with db.read() as conn:
        return people.protocol(conn)[1].codebook


@pytest.fixture(scope="module")
def effects(codebook: Codebook) -> pd.DataFrame:
    """One row an effect of an included study, from the shipped files alone."""
    read = {n: pd.read_csv(folder() / f"{n}.csv", dtype=str, keep_default_na=False)
            for n in ("studies", "effects", "numbers")}  # fmt: skip
    studies = read["studies"].query("eligibility == 'include'").set_index("study_id")
    key = ["study_id", "outcome", "contrast"]
    known = set(read["effects"][key].itertuples(index=False, name=None))
    alone = read["numbers"][[k not in known for k in
                             read["numbers"][key].itertuples(index=False, name=None)]]  # fmt: skip
    alone = alone.assign(methods=alone.method, muscles=alone.muscle)
    # rows that disagree make one effect whose direction is mixed
    alone = alone.groupby(key, as_index=False).agg(
        methods=("methods", ";".join),
        muscles=("muscles", ";".join),
        direction=("direction", lambda ways: ways.iloc[0] if ways.nunique() == 1 else "mixed"),
    )
    both = pd.concat([read["effects"], alone], ignore_index=True)
    found = both[both.study_id.isin(studies.index)].join(
        studies[["primary_population", "year", "design", "species"]], on="study_id"
    )
    terms = {t.code: t for f in codebook.facets for t in f.terms}
    return found.assign(
        methods=found.methods.str.split(";"),
        muscles=found.muscles.str.split(";"),
        domain=[terms[o].domain for o in found.outcome],
        impairment=[terms[o].impairment for o in found.outcome],
        year=found.year.astype(int),
    )


def top(code: str) -> str:
    return ".".join(code.split(".")[:2])


def draw(db: Database, name: str, where: str | None = None, **choices: str):
    return actions.picture(db, HOLDER, name, where=where, choices=choices)


def label(codebook: Codebook, code: str) -> str:
    term = codebook.get(code)
    return term.label if term else code


def test_the_map_counts_the_studies_that_pandas_counts(db, effects, codebook):
    cells = effects.explode("methods").assign(method=lambda e: e.methods.map(top))
    counts = cells.groupby(["method", "domain", "primary_population"]).study_id.nunique()
    picture = draw(db, "evidence-map")
    shown = {(r["down"], r["across"], r["group"]): r["studies"] for r in picture.rows}
    domains = {row["across"] for row in picture.rows}
    assert len(domains) == effects.domain.nunique()
    for (method, _, population), n in counts.items():
        same = [v for (a, _, c), v in shown.items()
                if (a, c) == (label(codebook, method), label(codebook, population))]  # fmt: skip
        assert n in same
    assert sorted(shown.values()) == sorted(counts)
    assert sum(len(row["study_ids"]) for row in picture.rows) == counts.sum()
    assert f"{effects.study_id.nunique()} studies with {len(effects)} effects" in picture.text


def test_groups_need_not_be_told_apart(db, effects):
    rows = draw(db, "evidence-map", apart="none", down="muscle").rows
    counts = effects.assign(muscle=effects.muscles.map(lambda m: [top(c) for c in m]))
    counts = counts.explode("muscle").groupby(["muscle", "domain"]).study_id.nunique()
    assert "group" not in rows[0]
    assert sorted(r["studies"] for r in rows) == sorted(counts)


def test_columns_of_domains_stand_in_the_order_of_the_cascade(db):
    columns = list(dict.fromkeys(row["across"] for row in draw(db, "evidence-map").rows))
    order = ["NMJ", "Motor-unit number", "Motor-unit size", "Excitable mass", "Strength"]
    spec = draw(db, "evidence-map").chart.to_dict()
    drawn = spec["layer"][0]["encoding"]["x"]["sort"]
    assert set(drawn) == set(columns)
    assert [name for name in drawn if name in order] == order


def test_an_arrow_needs_seventy_percent_of_the_outcomes_one_way(db, effects):
    aged = effects[effects.contrast.str.startswith("con.age")]
    # no difference is none for any outcome; a direction speaks only where it has a clear meaning
    way = aged.direction.isin(["increase", "decrease"])
    none = aged.direction == "no_change"
    clear = aged[none | (way & aged.impairment.isin(["increase", "decrease"]))]
    said = (clear.direction == clear.impairment).map({True: "worse", False: "better"})
    said = said.mask(clear.direction == "no_change", "none")
    votes = {}
    for key, some in said.groupby([clear.study_id, clear.domain]):
        share = some.value_counts(normalize=True)
        votes[key] = share.index[0] if share.iloc[0] >= 0.7 else "conflicting"
    worse = sum(vote == "worse" for vote in votes.values())
    better = sum(vote == "better" for vote in votes.values())
    rows = draw(db, "effect-direction", contrast="con.age").rows
    ways = pd.Series([row["way"] for row in rows]).value_counts()
    assert ways["Worse"] == worse
    assert ways["Better or preserved"] == better
    assert len(rows) == len(aged.groupby(["study_id", "domain"]))


def test_the_number_of_motor_units_muscle_by_muscle_shows_those_that_keep_theirs(db):
    picture = draw(db, "effect-direction", "outcome = out.mu.number", columns="muscle")
    kept = [(r["study"], r["column"]) for r in picture.rows if r["way"] == "No difference"]
    assert ("Dalton 2008", "Soleus") in kept
    assert "Soleus: 1 study, 1 no difference. No difference: Dalton 2008." in picture.text


def test_a_bar_is_as_high_as_its_study_is_good_and_says_by_what(db):
    picture = draw(db, "harvest", contrast="con.age")
    arrows = draw(db, "effect-direction", contrast="con.age").rows
    with_place = [r for r in arrows if r["way"] in
                  ("Worse", "Better or preserved", "No difference", "Conflicting")]  # fmt: skip
    assert len(picture.rows) == len(with_place)
    assert {row["height_by"] for row in picture.rows} <= {"risk of bias", "design"}
    heights = {"low": 3, "some": 2, "unclear": 2, "high": 1}
    for row in picture.rows:
        if row["height_by"] == "risk of bias":
            assert row["height"] == heights[row["risk_of_bias"]]
        elif row["design"].startswith("Cross-sectional"):
            assert row["height"] == 1


def test_the_timeline_counts_each_study_once_for_each_of_its_methods(db, effects):
    cells = effects.explode("methods").assign(
        method=lambda e: e.methods.map(top), start=lambda e: e.year // 5 * 5
    )
    counts = cells.groupby(["start", "method"]).study_id.nunique()
    rows = draw(db, "timeline").rows
    assert sorted((r["from"], r["studies"]) for r in rows) == sorted(
        (start, n) for (start, _), n in counts.items()
    )
    last = max(row["from"] for row in rows)
    summed = [r for r in draw(db, "timeline", **{"added-up": "yes"}).rows if r["from"] == last]
    assert sum(r["studies"] for r in summed) == cells.groupby("method").study_id.nunique().sum()


def test_the_cascade_sets_two_mouse_studies_against_each_other(db):
    rows = draw(db, "cascade").rows
    chugh = {r["stage"]: r for r in rows if r["study"].startswith("Chugh 2020")}
    # 20 and 27 of a median lifespan of 28 months
    assert chugh["2 MU loss (and slowed firing)"]["first_change_pct"] == 71
    assert chugh["1 NMJ instability"]["first_change_pct"] == 96
    assert chugh["1 NMJ instability"]["unchanged_pct"][-1] == 86
    chung = [r for r in rows if r["study"].startswith("Chung 2018")]
    assert {r["state"] for r in chung} == {"ages not given"}
    text = draw(db, "cascade").text
    assert "before 1 NMJ instability in" in text
    assert "Left out, ages not given" in text.replace("\n", " ")


def test_the_cascade_takes_the_first_of_several_ages(db):
    rows = draw(db, "cascade", "study = 'McNeil 2005' and outcome = out.mu.number").rows
    assert [r["first_change_pct"] for r in rows] == [68]  # at 65 years, tested at 80 too
    assert rows[0]["tested_pct"] == [18, 68, 90]


def test_of_more_ages_and_one_direction_the_first_change_is_not_told(db):
    rows = draw(db, "cascade", "outcome = out.cmap.amp and population = animal").rows
    verdu = next(r for r in rows if r["study"].startswith("Verdu 1996"))
    assert (verdu["state"], verdu["first_change_pct"]) == ("changed, age not told", None)


def test_jitter_may_change_where_the_compound_potential_does_not(db):
    rows = draw(db, "ordering", "species = mouse", a="jitter", b="out.cmap.amp").rows
    found = {r["study"]: r for r in rows if r["relation"] == "A changed, B did not"}
    assert found["Chung 2018"]["a_directions"] == ["increase"]
    assert found["Chung 2018"]["ages_months"] == "not given"


def test_markers_are_counted_with_the_methods_of_the_same_study(db, effects):
    picture = draw(db, "co-occurrence")
    marked = effects[effects.domain == "biomarker"]
    methods = effects.explode("methods").assign(method=lambda e: e.methods.map(top))
    both = methods[methods.study_id.isin(marked.study_id)].groupby("method").study_id.nunique()
    assert sum(r["studies"] for r in picture.rows) == both.sum()
    # markers that no included study has are rows too: that is the answer
    assert {"C-terminal agrin fragment", "Neurofilament light chain"} <= {
        r["down"] for r in picture.rows
    }


def test_a_gap_is_a_cell_of_none_or_one_study(db):
    full = {
        (r["down"], r["across"], r["group"]): r["studies"] for r in draw(db, "evidence-map").rows
    }
    gaps = [r for r in draw(db, "gaps").rows if r["kind"] == "gap"]
    for row in gaps:
        assert full.get((row["down"], row["across"], row["group"]), 0) == row["studies"] < 2
    lines, columns, groups = ({cell[i] for cell in full} for i in range(3))
    more = sum(n > 1 for n in full.values())
    assert len(gaps) + more == len(lines) * len(columns) * len(groups)


def test_what_was_excluded_on_a_topic_is_listed_with_its_reason(db):
    picture = draw(db, "gaps", words="menopause")
    out = [row for row in picture.rows if row["kind"] == "excluded report"]
    assert out
    assert all("menopaus" in row["report"].casefold() for row in out)
    assert {row["reason"] for row in out} >= {"No EMG-related method"}
    assert f"Record {out[0]['record']}" in picture.text


def test_a_reviewer_reads_of_exclusions_only_what_is_settled(db):
    anna = Caller("Reviewer A", Channel.APP)
    whole = actions.picture(db, HOLDER, "gaps", choices={"words": "muscle"}).rows
    hers = actions.picture(db, anna, "gaps", choices={"words": "muscle"}).rows
    assert {r["record"] for r in hers} <= {r["record"] for r in whole}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_drawn_told_and_backed_by_rows(db, name):
    picture = actions.picture(db, HOLDER, name)
    assert picture.title
    assert picture.text
    if picture.chart is None:
        assert "othing" in picture.text or "No " in picture.text
        return
    assert picture.rows
    assert len({tuple(row) for row in picture.rows}) == 1
    root = ElementTree.fromstring(picture_file(picture, "svg"))
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text == picture.title
    assert (root.find(f"{SVG}desc").text or "").split() == picture.text.split()
    assert not list(root.iter(f"{SVG}script"))
    assert not [a for node in root.iter() for k, a in node.attrib.items()
                if k.endswith("href") and a.startswith("http")]  # fmt: skip


@pytest.mark.parametrize("name", ["evidence-map", "prisma"])
def test_a_png_is_twice_as_large_as_on_a_screen(db, name):
    picture = actions.picture(db, HOLDER, name)
    png = picture_file(picture, "png")
    root = ElementTree.fromstring(picture_file(picture, "svg"))
    width = float(root.attrib["width"].removesuffix("px"))
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">I", png[16:20])[0] == pytest.approx(2 * width, abs=3)


def test_data_and_words_leave_as_files(db):
    picture = actions.picture(db, HOLDER, "studies-by")
    assert json.loads(picture_file(picture, "json"))["rows"] == [dict(r) for r in picture.rows]
    assert picture_file(picture, "csv").startswith(b"by,group,studies,study_ids\r\n")
    assert picture_file(picture, "md").startswith(b"| By | Group |")
    assert picture.text in picture_file(picture, "txt").decode()
    with pytest.raises(BadInput, match=", ".join(FORMATS)):
        picture_file(picture, "gif")


def test_labels_that_are_markup_stay_words(db, codebook):
    with db.read() as conn:
        rows = effect_rows(conn, None, where="population = animal")
    bad = "</text><script>alert(1)</script>\x00\u2028\"'<img src=x onerror=alert(1)>"
    rows = [row | {"study_label": bad, "cohort_family": bad} for row in rows]
    wicked = json.loads(codebook.model_dump_json())
    for facet in wicked["facets"]:
        for term in facet["terms"]:
            term["label"] = f"{term['label']} {bad}".replace("\x00", "")
    evil = Codebook.model_validate(wicked)
    for picture in (
        evidence_map(rows, evil),
        effect_direction(rows, evil, contrast="con.age"),
    ):
        root = ElementTree.fromstring(picture_file(picture, "svg"))
        assert not [n.tag for n in root.iter() if n.tag.split("}")[-1] in ("script", "img")]
        page = picture_file(picture, "html").decode()
        assert "<script" not in page
        assert "<img" not in page


def test_studies_of_one_name_are_told_apart(db, codebook):
    with db.read() as conn:
        rows = effect_rows(conn, None, where="outcome = out.mu.number and contrast = con.age")
    rows = [row | {"study_label": "Same", "year": None, "cohort_family": ""} for row in rows]
    spec = effect_direction(rows, codebook, contrast="con.age").chart.to_dict()
    labels = spec["layer"][0]["encoding"]["y"]["sort"]
    studies = [one for one in labels if not one.startswith(HEADING)]
    assert len(set(studies)) == len(studies) == len({row["study_id"] for row in rows})


def test_many_studies_are_drawn_in_part_and_the_text_says_how_many(db, codebook):
    with db.read() as conn:
        one = effect_rows(conn, None, where="outcome = out.mu.number and contrast = con.age")[0]
    rows = [one | {"id": i, "study_id": i, "study_label": f"Study {i}"} for i in range(1, 301)]
    picture = effect_direction(rows, codebook, contrast="con.age")
    assert len(picture.rows) == 300
    assert "Only 120 of 300 studies are drawn; the data behind holds all." in picture.text


def test_nothing_to_draw_is_said(db):
    picture = draw(db, "evidence-map", "year < 1900")
    assert picture.chart is None
    assert picture.text == "No effect matches, so there is nothing to map."
    with pytest.raises(BadInput, match="nothing to map"):
        picture_file(picture, "svg")


def test_an_unknown_picture_choice_or_value_is_refused_with_the_nearest(db):
    with pytest.raises(BadInput, match="did you mean 'cascade'"):
        draw(db, "cascad")
    with pytest.raises(BadInput, match="did you mean 'across'"):
        draw(db, "evidence-map", acros="muscle")
    with pytest.raises(BadInput, match="did you mean 'muscle'"):
        draw(db, "evidence-map", across="muscl")
    with pytest.raises(ExpressionError, match="at character 1"):
        draw(db, "evidence-map", "nonsense = 1")


def test_every_line_of_a_forest_plot_and_every_number_of_the_flow_leads_to_what_is_behind(db):
    forest = actions.picture(db, HOLDER, "forest")
    marks = [int(n) for n in re.findall(r'<g data-mark="(\d+)"', forest.chart)]
    assert marks == list(range(len(forest.rows)))
    assert all(row["study_ids"] for row in forest.rows)
    flow = actions.picture(db, HOLDER, "prisma")
    drawn = ElementTree.fromstring(flow.chart).iter("{http://www.w3.org/2000/svg}text")
    opened = {text.get("data-box") for text in drawn} - {None}
    assert opened == {row["box"] for row in flow.rows if row["box"]} > {"included.reports"}


def test_the_filter_of_the_pictures_holds_for_the_map_of_mechanisms_too(db):
    every, some = (
        actions.picture(db, HOLDER, "mechanism-map", where=where).rows
        for where in (None, "population = animal")
    )
    animals = actions.evidence(db, HOLDER, where="population = animal")["rows"]
    known = {row["study_id"] for row in animals}
    assert [set(row["study_ids"]) & known for row in every] == [set(r["study_ids"]) for r in some]
    assert sum(row["studies"] for row in every) > sum(row["studies"] for row in some) > 0
