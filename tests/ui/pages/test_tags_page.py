"""Tags and codebook on their pages: each act is a fact, and nothing shows what must stay hidden."""

from streamlit.testing.v1 import AppTest

from review import actions
from review.store.engine import Database
from tests.actions.rush import HOLDER
from tests.actions.tagged_study import ANNA, BEN, CARA, codes
from tests.ui.pages.alone import alone


def pressed(page: AppTest, label: str) -> AppTest:
    next(one for one in page.button if one.label == label).click().run()
    assert not page.exception, page.exception
    return page


def said(page: AppTest) -> str:
    return "\n".join(one.value for one in [*page.markdown, *page.caption, *page.info])


def test_a_suggestion_is_confirmed_by_a_button_and_the_word_is_marked(tagged: Database) -> None:
    page = alone(tagged.url, "tags", "Anna", study="1")
    assert ":orange-background[Title]" in said(page)
    assert "Title \\(title\\)" in said(page)
    pressed(page, "Yes")
    assert codes(tagged, ANNA, "study:1") == ["top.a"]
    assert not any(one.label == "Yes" for one in page.button)


def test_a_term_is_found_put_and_taken_off(tagged: Database) -> None:
    page = alone(tagged.url, "tags", "Anna")
    next(one for one in page.selectbox if one.label == "Find a term").select("top.c").run()
    assert codes(tagged, ANNA, "study:1") == ["top.c"]
    pressed(page, "Gamma")
    assert codes(tagged, ANNA, "study:1") == []


def test_an_effect_is_tagged_and_done(tagged: Database) -> None:
    page = alone(tagged.url, "tags", "Anna")
    names = page.selectbox(key="target-tagged-study:1").options
    place = next(i for i, name in enumerate(names) if name.startswith("Effect 1"))
    page.selectbox(key="target-tagged-study:1").select_index(place).run()
    pressed(page, "Done with this")
    assert actions.compare_tags(tagged, ANNA, "effect:1")["state"] == "waiting"


def test_what_differs_is_settled_by_the_adjudicator_and_hidden_from_the_two(
    tagged: Database,
) -> None:
    for who, code in ((ANNA, "top.a"), (BEN, "top.c")):
        actions.tag(tagged, who, "study:1", [code])
        actions.tagging_done(tagged, who, "study:1")
    hers = alone(tagged.url, "tags", "Anna")
    assert "stays hidden until it is settled" in said(hers)
    assert not [frame for frame in hers.dataframe if "Gamma" in str(frame.value)]
    page = alone(tagged.url, "tags", "Cara")
    assert "To settle" in page.warning[0].value
    assert "Gamma" not in str(page.dataframe[0].value)
    page.multiselect[0].set_value(["top.c"])
    pressed(page, "Keep my judgement, show theirs")
    assert "You judged: Gamma" in said(page)
    assert "Gamma" in str(page.dataframe[0].value)
    pressed(page, "Settle")
    assert actions.compare_tags(tagged, CARA, "study:1")["state"] == "settled"
    assert codes(tagged, ANNA, "study:1") == ["top.c"]


def test_an_owner_sees_what_a_merge_touches_before_it_is_done(tagged: Database) -> None:
    actions.tag(tagged, ANNA, "study:1", ["top.a"])
    page = alone(tagged.url, "codebook", "Olga")
    page.session_state["recode-what"] = "Merge"
    page.run()
    page.selectbox(key="merge-term").select("top.a").run()
    page.selectbox(key="merge-into-top.a").select("top.b").run()
    pressed(page, "Show what it would do")
    assert page.dataframe[0].value["On studies"].tolist()[0] == 1
    assert len(actions.versions(tagged)) == 1
    pressed(page, "Put version 2 in force")
    assert codes(tagged, ANNA, "study:1") == ["top.b"]
    assert "merged into" in said(alone(tagged.url, "codebook", "Anna"))
    assert not any(
        b.label == "Show what it would do" for b in alone(tagged.url, "codebook", "Anna").button
    )


def test_counts_are_of_what_the_viewer_may_see(tagged: Database) -> None:
    actions.tag(tagged, ANNA, "study:1", ["top.c"])
    assert actions.codebook_uses(tagged, HOLDER)["top.c"] == {"study": 1}
    assert "top.c" not in actions.codebook_uses(tagged, BEN)
