"""Makes the extraction form of a shipped study from its rows of effects and numbers."""

import re
from collections.abc import Iterable

from review.extraction.ages import ages, unit_of
from review.protocol import Codebook

# a mean; whether what follows +/- is an SD or an SE the sources do not say
_MEAN_AGE = re.compile(r"(\d+(?:\.\d+)?)\+/-\d+(?:\.\d+)?(?: |$)")

Row = dict[str, str]
Key = tuple[str, str]

NUMBERS = (
    "task", "group1_label", "group1_age", "group1_n", "group1_mean", "group1_spread",
    "group1_spread_type", "group2_label", "group2_age", "group2_n", "group2_mean",
    "group2_spread", "group2_spread_type", "unit", "n_motor_units", "p_as_reported", "direction",
    "relative_change_pct", "mean_difference", "smd_reported", "unit_of_analysis", "spread_basis",
    "source_location", "source_url", "poolable", "note", "muscle", "method",
)  # fmt: skip
# what the reports themselves call their groups; by which criteria, their abstracts do not say
_STATUS = {
    "pre-sarcopenic": "status.sarc.pre",
    "sarcopenic": "status.sarc",
    "sarcopenic patients": "status.sarc",
    "severely sarcopenic": "status.sarc.severe",
    "perimenopausal": "status.meno.peri",
    "postmenopausal": "status.meno.post",
    "postmenopausal women": "status.meno.post",
}


def form_of(
    study: Row, effects: list[Row], numbers: list[Row], codebook: Codebook
) -> dict[str, object] | None:
    """The form of one study, or None where nothing was read of it.

    One effect per row of effects.csv, its rows of numbers.csv beside it. Numbers whose outcome and
    contrast no effect has become an effect of their own.
    """
    if not effects and not numbers:
        return None
    by_key: dict[Key, list[Row]] = {}
    for row in numbers:
        by_key.setdefault(_key(row), []).append(row)
    known = {_key(row) for row in effects}
    alone = [rows for key, rows in by_key.items() if key not in known]
    return {
        "study": _study(study, codebook),
        "arms": _arms(study, numbers),
        "effects": [
            *(_effect(study, row, _numbers_of(row, effects, by_key)) for row in effects),
            *(_effect(study, _from_numbers(rows), rows) for rows in alone),
        ],
    }


def _numbers_of(row: Row, effects: list[Row], by_key: dict[Key, list[Row]]) -> list[Row]:
    """The numbers of a row of effects: where groups went different ways, those that went its."""
    numbers = by_key.get(_key(row), [])
    if sum(_key(other) == _key(row) for other in effects) < 2:
        return numbers
    return [one for one in numbers if one["direction"] == row["direction"]]


def with_onset(effects: list[Row], onsets: list[Row]) -> list[Row]:
    """The effects, each noted with the ages at which it had and had not changed, where known."""
    known = {_key(row): row for row in onsets}
    return [row | {"note": _onset(known[_key(row)])} if _key(row) in known else row
            for row in effects]  # fmt: skip


def _onset(row: Row) -> str:
    """A note as a person writes it, in the words that `extraction.ages.onset` reads."""
    parts = [f"unchanged at {row['unchanged_at']}" if row["unchanged_at"] else "",
             f"first changed at {row['changed_at']}" if row["changed_at"] else ""]  # fmt: skip
    said = "; ".join(part for part in parts if part)
    return f"{said[:1].upper()}{said[1:]} ({row['basis']})."


def _key(row: Row) -> Key:
    return row["outcome"], row["contrast"]


def _study(study: Row, codebook: Codebook) -> dict[str, object]:
    strains = [
        code
        for code in re.findall(r"strain\.[a-z0-9]+(?!\w|\?)", study["strain_or_group"])
        if codebook.get(code)
    ]
    cells: dict[str, object] = {
        "label": _label(study),
        "population": [study["primary_population"]],
        "primary": study["primary_population"],
        "species": study["species"].split(";"),
        "strain": strains,
        "modifier": _codes(study["modifier"]),
        "mechanism": _codes(study["mechanism"]),
        "design": _codes(study["design"]),
        "cohort_family": study["cohort_family"] or None,
        "note": study["note"],
    }
    return {key: value for key, value in cells.items() if value}


