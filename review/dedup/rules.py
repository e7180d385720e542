"""The rules of de-duplication, each named: what is never merged, asked, or merged outright."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from review.dedup.score import CLOSE, DIFFERENT, MISSING, SAME, Ints, Scores

Mask = npt.NDArray[np.bool_]


class Terms:
    """What the rules speak of, computed once for all pairs (thresholds in one place)."""

    def __init__(self, s: Scores) -> None:
        short = s.length < 40
        self.same_title: Mask = s.title >= np.where(short, 0.98, 0.95)
        self.alike_title: Mask = s.title >= np.where(short, 0.95, 0.88)
        self.begins: Mask = (s.within >= 0.95) & (s.length >= 30)
        self.long: Mask = s.length >= 30
        self.place: Mask = (s.volume == SAME) & (s.pages >= CLOSE)
        self.nowhere: Mask = (s.volume != DIFFERENT) & (s.pages != DIFFERENT)
        self.exact_place: Mask = (s.pages >= CLOSE) & s.multipage & (s.volume != DIFFERENT)
        self.one_page: Mask = (s.pages >= CLOSE) & ~s.multipage
        self.people: Mask = (s.names >= 0.75) & (s.first >= CLOSE)
        self.some_people: Mask = (s.names >= 0.6) & (s.first >= CLOSE)
        self.nobody: Mask = s.names < 0
        self.journal: Mask = s.journal >= 0.8
        self.journal_or_none: Mask = self.journal | (s.journal < 0)
        self.near: Mask = s.years <= 1
        self.then: Mask = (s.years <= 0) | s.ahead | s.meeting | (self.near & (s.volume == SAME))
        self.other_doi: Mask = s.doi == DIFFERENT
        self.other_abstract: Mask = (s.abstract >= 0) & (s.abstract < 0.55)
        self.other_issue: Mask = (s.issue == DIFFERENT) & (s.pages != SAME)
        # of a long title it is rather an exporter's running number
        self.no_page_other_issue: Mask = (
            (s.issue == DIFFERENT) & (s.pages == MISSING) & ((s.length < 50) | s.column)
        )
        self.clashes: Ints = (
            (s.volume == DIFFERENT).astype(np.int64)
            + self.other_issue
            + self.other_abstract
            + (s.pages == DIFFERENT)
            + ((s.journal >= 0) & (s.journal < 0.6))
            + self.other_doi
            + (s.years > 1)
        )
        self.agreements: Ints = (
            (s.volume == SAME).astype(np.int64) + (s.pages >= CLOSE) + self.journal + (s.years == 0)
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A named reason for an answer; the name is what a person reads."""

    name: str
    test: Callable[[Scores, Terms], Mask]


NEVER = (
    Rule(
        "different PMIDs",
        lambda s, t: (
            (s.pmid == DIFFERENT)
            & ~(t.same_title & t.long & t.place & t.exact_place & t.people & (s.abstract >= 0.95))
        ),
    ),
    Rule(
        "a notice, reply or preprint, not the article",
        lambda s, t: (s.kinds == DIFFERENT) & ~(t.place & t.same_title),
    ),
    Rule(
        "different numbers in the titles",
        lambda s, t: (s.numbers == DIFFERENT) & ~((s.doi == SAME) | t.place),
    ),
    Rule(
        "versions of one Cochrane review",
        lambda s, t: s.cochrane & (s.pmid != SAME) & t.other_doi & (t.alike_title | t.begins),
    ),
    Rule(
        "a title that returns in every issue, of another year, volume or issue",
        lambda s, t: (
            s.column
            & ~t.place
            & (s.doi != SAME)
            & (s.pmid != SAME)
            & ((s.years > 0) | (s.volume == DIFFERENT) | (s.issue == DIFFERENT))
        ),
    ),
)
"""Neither merged nor asked."""

