"""Decides how text and titles are read: folded letters, words, numbers that tell parts apart."""

import html
import re
import unicodedata

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega",
}  # fmt: skip
_LETTERS = {
    "ı": "i",
    "’": "'",
    "\u00ad": "",
    "ß": "ss",
    "æ": "ae",
    "ø": "o",
    "œ": "oe",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
}


class _Folding(dict[int, str]):
    """What each character becomes; learnt as characters turn up, so one pass folds a text."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        known = _GREEK.get(char) or _LETTERS.get(char)
        if known is None:
            parts = unicodedata.normalize("NFKD", char.lower()).lower()
            known = "".join(
                _GREEK.get(c) or _LETTERS.get(c, c) for c in parts if not unicodedata.combining(c)
            )
        self[code] = known
        return known


_FOLDING = _Folding()
_MISREAD = re.compile("[ÃÂÄÅÎÏâ][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]{1,2}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
_DIGITS = re.compile(r"\d{1,12}")
_BETWEEN = {code: None for code in range(128) if not chr(code).isalnum()}
_WORD = re.compile(r"[^\W_]+")
_AFTERTHOUGHT = re.compile(  # what databases add behind a title
    r"(?:\s*[\[(]\s*(?:\d+\s*refs?\.?|review|abstracts?(?:\s+(?:no|number)?[.:]?\s*\w*)?|"
    r"structured abstract|corrected|letter|poster|"
    r"in (?:process|press)|electronic resource|comment|see comments?|"
    r"(?:in\s+)?(?:chinese|french|german|spanish|russian|japanese|italian|polish|portuguese|"
    r"turkish|dutch|korean|czech|hungarian|danish|swedish|norwegian|persian|hebrew|croatian|"
    r"serbian|ukrainian|romanian|bulgarian|greek|english)(?:[;,/\s][^\])]*)?)\s*[\])]\s*\.?)+\s*$",
    re.IGNORECASE,
)
_NOTED = re.compile(  # Ovid's notes on a title, which are no part of it
    r"\s*\[(?:erratum|errata|comment|republished|retraction|retracted|corrected|update|reprint|"
    r"expression|original|summary|see)\b[^\]]*(?:appears?|in|of|for|comments?|on)?\b[^\]]*\]?\s*$|"
    r"\s*<original>.*$",
    re.IGNORECASE,
)
_RETRACTED = re.compile(r"^\W*retracted(?: article| paper)?\W+", re.IGNORECASE)
_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11",
    "xii": "12",
}  # fmt: skip
_SPELLED = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "first": "1", "second": "2", "third": "3",
    "fourth": "4", "fifth": "5",
}  # fmt: skip
_PARTS = {"part", "chapter", "volume", "section", "report", "supplement"}
_COUNTED = _PARTS | {
    "phase", "class", "stage", "type", "grade", "study", "paper", "series", "no",
}  # fmt: skip
_CONTRARY = {
    "men", "women", "male", "female", "boy", "girl", "children", "increase", "decrease",
    "increased", "decreased", "low", "high", "lower", "upper", "left", "right", "acute", "chronic",
    "mild", "severe", "before", "after", "without", "young", "old", "older", "younger", "maternal",
    "paternal", "short", "long", "never", "not",
}  # fmt: skip
_ENGLISH = frozenset(("the", "of", "and", "with", "for", "by", "from", "on", "to", "is", "are"))


def fold(text: str) -> str:
    """Lower case without accents, markup, Greek or ligatures; other scripts stay as they are."""
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        return text.lower()
    return _MISREAD.sub(_reread, text).translate(_FOLDING)


def _reread(found: re.Match[str]) -> str:
    """UTF-8 that was once read as Windows' Latin: Ã¼ is ü."""
    try:
        return found.group().encode("cp1252").decode("utf-8")
    except UnicodeError:
        return found.group()


def letters(text: str) -> str:
    """A text's words without what is between them."""
    folded = fold(text)
    return folded.translate(_BETWEEN) if folded.isascii() else "".join(_WORD.findall(folded))


def words(text: str) -> list[str]:
    """The letters-and-digits words of a text, folded."""
    return _WORD.findall(fold(text))


def title_words(title: str) -> list[str]:
    """A title's words without what databases add behind it ([Review] [45 refs], [Chinese])."""
    bare = title
    if "[" in bare or "<" in bare:
        bare = _NOTED.sub("", bare)
    if bare[-3:].rstrip(". ")[-1:] in ("]", ")"):
        bare = _AFTERTHOUGHT.sub("", bare)
    if bare[:14].lower().lstrip("[\"' ").startswith("retracted"):
        bare = _RETRACTED.sub("", bare)
    return words(bare) or words(title)


def title_numbers(title: list[str]) -> str:
    """The numbers of a title in order, so that part I and part II, 2009 and 2010 differ.

    One that counts a part ("Part II") has a # before it.
    """
    out: list[str] = []
    before = ""
    for word in title:
        mark = "#" if before in _PARTS else ""
        if word.isalpha():
            number = _ROMAN.get(word) or _SPELLED.get(word) or ""
            if before in _COUNTED and word in ("i", "v", "x", "a", "b"):
                number = {"i": "1", "v": "5", "x": "10"}.get(word, word)
            if number:
                out.append(mark + number)
        else:
            out.extend(mark + digits for digits in _DIGITS.findall(word))
        before = word.removesuffix("s")
    return " ".join(out)


def contrary(title: list[str]) -> str:
    """Those words of a title that would make it another paper's: men, women, before, after."""
    return " ".join(word for word in title if word.removesuffix("s") in _CONTRARY)


def english(title: list[str]) -> bool:
    """Whether a title has two English small words."""
    return sum(word in _ENGLISH for word in title) >= 2


def foreign(text: str, title: list[str]) -> bool:
    """Whether a title is in brackets, as translated ones are, or has no English small word."""
    return text.lstrip("\"' ").startswith("[") or not any(word in _ENGLISH for word in title)
