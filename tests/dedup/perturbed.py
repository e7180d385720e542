"""Records written as another database would write them: each copy is a true duplicate.

A change takes a record and a source of chance; None where the record has nothing to change.
"""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from review.dedup import Row

Change = Callable[[Row, Random], Row | None]

_SPELLINGS = (
    ("aging", "ageing"),
    ("tumor", "tumour"),
    ("hematolog", "haematolog"),
    ("anemi", "anaemi"),
    ("pediatric", "paediatric"),
    ("ization", "isation"),
    ("izing", "ising"),
    ("behavior", "behaviour"),
    ("color", "colour"),
    ("fetal", "foetal"),
    ("esophag", "oesophag"),
    ("center", "centre"),
    ("edema", "oedema"),
    ("estrogen", "oestrogen"),
    ("randomized", "randomised"),
)
_GREEK = (
    ("α", "alpha"),
    ("β", "beta"),
    ("γ", "gamma"),
    ("δ", "delta"),
    ("κ", "kappa"),
    ("μ", "mu"),
)
_NUMERALS = (
    (" III ", " 3 "),
    (" II ", " 2 "),
    (" two ", " 2 "),
    (" three ", " 3 "),
    (" four ", " 4 "),
    (" five ", " 5 "),
    (" ten ", " 10 "),
)
_SMALL = {"of", "the", "and", "in", "for", "de", "et", "la", "on", "a"}


def _title(change: Callable[[str, Random], str]) -> Change:
    def changed(row: Row, chance: Random) -> Row | None:
        title = change(row.title, chance)
        return replace(row, title=title) if title and title != row.title else None

    return changed


def _swap(pairs: tuple[tuple[str, str], ...]) -> Callable[[str, Random], str]:
    def swapped(text: str, _: Random) -> str:
        for a, b in pairs:
            text = text.replace(a, b)
        return text

    return swapped


def main_title(title: str, _: Random) -> str:
    main = re.split(r"[:?.] | - ", title)[0]
    return main if len(main) >= 25 else title


def _cut(title: str, chance: Random) -> str:
    return title[: chance.choice((60, 80, 120))].strip()


def _typing_slip(title: str, chance: Random) -> str:
    at = chance.randrange(1, max(2, len(title) - 2))
    return title[:at] + title[at + 1 : at + 2] + title[at : at + 1] + title[at + 2 :]


def _word_lost(title: str, chance: Random) -> str:
    parts = title.split()
    if len(parts) > 7:
        small = [k for k, word in enumerate(parts) if word.lower() in _SMALL]
        del parts[chance.choice(small or [len(parts) - 1])]
    return " ".join(parts)


def _misread(text: str) -> str:
    """UTF-8 read as Windows' Latin: ü becomes Ã¼."""
    return text.encode("utf-8").decode("cp1252", "ignore")


def _misencoded(row: Row, _: Random) -> Row | None:
    authors = tuple(_misread(name) for name in row.authors)
    title = _misread(row.title)
    if (title, authors) == (row.title, tuple(row.authors)):
        return None
    return replace(row, title=title, authors=authors, abstract=_misread(row.abstract))


def _questioned(row: Row, _: Random) -> Row | None:
    authors = tuple(name.encode("ascii", "replace").decode() for name in row.authors)
    title = row.title.encode("ascii", "replace").decode()
    return None if title == row.title else replace(row, title=title, authors=authors)


def _entities(row: Row, _: Random) -> Row | None:
    def escape(text: str) -> str:
        return html.escape(text).encode("ascii", "xmlcharrefreplace").decode()

    title = escape(row.title)
    if title == row.title:
        return None
    return replace(row, title=title, authors=tuple(escape(name) for name in row.authors))


def _authors(change: Callable[[tuple[str, ...], Random], tuple[str, ...] | str]) -> Change:
    def changed(row: Row, chance: Random) -> Row | None:
        before = tuple(row.authors)
        after = change(before, chance)
        return replace(row, authors=after) if before and after != before else None

    return changed


def _initials(authors: tuple[str, ...], _: Random) -> str:
    def short(name: str) -> str:
        family, _, given = name.partition(", ")
        return f"{family} {''.join(word[0] for word in given.split())}"

    return "; ".join(map(short, authors))


def _given_first(authors: tuple[str, ...], _: Random) -> str:
    return " and ".join(" ".join(reversed(name.split(", "))) for name in authors)


