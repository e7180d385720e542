"""Decides what the forms given for a study amount to: unfinished, in dispute, or settled.

Forms come in rounds. Two members who give the same form settle the study; where they differ, a
third settles it, or the two in discussion. A form given by nobody in particular (data that ships)
is settled by itself; a member's form after it begins a new round, as a reopening does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Stand(StrEnum):
    """How far the extraction of a study is."""

    NONE = "not-started"
    AWAITING = "awaiting"
    DIFFERENT = "differences"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A form as it was given: by a member (None: nobody in particular), or settling two others.

    `settles` are the two extractions it settles; `id` orders forms and reopenings alike.
    """

    id: int
    member: int | None
    form: dict[str, Any]
    settles: tuple[int, int] | None = None
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What the forms of a study amount to.

    `own` are the forms of the open (or last) round by member; `speaks` is the form that speaks to
    whoever is blind to nothing, `settled` the last settled one, which speaks to the blind.
    """

    stand: Stand = Stand.NONE
    round: int = 1
    own: dict[int, int] = field(default_factory=dict)
    speaks: int | None = None
    settled: int | None = None
    how: str = ""

    @property
    def pair(self) -> tuple[int, int] | None:
        """The two extractions that are compared, by their numbers, or None."""
        two = sorted(self.own.values())
        return (two[0], two[1]) if len(two) == 2 else None


def extracted(
    forms: Iterable[Given],
    *,
    same: Callable[[dict[str, Any], dict[str, Any]], bool],
    extractors: int = 2,
    reopened: Iterable[int] = (),
) -> Extracted:
    """Fold the forms of one study, in the order given, to what they amount to.

    `same` says whether two forms agree in every cell, `extractors` how many forms a study needs,
    `reopened` after which forms it was opened again.
    """
    opened = sorted(reopened)
    now = Extracted()
    by_id: dict[int, Given] = {}
    for one in sorted(forms, key=lambda given: given.id):
        while opened and opened[0] < one.id:
            opened.pop(0)
            now = _next_round(now)
        by_id[one.id] = one
        now = _with(now, one, by_id, same, extractors)
    for _ in opened:
        now = _next_round(now)
    return now


def _next_round(now: Extracted) -> Extracted:
    if now.stand is Stand.NONE:
        return now
    return replace(now, stand=Stand.NONE, round=now.round + 1, own={}, how="")


def _with(
    now: Extracted,
    one: Given,
    by_id: dict[int, Given],
    same: Callable[[dict[str, Any], dict[str, Any]], bool],
    extractors: int,
) -> Extracted:
    if one.member is None or one.settles:
        how = one.how or "given"
        own = now.own if one.settles else {}
        return replace(now, stand=Stand.SETTLED, own=own, speaks=one.id, settled=one.id, how=how)
    if now.stand is Stand.SETTLED:
        now = _next_round(now)
    own = {**now.own, one.member: one.id}
    if extractors == 1:
        return replace(
            now, stand=Stand.SETTLED, own=own, speaks=one.id, settled=one.id, how="single"
        )
    stand, settled, how = Stand.AWAITING, now.settled, ""
    if len(own) >= 2:
        first, second = (by_id[id_].form for id_ in sorted(own.values())[:2])
        stand = Stand.DIFFERENT
        if same(first, second):
            stand, settled, how = Stand.SETTLED, one.id, "agreed"
    return replace(now, stand=stand, own=own, speaks=one.id, settled=settled, how=how)