ASK_FIRST = (
    Rule("different PMIDs", lambda s, t: s.pmid == DIFFERENT),
    Rule("a notice, reply or preprint, not the article", lambda s, t: s.kinds == DIFFERENT),
    Rule(
        "a conference abstract, in no common place",
        lambda s, t: (s.kinds == MISSING) & ~t.place & (s.doi != SAME) & (s.pmid != SAME),
    ),
    Rule(
        "different numbers in the titles",
        lambda s, t: (s.numbers == DIFFERENT) & ~((s.doi == SAME) & (s.title >= 0.9) & t.place),
    ),
    Rule(
        "different authors",
        lambda s, t: (s.first == DIFFERENT) & (s.names < 0.6)
        & ~((s.doi == SAME) & t.same_title & t.nowhere),
    ),
    Rule(
        "notices or replies, of which one page may hold several",
        lambda s, t: (s.kinds == CLOSE) & (s.doi != SAME) & (s.pmid != SAME)
        & ~(t.place & t.long & t.same_title & t.people)
        & ~(t.place & t.same_title & t.people & s.multipage),
    ),
    Rule(
        "perhaps versions of one Cochrane review",
        lambda s, t: s.cochrane & ((s.issue == DIFFERENT) | (s.years > 0)) & (s.doi != SAME)
        & (s.pmid != SAME),
    ),
    Rule(
        "a title that returns in every issue, in no common place",
        lambda s, t: s.column & ~t.place & ~t.exact_place & (s.doi != SAME) & (s.pmid != SAME)
        & ~((s.abstract >= 0.95) & (s.volume == SAME)),
    ),
    Rule(
        "titles a word apart, on one page or in no common place",
        lambda s, t: (s.title < np.where(s.abstract < 0, 0.93, 0.97)) & (s.abstract < 0.8)
        & ~t.begins & ~t.exact_place & (s.pmid != SAME) & ~((s.doi == SAME) & ~t.one_page),
    ),
    Rule(
        "contrary words in like titles",
        lambda s, t: s.contrary & (s.title >= 0.85) & ~t.begins & ~t.exact_place
        & (s.doi != SAME) & (s.pmid != SAME) & (s.abstract < 0.9),
    ),
    Rule(
        "abstracts unlike, in no common place",
        lambda s, t: t.other_abstract & ~t.place & ~t.exact_place & (s.doi != SAME),
    ),
)  # fmt: skip
"""Not merged without a person."""

MERGE = (
    Rule("same PMID", lambda s, t: (s.pmid == SAME) & (t.alike_title | t.begins | t.place)),
    Rule(
        "same DOI and title",
        lambda s, t: (s.doi == SAME) & (t.alike_title | t.begins | (s.abstract >= 0.9))
        & ~((s.pages == DIFFERENT) & (s.title < 0.97) & (s.abstract < 0.8)),
    ),
    Rule(
        "same DOI, volume and pages",
        lambda s, t: (s.doi == SAME) & t.people & s.multipage
        & (t.place | (t.exact_place & (s.title >= 0.8))),
    ),
    Rule(
        "same title, volume, page and journal",
        lambda s, t: t.alike_title & t.place & t.journal_or_none & (t.people | t.nobody) & t.near
        & (~t.other_doi | ((s.pages == SAME) & t.same_title & t.long))
        & (t.long | (s.issue != DIFFERENT)),
    ),
    Rule(
        "the same in every field",
        lambda s, t: (s.title >= 0.99) & (s.names >= 0.95) & (s.journal >= 0.95) & (s.years == 0)
        & (s.volume != DIFFERENT) & (s.issue != DIFFERENT) & ~t.other_doi & ~t.other_abstract
        & (t.exact_place | ((s.pages == SAME) & (s.volume == SAME)) | (s.abstract >= 0.99)),
    ),
    Rule(
        "same title, authors and pages",
        lambda s, t: t.alike_title & t.long & t.exact_place & t.some_people & ~t.other_doi
        & (t.near | (t.journal & (s.volume == SAME))),
    ),
    Rule(
        "same short title, authors, volume, pages and year",
        lambda s, t: t.same_title & (s.length >= 15) & t.place & (s.pages == SAME) & s.multipage
        & t.people & (s.years == 0) & (s.issue != DIFFERENT) & ~t.other_doi,
    ),
    Rule(
        "same volume, pages, journal and authors; title translated or cut",
        lambda s, t: t.place & (s.pages == SAME) & t.journal & (s.names >= 0.85)
        & (s.first == SAME) & (s.years == 0) & ~t.other_doi & (s.issue != DIFFERENT)
        & (t.begins | (s.multipage & (s.title >= np.where(s.english, 0.5, 0.35)))),
    ),
    Rule(
        "same pages, authors and year; title continued",
        lambda s, t: (s.within >= 0.95) & (s.length >= 20) & t.exact_place & (s.pages == SAME)
        & t.people & (s.years == 0) & ~t.other_doi & (s.issue != DIFFERENT),
    ),
    Rule(
        "same title, authors and journal; volume or pages missing in one",
        lambda s, t: t.same_title & t.long & t.people & t.journal & t.nowhere & t.then
        & ~t.other_doi & ~t.other_issue,
    ),
    Rule(
        "same long title, journal and year; authors written otherwise, nothing against it",
        lambda s, t: (s.title >= 0.98) & (s.length >= 50) & t.some_people & t.journal & t.nowhere
        & (s.years == 0) & ~t.other_doi & ~t.other_issue & ~t.other_abstract,
    ),
    Rule(
        "same long title, journal and year; authors missing, nothing against it",
        lambda s, t: (s.title >= 0.98) & (s.length >= 60) & t.nobody & t.journal & t.nowhere
        & (s.years == 0) & ~t.other_doi & ~t.other_issue & ~t.other_abstract,
    ),
    Rule(
        "same title, authors and year, journal missing, nothing against it",
        lambda s, t: (s.title >= 0.98) & (s.length >= 50) & (s.names >= 0.85) & (s.first == SAME)
        & (s.journal < 0) & t.nowhere & (s.bare | (s.volume == SAME) | (s.pages >= CLOSE))
        & (s.years == 0) & ~t.other_doi & ~t.other_issue
        & ((s.abstract < 0) | (s.abstract >= 0.9)),
    ),
    Rule(
        "same title, pages and year, authors missing",
        lambda s, t: t.same_title & t.long & t.nobody & t.exact_place & (s.years == 0)
        & (s.pages == SAME) & ~t.other_doi & ~t.other_abstract,
    ),
    Rule(
        "same title, authors, abstract, and journal or volume",
        lambda s, t: t.alike_title & t.people & (s.abstract >= 0.95) & t.near & ~t.other_doi
        & ((t.journal & ((s.volume != DIFFERENT) | (s.pages == SAME)))
           | ((s.volume == SAME) & t.nowhere)),
    ),
    Rule(
        "same title, volume and abstract, no authors",
        lambda s, t: t.same_title & t.nobody & (s.abstract >= 0.95) & (s.volume == SAME)
        & (s.journal >= 0.85) & t.nowhere & (s.issue != DIFFERENT),
    ),
)  # fmt: skip
"""Any one makes a pair certain, where nothing above forbids it."""

