"""Decides which pairs that are no duplicates are likely reports of one study, and in what way."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from review.dedup.kinds import bare
from review.dedup.normalise import Norm
from review.dedup.score import CLOSE, DIFFERENT, Ints, Scores
from review.vocab import Relation

KINDS: tuple[Relation | None, ...] = (None, *Relation)
"""What the codes of `relate` stand for; 0 is no relation."""
WORDS = {
    Relation.CONFERENCE_ABSTRACT: "an article and its conference abstract",
    Relation.PREPRINT: "an article and its preprint",
    Relation.NOTICE: "a notice (erratum, retraction, concern) and the article it names",
    Relation.COMMENT: "a comment or reply and the article it names",
    Relation.PROTOCOL: "a protocol and the report of its results",
    Relation.VERSION: "versions of one review",
    Relation.TRIAL: "both name the same trial registration",
    Relation.REPORT: "same title and authors in another journal",
}
"""How each relation reads."""

_PROTOCOL = re.compile(
    r"(?:study|trial|review|asystematicreview|researchdata|atrial|astudy)?protocol(?:for|of)?|"
    r"rationaleand(?:study|trial)?design|designand(?:rationale|methods)|"
    r"statisticalanalysisplan"
)
_MEETING = re.compile(
    r"\b(?:abstracts?|conference|congress|proceedings|meeting|symposium|annual|poster|"
    r"scientific sessions?)\b"
)


def relate(
    s: Scores, norms: Sequence[Norm], i: Ints, j: Ints, *, among: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int8]:
    """The position in KINDS of how each pair is related, 0 where nothing says so.

    `s` compares the records at positions i and j; `among` are the pairs to look at, which
    are neither merged nor asked.
    """
    people = (s.names >= 0.6) & (s.first >= CLOSE)
    title = (s.length >= 30) & ((s.title >= 0.7) | (s.within >= 0.95))
    title |= s.cochrane & (s.title >= 0.9)
    likely = (people & title) | ((s.kinds == DIFFERENT) & (s.length >= 20)) | s.trial
    found = np.zeros(len(i), np.int8)
    for k in np.flatnonzero(likely & among).tolist():
        found[k] = KINDS.index(_relation(s, k, norms[i[k]], norms[j[k]]))
    return found


def _relation(s: Scores, k: int, a: Norm, b: Norm) -> Relation | None:
    if s.kinds[k] == DIFFERENT:
        return _of_another_kind(s, k, a, b)
    people = bool(s.names[k] >= 0.6 and s.first[k] >= CLOSE)
    if people and s.cochrane[k] and s.title[k] >= 0.9 and s.numbers[k] != DIFFERENT:
        return Relation.VERSION
    if people and s.length[k] >= 30:
        if _plan(a) != _plan(b) and _same_but_for_plan(s, k, a, b):
            return Relation.PROTOCOL
        if s.title[k] >= 0.9 and s.numbers[k] != DIFFERENT:
            return _elsewhere(s, k, a, b)
    return Relation.TRIAL if s.trial[k] else None


def _of_another_kind(s: Scores, k: int, a: Norm, b: Norm) -> Relation | None:
    """A notice, a comment or a preprint beside the article that its title names."""
    kinds = {a.kind, b.kind}
    if "preprint" in kinds and not kinds & {"notice", "reply"}:
        alike = s.title[k] >= 0.8 or s.within[k] >= 0.95
        return Relation.PREPRINT if alike and s.names[k] >= 0.5 else None
    special, article = (a, b) if a.kind in ("notice", "reply") else (b, a)
    named = bare(special.letters)
    if len(named) < 20 or not (
        article.letters.startswith(named) or named.startswith(article.letters)
    ):
        return None
    return Relation.NOTICE if special.kind == "notice" else Relation.COMMENT


def _plan(n: Norm) -> bool:
    return bool(_PROTOCOL.search(n.letters))


def _same_but_for_plan(s: Scores, k: int, a: Norm, b: Norm) -> bool:
    """Whether the titles begin alike, as far as the one that is no protocol goes its own way."""
    start = min(_PROTOCOL.sub("", n.letters)[:30] for n in (a, b))
    return len(start) == 30 and a.letters[:24] == b.letters[:24] and bool(s.title[k] >= 0.6)


def _elsewhere(s: Scores, k: int, a: Norm, b: Norm) -> Relation | None:
    """The same title by the same authors in another place."""
    other = s.journal[k] < 0.8 or s.volume[k] == DIFFERENT or s.pages[k] == DIFFERENT
    if not other:
        return None
    if _meeting(a) != _meeting(b):
        return Relation.CONFERENCE_ABSTRACT
    # in one journal it may be a column that returns with every issue
    return Relation.REPORT if 0 <= s.journal[k] < 0.8 and s.title[k] >= 0.95 else None


def _meeting(n: Norm) -> bool:
    supplement = n.prefix in ("s", "a", "p") or n.prefix.endswith("s")
    return n.kind == "meeting" or supplement or bool(_MEETING.search(n.journal))
