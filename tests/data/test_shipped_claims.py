"""The claims that ship are weighed by the shipped effects, as pandas counts them, not assumed."""

import re
from pathlib import Path
from typing import Any

import pytest

from review import actions
from review.actions import Caller
from review.extraction.shipped import folder
from review.synthesis.claims import read_claims
from review.vocab import Channel
from tests.data.truth import effects, say, under

FOLDER = folder()
HOLDER = Caller(None, Channel.API)
NMJ = ("out.nmj.jitter", "out.nmj.jiggle", "out.nmj.blocking", "out.nmj.decrement")
JUNCTION = (*NMJ, "out.nmj.general")
HELD, GONE = ("neutral", "preserved"), ("impaired",)


def aligned(*ways):
    return lambda e: e.alignment.isin(ways)


def pointing(way):
    return lambda e: e.direction == way


def of(outcomes, *ways):
    return lambda e: under(e.outcome, *outcomes) & e.alignment.isin(ways)


WORSE, BETTER = [aligned("impaired")], [aligned("preserved")]
MORE, LESS = [pointing("increase")], [pointing("decrease")]
TRAINED = ("con.interv", "con.prepost")
UNITS = ("out.nmj", "out.mu")


def age(e, *outcomes):
    return e[under(e.contrast, "con.age") & e.outcome.isin(outcomes)]


def modified(e, modifier, outcomes, contrasts=TRAINED):
    some = e[under(e.modifier, *modifier) & under(e.outcome, *outcomes)]
    return some[some.contrast.isin(contrasts)] if contrasts else some


def order(early, late):
    """One had changed where the other held: for it, and against it."""
    return [of(early, *GONE), of(late, *HELD)], [of(late, *GONE), of(early, *HELD)]


def none_here(e):
    return e[e.study_id == ""]


SEEN = ("out.mass", "out.strength")
MASS, FORCE = ("out.mass", "out.cmap.amp"), ("out.strength", "out.power", "out.function")
NUMBER = ("out.mu.number",)
FIRING = ("out.mu.number", "out.mu.rate", "out.mu.pic")
EMG = (*JUNCTION, "out.mu.number", "out.mu.rate", "out.mu.complexity")
NO_MORPH = ("out.nmj.jitter", "out.nmj.jiggle", "out.nmj.blocking", "out.nmj.decrement",
            "out.nmj.general", "out.nmj.release", "out.nmj.delay")  # fmt: skip