QUESTIONS = (
    Rule(
        "same DOI, little else",
        lambda s, t: (s.doi == SAME) & ((s.title >= 0.7) | (t.place & (s.names >= 0.6)
        & ((s.abstract < 0) | (s.abstract >= 0.6)))),
    ),
    Rule("same PMID, little else", lambda s, t: s.pmid == SAME),
    Rule(
        "same place and authors, another title",
        lambda s, t: t.place & t.journal & ~t.other_doi
        & ((s.names >= 0.6) | ((s.names < 0) & (s.title >= 0.6)))
        & (s.title >= np.where(s.multipage, 0.35, 0.5)) & (s.issue != DIFFERENT),
    ),
    Rule(
        "same volume, pages, authors and year, another title and journal",
        lambda s, t: (s.volume == SAME) & (s.pages == SAME) & s.multipage & (s.names >= 0.75)
        & (s.first >= CLOSE) & (s.years == 0) & ~t.other_doi & (s.issue != DIFFERENT),
    ),
    Rule(
        "same authors, journal, volume and year, one title in another language",
        lambda s, t: (s.names >= 0.85) & (s.first == SAME) & t.journal & (s.volume == SAME)
        & (s.years == 0) & (s.pages == MISSING) & (s.issue != DIFFERENT) & ~t.other_doi
        & s.translated & (s.title >= 0.35) & (s.length >= 20),
    ),
    Rule(
        "a like title, same authors, journal and year, nothing against it",
        lambda s, t: ((s.title >= 0.75) | t.begins) & (s.length >= 30) & (s.names >= 0.75)
        & (s.first >= CLOSE) & t.journal & t.nowhere & t.then & ~t.other_doi & ~t.other_issue
        & ~t.other_abstract & (s.numbers != DIFFERENT) & ~s.contrary & ~s.column,
    ),
    Rule(
        "same title and authors, some of the place",
        lambda s, t: (t.alike_title | ((s.within >= 0.95) & (s.length >= 20)))
        & ((s.length >= 20) | ((s.length >= 12) & (t.agreements >= 3)))
        & ((s.names >= 0.6) | (s.names < 0))
        & (t.agreements >= 2) & (t.clashes <= 1) & (t.long | (t.clashes == 0))
        & ~t.no_page_other_issue,
    ),
    Rule(
        "same title and authors, the place unknown or one clash",
        lambda s, t: t.same_title & t.long & ((s.names >= 0.6) | (s.names < 0)) & (t.clashes <= 1)
        & t.near & ~t.no_page_other_issue
        & ((s.years <= 0) | (s.journal < 0) | (s.journal >= 0.6)),
    ),
)  # fmt: skip
"""Any one makes a pair worth a person's look, if it is not certain."""