def _last_part(authors: tuple[str, ...], _: Random) -> tuple[str, ...]:
    """A compound surname taken for a middle name: Garcia Lopez, A becomes Lopez, A Garcia."""

    def last(name: str) -> str:
        family, _, given = name.partition(", ")
        *middle, end = re.split(r"[ -]", family)
        return f"{end}, {given} {' '.join(middle)}".strip()

    return tuple(map(last, authors))


def _abbreviated(row: Row, chance: Random) -> Row | None:
    words = [w for w in re.findall(r"\w+", row.journal.split(" : ")[0]) if w.lower() not in _SMALL]
    if len(words) < 2:
        return None
    return replace(
        row, journal=" ".join(w if len(w) < 5 else w[: chance.choice((4, 5, 6))] for w in words)
    )


def _initialism(row: Row, _: Random) -> Row | None:
    words = [w for w in re.findall(r"\w+", row.journal.split(" : ")[0]) if w.lower() not in _SMALL]
    return replace(row, journal="".join(w[0] for w in words).upper()) if len(words) > 2 else None


def _short_pages(row: Row, _: Random) -> Row | None:
    found = re.fullmatch(r"(\d+)-(\d+)", row.pages)
    if not found or len(found[1]) != len(found[2]):
        return None
    first, last = found.groups()
    k = next((k for k in range(len(first)) if first[k] != last[k]), None)
    return None if not k else replace(row, pages=f"{first}-{last[k:]}")


def _article_number(row: Row, chance: Random) -> Row | None:
    return replace(row, pages=f"e{chance.randrange(10_000, 99_999)}") if row.pages else None


def _ahead(row: Row, _: Random) -> Row | None:
    if not (row.year and row.volume):
        return None
    return replace(row, year=row.year - 1, volume="", issue="", pages="")


def _lost(*names: str) -> Change:
    empty: dict[str, object] = {"year": None, "authors": ()}

    def changed(row: Row, _: Random) -> Row | None:
        if not any(getattr(row, name) for name in names):
            return None
        return replace(row, **{name: empty.get(name, "") for name in names})

    return changed


def _doi(change: Callable[[str], str]) -> Change:
    return lambda row, _: replace(row, doi=change(row.doi)) if row.doi else None


SAME: dict[str, Change] = {
    "nothing": lambda row, _: row,
    "title in capitals": _title(lambda t, _: t.upper()),
    "title cut": _title(_cut),
    "subtitle lost": _title(main_title),
    "title with [type] behind": _title(
        lambda t, c: (
            t.rstrip(".")
            + c.choice((" [Review]", " [Journal Article]", " (English)", ". [Article in German]"))
        )
    ),
    "title in brackets": _title(lambda t, _: f"[{t.rstrip('.')}]."),
    "title with slip of typing": _title(_typing_slip),
    "title without a word": _title(_word_lost),
    "spelling": _title(_swap(_SPELLINGS)),
    "Greek letters": _title(_swap(_GREEK)),
    "numerals": _title(_swap(_NUMERALS)),
    "hyphens": _title(lambda t, _: t.replace("-", " ") if "-" in t else t),
    "hyphens closed": _title(lambda t, _: t.replace("-", "")),
    "entities": _entities,
    "misread characters": _misencoded,
    "characters lost": _questioned,
    "authors as initials": _authors(_initials),
    "given names first": _authors(_given_first),
    "first author et al": _authors(lambda a, _: (f"{a[0]} et al",) if len(a) > 1 else a),
    "three authors": _authors(lambda a, _: a[:3]),
    "authors in another order": _authors(lambda a, c: tuple(c.sample(a, len(a)))),
    "compound surnames": _authors(_last_part),
    "authors lost": _lost("authors"),
    "journal abbreviated": _abbreviated,
    "journal as initials": _initialism,
    "journal lost": _lost("journal"),
    "year off by one": lambda row, c: (
        replace(row, year=row.year + c.choice((-1, 1))) if row.year else None
    ),
    "year lost": _lost("year"),
    "ahead of print": _ahead,
    "pages shortened": _short_pages,
    "first page only": lambda row, _: (
        replace(row, pages=row.pages.split("-")[0]) if "-" in row.pages else None
    ),
    "another page number": _article_number,
    "pages lost": _lost("pages"),
    "volume lost": _lost("volume", "issue"),
    "place lost": _lost("volume", "issue", "pages"),
    "place and journal lost": _lost("volume", "issue", "pages", "journal"),
    "DOI as address": _doi(lambda d: f"https://doi.org/{d.upper()}"),
    "DOI with a label and a stop": _doi(lambda d: f"doi: {d}."),
    "wrong DOI": _doi(lambda _: "10.5555/wrong.1"),
}
"""What other databases do to a record: the copy is the same report."""
