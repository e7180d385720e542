"""Whether a text speaks of a topic named in a few words, the way the codebook's cues know it."""

import re
from collections.abc import Iterable, Sequence

from review.protocol import Codebook

LONGEST = 20_000
_ENDINGS = re.compile(r"(?:es|e|s|al)$")


def patterns(words: str, codebook: Codebook) -> list[list[re.Pattern[str]]]:
    """For each word, the patterns of which one must be there: its stem, and cues of its terms.

    A term is one whose label has the stem; so "menopause" also finds what its cues name.
    """
    found = []
    for word in words.casefold().split():
        stem = _ENDINGS.sub("", word) if len(word) > 4 else word
        some = [re.compile(re.escape(stem), re.IGNORECASE)]
        for facet in codebook.facets:
            for term in facet.terms:
                if not facet.derived and stem in term.label.casefold() and len(stem) > 3:
                    some += [re.compile(cue, re.IGNORECASE) for cue in term.cues]
        found.append(some)
    return found


def speaks_of(texts: Iterable[str | None], topic: Sequence[Sequence[re.Pattern[str]]]) -> bool:
    """Whether every word of a topic is somewhere in the texts."""
    joined = "\n".join(text for text in texts if text)[:LONGEST]
    return bool(topic) and all(any(one.search(joined) for one in some) for some in topic)
