"""What the shipped evidence amounts to, through every door: the page, the commands, Python."""

import io
from typing import Any

import pytest
from docx import Document
from streamlit.testing.v1 import AppTest

from review import actions
from review.api import open as open_review
from review.errors import BadInput, ExpressionError
from tests.command_line import done, review as command
from tests.conftest import HOLDER
from tests.ui.pages.alone import alone

# each view, and something that only it says
VIEWS = {
    "Votes": "Each number leads to the effects",
    "Meta-analysis": "may be pooled",
    "Sensitivity": "Families worse and better",
    "Contradictions": "Which stage comes first",
    "Modifiers": "Intervention vs control",
    "Units of analysis": "as if they were people",
    "Report": "The nine items of SWiM",
}


def human(db: Any, domain: str, **more: Any) -> dict[str, Any]:
    """The group of people compared by age in one domain."""
    found = actions.synthesis(db, HOLDER, report=False, **more)
    (group,) = [
        one for one in found["groups"]
        if (one["population"], one["contrast"], one["domain"]) == ("pop.human", "con.age", domain)
    ]  # fmt: skip
    return group


def seen(url: str, **state: str) -> AppTest:
    """The page after something was chosen or typed on it."""
    page = alone(url, "synthesis", "Owner")
    for key, value in state.items():
        page.session_state[key] = value
    return page.run()


@pytest.mark.parametrize(("view", "shows"), VIEWS.items())
def test_each_view_opens(demo: Any, demo_url: str, view: str, shows: str) -> None:
    page = seen(demo_url, part=view)
    assert not page.exception, page.exception
    assert not page.error, [error.value for error in page.error]
    said = [one.value for one in (*page.markdown, *page.subheader, *page.caption)]
    assert any(shows in text for text in said), said


def test_an_expression_that_is_wrong_is_pointed_at(demo: Any, demo_url: str) -> None:
    page = seen(demo_url, where="outcome = jiter")
    assert "jitter" in page.error[0].value
    with pytest.raises(ExpressionError):
        actions.meta(demo, HOLDER, where="outcome = jiter")


def test_each_number_leads_to_just_the_studies_it_counts(demo: Any) -> None:
    group = human(demo, "mu_number")
    for say, cell in group["cells"].items():
        named = {study for one in cell["families"] for study in one["studies"]}
        assert named == set(cell["studies"])
        if cell["where"]:
            rows = actions.evidence(demo, HOLDER, where=cell["where"])["rows"]
            assert {row["study_id"] for row in rows} == named, say
    assert len(group["cells"]["worse"]["families"]) == group["worse"] > 0


def test_contrasts_and_people_and_animals_are_apart_and_the_sexes_never_vote(demo: Any) -> None:
    groups = actions.synthesis(demo, HOLDER, report=False)["groups"]
    keys = [(one["population"], one["contrast"], one["domain"]) for one in groups]
    assert len(keys) == len(set(keys))
    assert {one["n"] for one in groups if one["contrast"] == "con.sexmeno"} == {0}
    assert all((one["p"] is None) == (one["n"] < 6) for one in groups)


def test_without_an_appraisal_nothing_is_said_to_be_of_low_risk(demo: Any) -> None:
    again = human(demo, "mu_number", sensitivity="risk_of_bias")["sensitivity"]
    assert again["empty"] == ["low", "low and some"]
    assert "no study of this group has a settled appraisal" in again["note"]


def test_the_discharge_rate_is_pooled_and_every_other_group_refused_with_a_reason(
    demo_url: str, demo: Any
) -> None:
    how = ("--measure", "g", "--estimator", "DL", "--no-hartung-knapp")
    groups = done("meta", *how, database=demo_url)["groups"]
    pooled = [one for one in groups if one["verdict"] == "pooled"]
    assert [one["outcome"] for one in pooled] == ["out.mu.rate"]
    known = pooled[0]["result"]
    assert (known["k"], pooled[0]["secondary"]) == (6, 5)
    assert [round(known[key], 2) for key in ("estimate", "ci_low", "ci_high")] == [
        -0.71, -1.07, -0.35,
    ]  # fmt: skip
    assert all(one["reasons"] for one in groups if one["verdict"] != "pooled")
    without = done("meta", "--no-secondary", database=demo_url)
    assert not [one for one in without["groups"] if one["verdict"] == "pooled"]


