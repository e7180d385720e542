"""The twenty questions: each command of the help, run on the shipped review, against pandas.

`test_qNN` runs the command that `review questions` lists for it, word by word, and checks its
numbers against the shipped tables.
"""

import io
import json
import shlex
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from review.extraction.shipped import folder
from review.synthesis.votes import binomial_p, wilson
from tests.command_line import done
from tests.data.truth import effects, table, under
from tests.end_to_end.asked import Asked
from tests.eutils_server import serve

FOLDER = folder()
EFFECTS = effects(FOLDER)
STUDIES = table(FOLDER / "studies.csv")
NUMBERS = table(FOLDER / "numbers.csv")
INCLUDED = STUDIES[STUDIES.eligibility == "include"]
PEOPLE = EFFECTS.primary_population == "pop.human"
NMJ = ("out.nmj.jitter", "out.nmj.jiggle", "out.nmj.blocking", "out.nmj.decrement")


@pytest.fixture(scope="module")
def ask(demo_file: Path) -> Asked:
    return Asked(demo_file)


def ids(mask) -> set[str]:
    return set(EFFECTS[mask].study_id)


def test_there_are_twenty_each_with_a_page_and_a_command(ask):
    assert list(ask.commands) == [f"Q{n:02}" for n in range(1, 21)]


def test_q01_the_flow_counts_what_the_tables_hold(ask):
    flow = ask.json("Q01")
    assert flow["identified"]["total"] == len(STUDIES)
    assert flow["included"]["reports"] == len(INCLUDED)
    assert flow["included"]["studies"] == INCLUDED.study_id.nunique()
    assert all(one["ok"] for one in flow["identities"])
    published = json.loads(ask.run("review published-review --json"))["boxes"]
    assert {box["id"]: box["n"] for box in published if box["n"] is not None} == {
        "included": 53, "human": 25, "animal": 28,
    }  # fmt: skip


def test_q02_the_map_counts_methods_by_outcomes_in_people_and_animals(ask):
    found = ask.rows("Q02")
    assert set().union(*found.ids) == ids(EFFECTS.outcome != "")
    cell = found[(found.down == "Single-fibre EMG (jitter, blocking, fibre density)")
                 & (found.across == "NMJ")].set_index("group")  # fmt: skip
    for group, people in (("Human", PEOPLE), ("Animal", ~PEOPLE)):
        nmj = under(EFFECTS.outcome, "out.nmj") & (EFFECTS.outcome != "out.nmj.morph")
        right = ids(people & nmj & under(EFFECTS.methods, "emg.sfemg"))
        assert cell.ids[group] == right, group


def test_q03_chung_2018_saw_more_jitter_with_the_cmap_unchanged(ask):
    def of(outcome, ways):
        return ids((EFFECTS.outcome == outcome) & EFFECTS.alignment.isin(ways) & mice & age)

    mice, age = under(EFFECTS.species, "sp.mouse"), under(EFFECTS.contrast, "con.age")
    found = ask.rows("Q03").set_index("relation").ids
    right = of("out.nmj.jitter", ["impaired"]) & of("out.cmap.amp", ["neutral", "preserved"])
    assert found["A changed, B did not"] == right == {"chung2018"}


def test_q04_the_cascade_has_both_orders_with_the_ages_tested(ask):
    found = ask.rows("Q04")
    lanes = {"1 NMJ instability": "c1", "2 MU loss (and slowed firing)": "c2"}
    assert set(lanes) <= set(found.stage)
    animal = found[found.population == "Animal"]
    chugh = {row.stage: row for row in animal.itertuples() if "chugh2020" in row.ids}
    first = {stage: float(chugh[stage].first_change_pct) for stage in lanes}
    assert first["2 MU loss (and slowed firing)"] < first["1 NMJ instability"]
    chung = [row for row in animal.itertuples() if "chung2018" in row.ids]
    assert {row.state for row in chung} == {"ages not given"}


def test_q05_the_number_of_units_by_muscle_with_those_that_lose_none(ask):
    found = ask.rows("Q05")
    mask = (EFFECTS.outcome == "out.mu.number") & (EFFECTS.together == "con.age")
    assert set().union(*found.ids) == ids(mask)
    none = found[found.way.isin(["No difference", "Conflicting"])]
    assert set().union(*none.ids) == ids(mask & ~EFFECTS.alignment.isin(["impaired", ""]))
    assert {"dalton2008", "galea1996"} <= set().union(*none.ids)


def test_q06_athletes_three_for_and_one_without_a_difference(ask):
    mask = (EFFECTS.outcome == "out.mu.number") & (EFFECTS.contrast == "con.athlete")
    right = EFFECTS[mask].groupby("direction").study_id.apply(set).to_dict()
    assert right == {
        "increase": {"power2010", "power2012", "power2016"}, "no_change": {"piasecki2016ta"},
    }  # fmt: skip
    said = ask.run(ask.commands["Q06"])
    assert "up: Power 2010, Power 2016, Power 2012" in " ".join(said.split())
    claim = json.loads(ask.run("review claims show athletes-keep-units --json"))
    sides = {
        (one["say"], ask.study(study)) for one in claim["families"] for study in one["studies"]
    }
    assert sides == {("support", one) for one in right["increase"]} | {
        ("no-change", "piasecki2016ta")
    }


