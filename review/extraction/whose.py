"""Decides which report a PDF is of, by the DOI, PMID or title on its first pages, or its name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from review.dedup.titles import fold, letters

SHORTEST_TITLE = 20
"""Letters of a title that tell one report from others; a shorter one is not looked for."""
ALIKE = 92.0
"""How alike (of 100) the nearest run of a page must be to a title that does not stand there."""
_PAGES = 2
_LOOKED_THROUGH = 6000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of a report that a PDF might be of."""

    record: int
    title: str
    doi: str = ""
    pmid: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A report that a PDF may be of: by what (doi, pmid, title, like title, name), as it stands.

    It is `sure` where the DOI or PMID stands on the first page, or the whole title does.
    """

    record: int
    by: str
    shown: str
    sure: bool


_ORDER = ("doi", "pmid", "title", "like title", "name")


def matches(pages: Sequence[str], name: str, wanted: Iterable[Wanted]) -> list[Match]:
    """Return the reports that a PDF of these pages may be of, the likeliest first.

    Only the first pages are looked at: further on stand the DOIs and titles of others. Several
    sure ones are none: then a person must choose.
    """
    every = list(wanted)
    first = pages[0] if pages else ""
    found = [match for one in every if (match := _on(first, one))]
    found += _by_title(pages[:_PAGES], [one for one in every if _unmatched(one, found)])
    found += [match for one in every if _unmatched(one, found) and (match := _by_name(name, one))]
    found.sort(key=lambda match: (not match.sure, _ORDER.index(match.by), match.record))
    strongest = [match for match in found if match.sure and match.by == found[0].by]
    if len(strongest) > 1:
        return [Match(m.record, m.by, m.shown, sure=False) for m in found]
    return found


def _unmatched(one: Wanted, found: Sequence[Match]) -> bool:
    return all(match.record != one.record for match in found)


def _on(page: str, one: Wanted) -> Match | None:
    """The DOI or PMID of a report on a page, which may break it over two lines."""
    doi = one.doi.strip()
    if doi:
        # a longer DOI that begins like this one is another report's
        anyhow = r"\s*".join(map(re.escape, "".join(doi.split())))
        if re.search(anyhow + r"(?![\w/-])(?!\.\w)", page, re.IGNORECASE):
            return Match(one.record, "doi", doi, sure=True)
    pmid = one.pmid.strip()
    if pmid and re.search(rf"\bPMID\s*:?\s*{re.escape(pmid)}\b", page, re.IGNORECASE):
        return Match(one.record, "pmid", f"PMID {pmid}", sure=True)
    return None


def _by_title(pages: Sequence[str], wanted: Sequence[Wanted]) -> list[Match]:
    """The reports whose title stands on one of the pages, else is nearly there."""
    texts = [letters(page)[:_LOOKED_THROUGH] for page in pages]
    titles = {one.record: letters(one.title) for one in wanted}
    long = [one for one in wanted if len(titles[one.record]) >= SHORTEST_TITLE]
    exact = [one for one in long if any(titles[one.record] in text for text in texts)]
    # the longest that stands there: "X" stands wherever "X: a trial" does
    exact = [
        one
        for one in exact
        if not any(
            titles[one.record] != titles[other.record]
            and titles[one.record] in titles[other.record]
            for other in exact
        )
    ]
    if exact:
        return [Match(one.record, "title", one.title, sure=True) for one in exact]
    page = " ".join(fold(text) for text in pages)[:_LOOKED_THROUGH]
    near = [
        one
        for one in long
        if page and fuzz.partial_ratio(fold(one.title), page, score_cutoff=ALIKE) >= ALIKE
    ]
    return [Match(one.record, "like title", one.title, sure=False) for one in near]


def _by_name(name: str, one: Wanted) -> Match | None:
    """A report whose number, PMID or DOI the file is named by."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    said = stem.lower().replace("_", "/", 1)
    if stem in (str(one.record), f"record-{one.record}") or (one.pmid and stem == one.pmid):
        return Match(one.record, "name", name, sure=False)
    if one.doi and said == one.doi.lower():
        return Match(one.record, "name", name, sure=False)
    return None
