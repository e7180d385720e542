"""What the shipped tables say, read by pandas alone: the product is checked against it."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

KEY = ["study_id", "outcome", "contrast"]
IMPAIRMENT = {
    "out.nmj.jitter": "increase", "out.nmj.jiggle": "increase", "out.nmj.blocking": "increase",
    "out.nmj.decrement": "increase", "out.nmj.delay": "increase", "out.nmj.release": "decrease",
    "out.nmj.general": "decrease", "out.mu.number": "decrease", "out.mu.complexity": "increase",
    "out.mu.fdensity": "increase", "out.mu.rate": "decrease", "out.mu.variability": "increase",
    "out.mu.pic": "decrease", "out.emg.amplitude": "decrease", "out.cmap.amp": "decrease",
    "out.ncv": "decrease", "out.mass": "decrease", "out.strength": "decrease",
    "out.power": "decrease", "out.steadiness": "decrease", "out.function": "decrease",
    "out.bio.caf": "increase", "out.bio.nfl": "increase", "out.muscle_excit": "decrease",
}  # fmt: skip


def table(path: Path) -> pd.DataFrame:
    """A shipped table, every cell a text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def effects(folder: Path, *, shipped: Path | None = None, everything: bool = False) -> pd.DataFrame:
    """One row an effect of an included study of `folder`: its own, and those numbers alone tell.

    `shipped` names a folder whose studies count; in the other tables of facts there are more.
    """
    studies = table((shipped or folder) / "studies.csv")
    own = table(folder / "effects.csv")[[*KEY, "direction", "muscles", "methods"]]
    numbers = table(folder / "numbers.csv")
    told = set(map(tuple, own[KEY].to_numpy()))
    alone = numbers[[key not in told for key in map(tuple, numbers[KEY].to_numpy())]]
    more = (
        alone.groupby(KEY, sort=False)
        .agg(
            direction=("direction", _one_way),
            muscles=("muscle", lambda some: ";".join(dict.fromkeys(filter(None, some)))),
            methods=("method", lambda some: ";".join(dict.fromkeys(filter(None, some)))),
        )
        .reset_index()
    )
    about = studies[["study_id", "eligibility", "primary_population", "species", "cohort_family",
                     "modifier", "mechanism", "year", "title"]]  # fmt: skip
    found = pd.concat([own, more], ignore_index=True).merge(about, on="study_id")
    if not everything:
        found = found[found.eligibility == "include"]
    found["direction"] = found.direction.replace("", "not_extracted")
    found["alignment"] = [
        _aligned(*pair) for pair in zip(found.outcome, found.direction, strict=True)
    ]
    found["family"] = found.cohort_family.where(found.cohort_family != "", found.study_id)
    found["together"] = found.contrast.replace({"con.age.corr": "con.age"})
    return found.reset_index(drop=True)


def _one_way(ways: pd.Series) -> str:
    given = {way for way in ways if way}
    return given.pop() if len(given) == 1 else "mixed" if given else "not_extracted"


def _aligned(outcome: str, direction: str) -> str:
    if direction == "no_change":
        return "neutral"
    if direction not in ("increase", "decrease"):
        return "ambiguous" if direction == "mixed" else ""
    worse = IMPAIRMENT.get(outcome)
    if worse is None:
        return "ambiguous"
    return "impaired" if direction == worse else "preserved"


def under(column: pd.Series, *codes: str) -> pd.Series:
    """Whether one of the codes of a cell is one of these, or stands below it."""
    return column.map(
        lambda cell: any(
            code == top or code.startswith(f"{top}.") for code in cell.split(";") for top in codes
        )
    )


Mask = Callable[[pd.DataFrame], pd.Series]


def say(some: pd.DataFrame, supports: list[Mask], contradicts: list[Mask]) -> dict[str, int]:
    """What each cohort family of one population and contrast says of a claim, counted."""
    counts = dict.fromkeys(("support", "contradict", "no-change", "divided", "silent"), 0)
    for _, family in some.groupby("family"):
        counts[_family(family, supports, contradicts)] += 1
    return counts


def _family(family: pd.DataFrame, supports: list[Mask], contradicts: list[Mask]) -> str:
    says: list[str] = []
    for _, study in family.groupby("study_id"):
        sides = {}
        for name, masks in (("support", supports), ("contradict", contradicts)):
            held = [mask(study) for mask in masks]
            whole = all(one.any() for one in held)
            sides[name] = pd.concat(held, axis=1).any(axis=1) if whole else held[0] & False
        for index, row in study.iterrows():
            for_it, against = sides["support"][index], sides["contradict"][index]
            if for_it or against:
                says.append("both" if for_it and against else "support" if for_it else "contradict")
            elif len(supports) == len(contradicts) == 1 and row.direction == "no_change":
                says.append("no-change")
            elif len(supports) == len(contradicts) == 1 and row.direction == "mixed":
                says.append("both")
    if not says:
        return "silent"
    if {"support", "contradict"} <= set(says):
        return "divided"
    return next((w for w in set(says) - {"both"} if says.count(w) >= 0.7 * len(says)), "divided")