def test_q07_sarcopenia_alone_is_drawn_by_outcome(ask):
    found = ask.rows("Q07")
    assert set().union(*found.ids) <= ids(EFFECTS.contrast == "con.sarc")
    number = found[found.band == "Motor-unit number"]
    mask = (EFFECTS.contrast == "con.sarc") & (EFFECTS.outcome == "out.mu.number")
    worse = number[number.place == "Worse"]
    assert set().union(*worse.ids) == ids(mask & (EFFECTS.alignment == "impaired"))
    assert set().union(*number.ids) == ids(mask)


def votes(mask) -> dict[str, int]:
    """How families vote on worse or better where each effect is one outcome of one domain."""
    given = {"worse": 0, "better": 0, "none": 0}
    for _, family in EFFECTS[mask].groupby("family"):
        ways = family.alignment[family.alignment.isin(["impaired", "preserved", "neutral"])]
        for way, name in (("impaired", "worse"), ("preserved", "better"), ("neutral", "none")):
            given[name] += len(ways) > 0 and (ways == way).sum() >= 0.7 * len(ways)
    return given


def test_q08_votes_of_families_with_interval_and_p_by_population(ask):
    groups = ask.json("Q08")["groups"]
    seen = 0
    for group in groups:
        if group["contrast"] == "con.sexmeno":
            assert group["n"] == 0
            continue
        mask = (
            EFFECTS.outcome.isin(NMJ)
            & (EFFECTS.primary_population == group["population"])
            & (EFFECTS.together == group["contrast"])
        )
        right = votes(mask)
        assert {name: group[name] for name in right} == right
        n = right["worse"] + right["better"]
        assert group["wilson"] == pytest.approx(wilson(right["worse"], n), abs=1e-6)
        assert group["p"] == (binomial_p(right["worse"], n) if n >= 6 else None)
        seen += len(EFFECTS[mask])
    assert seen == len(EFFECTS[EFFECTS.outcome.isin(NMJ) & (EFFECTS.contrast != "con.sexmeno")])


def test_q09_low_risk_alone_is_beside_all_and_says_where_nobody_is_left(ask):
    said = " ".join(ask.run(ask.commands["Q09"]).split())
    assert "NMJ, Older vs younger, Human all 3 0 1" in said
    assert "low (nobody left) 0 0 0" in said


def test_q10_the_naive_tests_are_those_of_the_numbers(ask):
    found = ask.json("Q10")
    naive = NUMBERS[NUMBERS.unit_of_analysis == "uoa.mu_naive"].merge(INCLUDED, on="study_id")
    rows = [row for row in found["rows"] if row["naive"]]
    assert len(rows) == len(naive) == 7
    right = sorted((row.study_id, row.p_as_reported) for row in naive.itertuples())
    said = [(ask.study(row["study"]), row["p_as_reported"]) for row in rows]
    assert sorted(said) == right


def test_q11_training_by_outcome_with_chugh_better_in_transmission_only(ask):
    rows = ask.json("Q11")["cells"]
    mask = under(EFFECTS.modifier, "mod.ex.endurance") & (EFFECTS.contrast == "con.interv")
    right = {row.outcome: row.direction for row in EFFECTS[mask].itertuples()}
    assert right == {"out.nmj.general": "increase", "out.mu.number": "no_change"}
    cells = {
        row["outcome"]: row for row in rows
        if row["modifier"] == "mod.ex.endurance" and row["contrast"] == "con.interv"
    }  # fmt: skip
    assert {name: (cells[name]["better"], cells[name]["none"]) for name in right} == {
        "out.nmj.general": (1, 0), "out.mu.number": (0, 1),
    }  # fmt: skip


def test_q12_gene_therapies_in_aged_animals_with_their_methods(ask):
    rows = ask.json("Q12")["rows"]
    mask = ~PEOPLE & under(EFFECTS.modifier, "mod.gene")
    assert {ask.study(row["study_id"]) for row in rows} == ids(mask)
    assert len(rows) == mask.sum()
    assert all(row["emg_method"] for row in rows)


def test_q13_menopause_has_no_study_and_names_what_was_excluded(ask):
    assert not under(EFFECTS.modifier, "mod.horm.menopause").any()
    said = ask.run(ask.commands["Q13"])
    spoken = STUDIES[STUDIES.title.str.contains("menopaus", case=False)]
    excluded = spoken[spoken.eligibility == "exclude"]
    assert len(excluded) == 2
    for title in excluded.title:
        assert title in said
    claim = json.loads(ask.run("review claims show menopause-harms --json"))
    assert {group["verdict"] for group in claim["groups"]} == {"no study here"}


