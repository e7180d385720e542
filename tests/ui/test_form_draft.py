"""The rows of a draft keep their identity, and what is given of it is a plain form."""

from typing import Any

from review.ui.form_draft import append, at, bare, ids, named, new_row, put


def made() -> tuple[dict[str, Any], str, str]:
    form: dict[str, Any] = {}
    young, old = (append(form, ("arms",), {"label": label}) for label in ("young", "old"))
    effect = append(form, ("effects",), {"arms": ["young", "old"]})
    append(form, ("effects", effect, "numbers"), {"group1_label": "young", "group1_mean": "9"})
    return form, young, old


def test_a_cell_stays_the_same_when_the_row_before_it_goes() -> None:
    form, young, old = made()
    form["arms"] = [row for row in form["arms"] if row is not at(form, ("arms", young))]
    put(form, ("arms", old, "n"), "11")
    assert bare(form)["arms"] == [{"label": "old", "n": "11"}]
    assert at(form, ("arms", young, "label")) is None


def test_typing_in_the_empty_card_makes_the_row_and_clearing_it_takes_it_out() -> None:
    form, _, _ = made()
    row = new_row()
    put(form, ("arms", row, "label"), "athletes")
    assert [arm["label"] for arm in bare(form)["arms"]] == ["young", "old", "athletes"]
    put(form, ("arms", row, "label"), "")
    assert len(bare(form)["arms"]) == 2
    assert ids(form["arms"])[-1] == row  # the card stays for what is typed next


def test_an_arm_renamed_stays_the_arm_of_its_effects() -> None:
    form, young, _ = made()
    put(form, ("arms", young, "label"), "adults")
    (effect,) = bare(form)["effects"]
    assert effect["arms"] == ["adults", "old"]
    assert effect["numbers"] == [{"group1_label": "adults", "group1_mean": "9"}]


def test_what_is_wrong_is_told_in_the_row_it_stands_in_though_empty_rows_are_not_given() -> None:
    form, young, old = made()
    put(form, ("arms", young, "label"), "")
    assert bare(form)["arms"] == [{"label": "old"}]
    assert named(form, ["arms", 0, "n"]) == ("arms", old, "n")
    (effect,) = ids(form["effects"])
    (row,) = ids(form["effects"][0]["numbers"])
    there = named(form, ["effects", 0, "numbers", 0, "group1_mean"])
    assert there == ("effects", effect, "numbers", row, "group1_mean")


def test_a_copied_effect_shares_no_row_with_the_first() -> None:
    form, _, _ = made()
    first = ids(form["effects"])[0]
    second = append(form, ("effects",), at(form, ("effects", first)))
    rows = [ids(at(form, ("effects", one, "numbers"))) for one in (first, second)]
    assert rows[0] != rows[1]
    assert bare(form)["effects"][0] == bare(form)["effects"][1]
