"""Decides how a comparison reads: each field that speaks for or against, in words and scores."""

from review.dedup.score import CLOSE, DIFFERENT, MISSING, SAME, Scores


def why(s: Scores, k: int, *, rule: str) -> list[str]:
    """The reasons for the pair at position k, the deciding rule first."""
    out = [rule]
    if s.pmid[k] == SAME:
        out.append("same PMID")
    elif s.pmid[k] == DIFFERENT:
        out.append("different PMIDs")
    if s.doi[k] == SAME:
        out.append("same DOI")
    elif s.doi[k] == DIFFERENT:
        out.append("different DOIs")
    out.append(f"title {s.title[k]:.2f}")
    if s.within[k] >= 0.95 and s.title[k] < 0.95:
        out.append("one title begins the other")
    if s.numbers[k] == DIFFERENT:
        out.append("numbers in the titles differ")
    if s.abstract[k] >= 0:
        out.append(f"abstract {s.abstract[k]:.2f}")
    if s.names[k] >= 0:
        out.append(f"authors {s.names[k]:.2f}")
    if s.journal[k] >= 0:
        out.append("same journal" if s.journal[k] >= 0.95 else f"journal {s.journal[k]:.2f}")
    out.extend(_place(s, k))
    if s.kinds[k] == DIFFERENT:
        out.append("one is a notice, reply or preprint")
    elif s.kinds[k] == MISSING:
        out.append("one is a conference abstract")
    return out


def _place(s: Scores, k: int) -> list[str]:
    out = []
    if s.volume[k] == SAME:
        out.append("volume equal")
    elif s.volume[k] == DIFFERENT:
        out.append("volumes differ")
    if s.pages[k] == SAME:
        out.append("pages equal")
    elif s.pages[k] == CLOSE:
        out.append("first or last page equal")
    elif s.pages[k] == DIFFERENT:
        out.append("pages differ")
    if s.years[k] == 0:
        out.append("year equal")
    elif s.years[k] > 0:
        ahead = s.years[k] == 1 and s.volume[k] != DIFFERENT and s.pages[k] != DIFFERENT
        out.append(f"year differs by {s.years[k]}" + (": online ahead of print" if ahead else ""))
    return out