# scope, what supports, what contradicts: written here a second time, in pandas
CLAIMS: dict[str, tuple[Any, Any, Any]] = {
    "unsteady-junction": (lambda e: age(e, *NMJ), WORSE, BETTER),
    "fewer-motor-units": (lambda e: age(e, *NUMBER), WORSE, BETTER),
    "larger-motor-units": (
        lambda e: age(e, "out.mu.size", "out.mu.complexity", "out.mu.fdensity"), MORE, LESS),
    "smaller-muscle": (lambda e: age(e, *MASS), WORSE, BETTER),
    "less-strength": (lambda e: age(e, "out.strength", "out.power"), WORSE, BETTER),
    "junction-before-units": (lambda e: age(e, *JUNCTION, *NUMBER), *order(JUNCTION, NUMBER)),
    "weakness-last": (
        lambda e: age(e, *JUNCTION, *NUMBER, *FORCE), *order((*JUNCTION, *NUMBER), FORCE)),
    "emg-sees-it-first": (
        lambda e: age(e, *EMG, *SEEN), *order(EMG, SEEN)),
    "sarcopenia-unsteady": (
        lambda e: e[(e.contrast == "con.sarc") & e.outcome.isin(NMJ)], WORSE, BETTER),
    "sarcopenia-fewer-units": (
        lambda e: e[(e.contrast == "con.sarc") & e.outcome.isin(NUMBER)], WORSE, BETTER),
    "sarcopenia-no-growth": (
        lambda e: e[(e.contrast == "con.sarc") & (e.outcome == "out.mu.size")], LESS, MORE),
    "inactivity-harms": (lambda e: modified(e, ("mod.inactivity",), UNITS, ()), WORSE, BETTER),
    "menopause-harms": (lambda e: modified(e, ("mod.horm.menopause",), UNITS, ()), WORSE, BETTER),
    "resistance-junction": (lambda e: modified(e, ("mod.ex.resistance",), NO_MORPH), BETTER, WORSE),
    "resistance-units": (
        lambda e: modified(e, ("mod.ex.resistance",), FIRING),
        BETTER, WORSE),
    "endurance-junction": (lambda e: modified(e, ("mod.ex.endurance",), NO_MORPH), BETTER, WORSE),
    "athletes-keep-units": (
        lambda e: e[(e.contrast == "con.athlete") & e.outcome.isin(NUMBER)], BETTER, WORSE),
    "nutrition-helps": (lambda e: modified(e, ("mod.nutr", "mod.cr"), UNITS), BETTER, WORSE),
    "stimulation-helps": (lambda e: modified(e, ("mod.stim",), UNITS, ()), BETTER, WORSE),
    "gene-therapy-helps": (lambda e: modified(e, ("mod.gene",), NO_MORPH), BETTER, WORSE),
    "agrin-fragment": (lambda e: e[e.outcome == "out.bio.caf"], WORSE, BETTER),
    "neurofilament": (lambda e: e[e.outcome == "out.bio.nfl"], WORSE, BETTER),
    "starts-in-nerve": (lambda e: age(e, *NUMBER, *MASS), *order(NUMBER, MASS)),
    "starts-at-junction": (lambda e: age(e, *JUNCTION, *MASS), *order(JUNCTION, MASS)),
    "starts-in-muscle": (
        lambda e: age(e, *JUNCTION, *NUMBER, *MASS), *order(MASS, (*JUNCTION, *NUMBER))),
    "starts-in-vessels": (lambda e: e[under(e.mechanism, "mec.vasculogenic")], WORSE, BETTER),
    "hormones": (lambda e: modified(e, ("mod.horm",), UNITS, ()), WORSE, BETTER),
    "disuse": (lambda e: e[under(e.modifier, "mod.inactivity")], WORSE, BETTER),
    **{name: (none_here, WORSE, BETTER) for name in
       ("mitochondria", "oxidative-stress", "inflammation", "protein-turnover", "malnutrition")},
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(demo_file: Path):
    db = actions.open_review(f"sqlite:///{demo_file}")
    yield db
    db.close()


@pytest.fixture(scope="module")
def weighed(demo):
    return {one["id"]: one for one in actions.claims(demo, HOLDER)}


def counted(frame, id_):
    """The counts of a claim by population and contrast, as pandas has them."""
    scope, supports, contradicts = CLAIMS[id_]
    return {
        key: say(some, supports, contradicts)
        for key, some in scope(frame).groupby(["primary_population", "together"])
    }


def check(weighed, frame):
    assert set(weighed) == set(CLAIMS)
    for id_, one in weighed.items():
        found = {
            (group["population"], part["contrast"]): part["counts"]
            for group in one["groups"]
            for part in (group["parts"] or [group])
            if part["families"]
        }
        assert found == counted(frame, id_), id_


def test_every_claim_says_what_pandas_counts_in_the_shipped_tables(weighed):
    check(weighed, effects(FOLDER))


def test_and_in_the_tables_they_were_made_from(weighed, shared_data: Path):
    check(weighed, effects(shared_data / "domain", shipped=FOLDER))


def test_no_verdict_is_stronger_than_its_counts(weighed):
    for one in weighed.values():
        for group in one["groups"]:
            n = group["counts"]
            speaking = sum(n.values()) - n["silent"]
            match group["verdict"]:
                case "supported":
                    assert speaking >= 3
                    assert n["support"] >= 0.7 * speaking
                case "contradicted":
                    assert speaking >= 3
                    assert n["contradict"] >= 0.7 * speaking
                case "no study here":
                    assert group["families"] == 0
                case "too few":
                    assert speaking < 3 or group["parts"]
    assert {g["verdict"] for g in weighed["menopause-harms"]["groups"]} == {"no study here"}
    assert weighed["athletes-keep-units"]["groups"][0]["counts"]["no-change"] == 1


def test_each_number_opens_exactly_the_families_behind_it(demo):
    for id_ in ("fewer-motor-units", "resistance-units", "emg-sees-it-first"):
        whole = actions.claim(demo, HOLDER, id_)
        for group in whole["groups"]:
            for says, where in group["where"].items():
                behind = {
                    study
                    for family in whole["families"]
                    if family["population"] == group["population"] and family["say"] == says
                    for study in family["studies"]
                }
                rows = actions.evidence(demo, HOLDER, where=where)["rows"] if where else []
                assert {row["study_id"] for row in rows} == behind, (id_, says)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def shingles(text: str, n: int = 8) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + n]) for i in range(len(found) - n + 1)}


def test_no_sentence_of_the_sources_is_in_the_product(shared_data: Path):
    sources = sorted((shared_data.parent / "seeds").glob("*.txt"))
    if not sources:
        pytest.skip(f"the sources are not at {shared_data.parent / 'seeds'}")
    theirs = set().union(*(shingles(path.read_text(errors="replace")) for path in sources))
    for path in sorted(FOLDER.glob("*.yaml")):
        text = re.sub(r"(?m)^\s*citation:.*$", "", path.read_text())
        assert not shingles(text) & theirs, path.name


def test_every_claim_names_its_source_by_citation():
    claims = read_claims((FOLDER / "claims.yaml").read_text(), name="claims.yaml")
    assert all(one.sources and all(" " in source for source in one.sources) for one in claims)