def test_the_forest_plot_holds_what_was_pooled_and_says_the_same_in_words(demo: Any) -> None:
    picture = actions.picture(demo, HOLDER, "forest")
    assert [row["secondary"] for row in picture.rows].count("yes") == 5
    assert sum(row["weight_percent"] for row in picture.rows[:-1]) == pytest.approx(100, abs=0.1)
    drawn = actions.picture_file(demo, HOLDER, "forest", "svg").decode()
    assert drawn.count("<rect") >= 6
    assert "prediction interval" in picture.text.lower()
    shown = actions.picture(demo, HOLDER, "forest", choices={"outcome": "out.mu.number"})
    assert "not pooled" in shown.text
    assert "Random-effects mean" not in str(shown.chart)
    nothing = actions.picture(demo, HOLDER, "forest", choices={"outcome": "out.bio.nfl"})
    assert (nothing.chart, "Nothing can be drawn" in nothing.text) == (None, True)


def test_the_report_has_the_nine_items_and_reads_as_markdown_word_and_csv(demo: Any) -> None:
    found = actions.synthesis(demo, HOLDER)
    assert [one["id"] for one in found["swim"]] == ["1a", "1b", *"23456789"]
    assert all(one["text"] for one in found["swim"])
    text = actions.synthesis_file(demo, HOLDER, "md").decode()
    for item in found["swim"]:
        assert f"### {item['id']} {item['item']}" in text
    word = Document(io.BytesIO(actions.synthesis_file(demo, HOLDER, "docx")))
    assert len(word.tables) == 2
    assert actions.synthesis_file(demo, HOLDER, "csv").count(b"\n") > len(found["groups"])
    with pytest.raises(BadInput, match="md, docx, json, csv"):
        actions.synthesis_file(demo, HOLDER, "pdf")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["meta", "--measure", "d"], "there are: auto, g, rom, md"),
        (["meta", "--outcome", "out.mu.ratte"], "out.mu.rate"),
        (["meta", "--subgroup", "muscel"], "muscle"),
        (["synthesis", "--sensitivity", "risk"], "risk_of_bias"),
        (["synthesis", "--by", "muscle"], "domain, outcome"),
        (["contradictions", "--where", "outcome ="], "at character"),
    ],
)
def test_what_is_asked_for_wrongly_is_told_in_one_line(
    demo: Any, demo_url: str, words: list[str], said: str
) -> None:
    answer = command(*words, database=demo_url)
    assert answer.status == 1
    assert said in answer.err
    assert len(answer.err.strip().splitlines()) <= 3


def test_the_commands_and_python_say_what_the_page_says(demo: Any, demo_url: str) -> None:
    for words in (["synthesis"], ["meta"], ["contradictions"], ["modifiers"], ["units"]):
        assert command(*words, database=demo_url).status == 0, words
    review = open_review(demo_url)
    frame = review.votes_by_direction()
    assert len(frame) == len(actions.synthesis(demo, HOLDER, report=False)["groups"])
    pools = review.pools()
    assert list(pools[pools.verdict == "pooled"].outcome) == ["out.mu.rate"]
    assert review.units().naive.sum() == 7
    order = review.contradictions()["order"]
    assert [one["species"] for one in order if one["stage"] == "c1"] == ["sp.mouse"]


def test_a_study_of_people_and_animals_counts_where_it_says_it_counts(demo: Any) -> None:
    # its record is excluded, so it speaks only where everything does, and to no other test
    record = actions.records(demo, HOLDER, box="excluded_title_abstract")["records"][0]["record"]
    owner = actions.Caller("Owner", HOLDER.channel)
    actions.study(demo, owner, [record], label="Both 2020")
    form = {
        "study": {"population": ["pop.human", "pop.animal"], "primary": "pop.animal",
                  "species": "sp.rat"},
        "effects": [{"outcome": "out.mu.number", "contrast": "con.age", "direction": "decrease"}],
    }  # fmt: skip
    actions.extract(demo, HOLDER, f"record:{record}", form)
    asked = {"where": 'study_label = "Both 2020"', "everything": True}
    (group,) = actions.synthesis(demo, HOLDER, **asked)["groups"]
    assert (group["population"], group["worse"]) == ("pop.animal", 1)