def _label(study: Row) -> str | None:
    """How a study of unknown authors is cited: its key holds the first one and the year."""
    key = re.match(r"([a-z]+)(\d{4})", study["study_id"])
    if study["authors"] or not key:
        return None
    return f"{key[1].capitalize()} {key[2]}"


def _codes(cell: str) -> list[str]:
    return [code.strip() for code in cell.split(";") if code.strip()]


def _arms(study: Row, numbers: list[Row]) -> list[dict[str, object]]:
    """One arm per label and age that the numbers speak of, in the order they do."""
    arms: dict[str, dict[str, object]] = {}
    for row in numbers:
        for side in ("group1", "group2"):
            label = _arm_label(row, side)
            if not label:
                continue
            arm = arms.setdefault(label, {"label": label})
            arm.update(_arm_cells(study, row, side) | _larger(arm, row[f"{side}_n"]))
    return list(arms.values()) or _arms_by_age(study)


def _arms_by_age(study: Row) -> list[dict[str, object]]:
    """One arm for each age group the report names, where no number speaks of any."""
    species = study["species"] if ";" not in study["species"] else ""
    found: list[dict[str, object]] = []
    for age in ages(study["age_groups"], unit=unit_of([species])):
        label, _, unit = str(age).rpartition(" ")
        arm: dict[str, object] = {"label": str(age), "age": label, "age_unit": unit}
        found.append(arm | {"species": species} if species else arm)
    return found


def _arm_cells(study: Row, row: Row, side: str) -> dict[str, object]:
    cells: dict[str, object] = {}
    if study["species"] and ";" not in study["species"]:
        cells["species"] = study["species"]
    if status := _STATUS.get(row[f"{side}_label"].partition(",")[0]):
        cells["status"] = status
    if age := row[f"{side}_age"]:
        cells["age"] = age.removesuffix(" mo")
        if told := _MEAN_AGE.match(age):
            cells["age_mean"] = float(told[1])
        # Human ages are printed in years without a unit, animal ages carry theirs.
        if age.endswith(" mo"):
            cells["age_unit"] = "mo"
        elif study["primary_population"] == "pop.human":
            cells["age_unit"] = "y"
    return cells


def _larger(arm: dict[str, object], given: str) -> dict[str, object]:
    """The n of an arm is the largest any of its rows has: some tests leave people out."""
    before = str(arm.get("n", ""))
    if not given or (before.isdigit() and given.isdigit() and int(before) >= int(given)):
        return {}
    return {"n": given}


def _arm_label(row: Row, side: str) -> str:
    label, age = row[f"{side}_label"], row[f"{side}_age"]
    return f"{label} ({age})" if label and age else label


def _effect(study: Row, row: Row, numbers: list[Row]) -> dict[str, object]:
    units = {n["unit_of_analysis"] for n in numbers if n["unit_of_analysis"]}
    arms = [_arm_label(n, side) for n in numbers for side in ("group1", "group2")]
    where = {n["source_location"] for n in numbers} or {row["basis"]}
    cells: dict[str, object] = {
        "outcome": row["outcome"],
        "contrast": row["contrast"],
        "direction": row["direction"],
        "muscle": _codes(row["muscles"]),
        "emg_method": _codes(row["methods"]),
        "unit_of_analysis": units.pop() if len(units) == 1 else None,
        "arms": list(dict.fromkeys(label for label in arms if label)),
        "numbers": [{k: n[k] for k in NUMBERS if n[k]} for n in numbers],
        "source": {"location": "; ".join(sorted(where)), "url": study["source_url"]},
        "note": row.get("note", ""),
    }
    return {key: value for key, value in cells.items() if value}


def _from_numbers(numbers: list[Row]) -> Row:
    """An effect as its numbers tell it: one direction if they agree, mixed if not."""
    ways = {n["direction"] for n in numbers if n["direction"]}
    return {
        "outcome": numbers[0]["outcome"],
        "contrast": numbers[0]["contrast"],
        "direction": (ways or {"not_extracted"}).pop() if len(ways) < 2 else "mixed",
        "muscles": ";".join(_distinct(n["muscle"] for n in numbers)),
        "methods": ";".join(_distinct(n["method"] for n in numbers)),
        "basis": "",
    }


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(v for v in values if v))