def test_q14_markers_by_method(ask):
    found = ask.rows("Q14")
    assert not EFFECTS.outcome.isin(["out.bio.caf", "out.bio.nfl"]).any()
    assert set().union(*found.ids) == ids(under(EFFECTS.outcome, "out.bio"))
    assert not found[found.down.str.contains("agrin|Neurofilament")].ids.map(bool).any()


def test_q15_reports_of_one_cohort_are_told(ask):
    listed = ask.json("Q15")
    found: dict[str, set[str]] = {}
    for one in listed:
        if one["cohort_family"] and one["included"]:
            found.setdefault(one["cohort_family"], set()).add(ask.study(one["study"]))
    right = INCLUDED[INCLUDED.cohort_family != ""].groupby("cohort_family").study_id.apply(set)
    assert found == right.to_dict()


def test_q16_the_history_of_an_excluded_record_tells_who_and_why(ask):
    record = ask.json("Q16")
    row = STUDIES[STUDIES.study_id == record["accession"]].iloc[0]
    assert row.eligibility == "exclude"
    assert set(record["standing"].values()) == {"excluded"}
    votes = [one for one in record["history"] if one["what"] == "vote"]
    assert len({one["verdict"] for one in votes}) == len({one["by"] for one in votes}) == 2
    (ruling,) = (one for one in record["history"] if one["what"] == "ruling")
    assert (ruling["by"], ruling["verdict"]) == ("Adjudicator", "exclude")
    assert ruling["reason"] == row.exclusion_reason == "ex.date"


def test_q17_agreement_is_counted_over_the_votes(ask):
    votes = pd.read_csv(io.StringIO(ask.run("review export votes --format csv")), dtype=str)
    first = votes[(votes.kind == "vote") & (votes["round"] == "1")]
    for one in ask.json("Q17"):
        if one["pooled"] or len(one["categories"]) != 2:
            continue
        at = first[first.stage == one["stage"]].drop_duplicates(["record", "reviewer"], keep="last")
        pairs = at.pivot_table(index="record", columns="reviewer", values="vote", aggfunc="last")
        both = pairs[one["reviewers"]].dropna().replace({"maybe": "include"})
        assert one["n"] == len(both)
        assert _value(one["percent"]) == pytest.approx((both.iloc[:, 0] == both.iloc[:, 1]).mean())


def _value(measure):
    return measure["value"] if isinstance(measure, dict) else measure


def test_q18_methods_over_the_years(ask):
    found = ask.rows("Q18")
    sfemg = found[found.by.str.startswith("Single-fibre")]
    mask = under(EFFECTS.methods, "emg.sfemg")
    assert set().union(*sfemg.ids) == ids(mask)
    for row in found.itertuples():
        years = {int(year) for year in INCLUDED[INCLUDED.study_id.isin(row.ids)].year}
        assert all(int(row._2) <= year <= int(row.to) for year in years)


def test_q19_certainty_is_told_for_each_outcome_and_nothing_is_graded_unasked(ask):
    groups = ask.json("Q19")["groups"]
    number = next(
        g for g in groups
        if (g["outcome"], g["contrast"], g["population"]) == ("mu_number", "con.age", "pop.human")
    )  # fmt: skip
    mask = PEOPLE & (EFFECTS.outcome == "out.mu.number") & (EFFECTS.together == "con.age")
    right = votes(mask)
    assert (number["studies"], number["families"]) == (
        len(ids(mask)),
        EFFECTS[mask].family.nunique(),
    )
    assert {name: number[name] for name in right} == right
    assert all(g["certainty_words"] == "Not graded" for g in groups if not g["graded"])


def test_q20_what_is_new_comes_in_by_the_search_and_what_was_known_is_out_by_its_date(
    ask, demo_file, tmp_path, monkeypatch
):
    late = STUDIES[STUDIES.exclusion_reason == "ex.date"]
    assert {"gulleycox2025", "bioeng2025", "junquera2025"} <= set(late.study_id)
    shutil.copy(demo_file, tmp_path / "demo.db")
    monkeypatch.setenv("REVIEW_NCBI_API_KEY", "sesame-7")
    with serve(30, first=date(2025, 5, 1), last=date(2025, 5, 30)) as server:
        monkeypatch.setenv("REVIEW_EUTILS_URL", server.url)
        found = done(
            *shlex.split(ask.commands["Q20"])[1:], database=f"sqlite:///{tmp_path}/demo.db"
        )
        new = sum(day > date(2025, 5, 20) for day in server.records.values())
    assert (found["count"], found["imported"], found["complete"]) == (new, new, True)
    total = done("status", database=f"sqlite:///{tmp_path}/demo.db")["stages"]["title-abstract"]
    assert total["total"] == len(STUDIES) + new
