"""Decides how a comparison reads: each field that speaks for or against, in words and scores."""

from review.dedup.normalise import Norm
from review.dedup.score import CLOSE, DIFFERENT, MISSING, SAME, Scores

RULE = "rule: "
"""Begins the reason that names the deciding rule."""


def why(s: Scores, k: int, a: Norm, b: Norm) -> list[str]:
    """What the records a and b, the pair at position k, have in common and not, field by field."""
    return [
        *_identifiers(s, k, a, b),
        *_texts(s, k, a, b),
        *_place(s, k, a, b),
        *_year(s, k, a, b),
        *_kinds(s, k),
    ]


def _identifiers(s: Scores, k: int, a: Norm, b: Norm) -> list[str]:
    out = []
    if s.pmid[k] != MISSING:
        out.append("same PMID" if s.pmid[k] == SAME else "different PMIDs")
    if s.doi[k] != MISSING:
        out.append("same DOI" if s.doi[k] == SAME else "different DOIs")
    elif a.doi or b.doi:
        out.append("DOI in one only")
    return out


def _texts(s: Scores, k: int, a: Norm, b: Norm) -> list[str]:
    begins = s.within[k] >= 0.95 and s.title[k] < 0.95
    out = [f"title {max(s.title[k], 0):.2f}" + (": one begins the other" if begins else "")]
    if s.numbers[k] == DIFFERENT:
        out.append("numbers in the titles differ")
    for name in ("abstract", "names"):
        word = "authors" if name == "names" else name
        value = getattr(s, name)[k]
        if value >= 0:
            out.append(f"{word} {value:.2f}")
        elif getattr(a, name) or getattr(b, name):
            out.append(f"{word} in one only")
    if s.first[k] == DIFFERENT:
        out.append("first authors differ")
    if s.journal[k] >= 0:
        out.append("same journal" if s.journal[k] >= 0.95 else f"journal {s.journal[k]:.2f}")
    elif a.journal or b.journal:
        out.append("journal in one only")
    return out


def _place(s: Scores, k: int, a: Norm, b: Norm) -> list[str]:
    out = []
    if s.volume[k] == SAME:
        out.append("volume equal")
    elif s.volume[k] == DIFFERENT:
        out.append(f"volumes {a.volume} and {b.volume} differ")
    elif a.volume or b.volume:
        out.append("volume in one only")
    if s.issue[k] == DIFFERENT:
        out.append(f"issues {a.issue} and {b.issue} differ")
    if s.pages[k] == SAME:
        out.append("pages equal")
    elif s.pages[k] == CLOSE:
        out.append("first page equal" if a.page == b.page else "pages overlap")
    elif s.pages[k] == DIFFERENT:
        out.append(f"pages {_pages(a)} and {_pages(b)} differ")
    elif a.page and b.page:
        out.append("an article number beside a count of pages")
    elif a.page or b.page:
        out.append("pages in one only")
    return out


def _pages(n: Norm) -> str:
    return f"{n.prefix}{n.page}" + (f"-{n.last}" if n.last else "")


def _year(s: Scores, k: int, a: Norm, b: Norm) -> list[str]:
    if s.years[k] < 0:
        return ["year in one only"] if a.year or b.year else []
    if s.years[k] == 0:
        return ["year equal"]
    meaning = ": online ahead of print" if s.ahead[k] else ": a meeting's proceedings"
    return [f"year differs by {s.years[k]}" + (meaning if s.ahead[k] or s.meeting[k] else "")]


def _kinds(s: Scores, k: int) -> list[str]:
    if s.kinds[k] == DIFFERENT:
        return ["one is a notice, reply or preprint"]
    return ["one is a conference abstract"] if s.kinds[k] == MISSING else []
