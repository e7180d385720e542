"""Decides what an E-utilities answer means: hits, a body worth parsing, or a typed fault.

An answer is never taken for empty because it could not be read: whatever is not the document
that was asked for is Transient (another try may bring it) or Permanent (it will not).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from review.errors import NetworkError, Permanent, Transient


class NoneKnown(Permanent):
    """EFetch holds none of the ids of a batch, and says so as an error (400)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What ESearch says: how many records match, the ids it returned, how it read the query."""

    count: int
    ids: tuple[str, ...]
    translation: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found: PubMed's count and reading of the query, and the ids, newest first.

    `warnings` are sentences (a phrase not found, a field unknown); `complete` says whether
    `ids` holds all that PubMed counts (true where no ids were asked for).
    """

    query: str
    count: int
    ids: tuple[str, ...]
    translation: str
    warnings: tuple[str, ...]
    complete: bool = True


def found(
    query: str, answer: Hits, *, ids: Iterable[str] | None, count: int | None = None
) -> Found:
    """The outcome of a search with all its `ids` (None: not asked for); `count` if it moved."""
    count = answer.count if count is None else count
    listed = newest_first(ids or ())
    complete = ids is None or len(listed) == count
    warnings = answer.warnings
    if not complete:
        warnings += (f"PubMed counts {count:,} records but listed {len(listed):,} ids.",)
    return Found(
        query=query,
        count=count,
        ids=listed,
        translation=answer.translation,
        warnings=warnings,
        complete=complete,
    )


def newest_first(ids: Iterable[str]) -> tuple[str, ...]:
    """PMIDs, the highest (and so, nearly, the newest) first."""
    return tuple(sorted(ids, key=int, reverse=True))


# What NCBI's <ERROR> says when asking again cannot help. Everything else is worth another try:
# "Search Backend failed: Database is not supported: pubmed" went away by itself (metapub#73).
_FINAL = re.compile(
    r"invalid db|database name|empty term|empty query|query_key|api.key.{0,9}(invalid|not)"
    r"|invalid.{0,9}api.key|cannot be larger|can only retrieve|out of (acceptable )?range"
    r"|unknown search|not well.formed|parse error|too long",
    re.IGNORECASE,
)
# What a 400 says when something behind the front door failed for the moment.
_PASSING = re.compile(
    r"proxy_stream|failed to connect|unable to (route|open|connect)|backend failed|rate.?limit"
    r"|ratecontrol|temporar|timed? ?out|unavailable|try again",
    re.IGNORECASE,
)
_NO_IDS = re.compile(r"id list is empty|no correct ids", re.IGNORECASE)
_ADJUSTED = re.compile(r"restrictions achieved", re.IGNORECASE)
_TRY_LATER = frozenset({408, 425, 429})
# The meaning of the children of ErrorList and WarningList, each followed by a part of the query.
_DROPPED = {
    "PhraseNotFound": "Not found, so left out of the search",
    "FieldNotFound": "No such field, so left out of the search",
    "PhraseIgnored": "Ignored by PubMed",
    "QuotedPhraseNotFound": "Quoted phrase not found, searched as separate words or left out",
}


def hits(body: bytes, *, wanted: int) -> Hits:
    """What an ESearch body says, when `wanted` ids at most were asked for.

    Transient or Permanent for an <ERROR>, a body that is something else or cut, or fewer ids
    than the count promises.
    """
    root = _document(body, "eSearchResult")
    _raise_error_in(root.findtext("ERROR") or "")
    count_text = (root.findtext("Count") or "").strip()
    if not count_text.isdecimal():
        raise Transient("PubMed answered a search without saying how many records match.")
    count = int(count_text)
    ids = tuple(dict.fromkeys((node.text or "").strip() for node in root.iterfind("IdList/Id")))
    if not all(i.isdecimal() for i in ids):
        raise Transient("PubMed answered a search with ids that are not PMIDs.")
    if len(ids) < min(count, wanted):
        raise Transient(f"PubMed returned {len(ids):,} ids of {min(count, wanted):,} it counts.")
    return Hits(
        count=count,
        ids=ids,
        translation=(root.findtext("QueryTranslation") or "").strip(),
        warnings=tuple(_warnings(root)),
    )


def articles_body(body: bytes) -> bytes:
    """The body of an EFetch answer, if it is a whole set of articles (an empty one too).

    Only the frame is looked at: each article is the parser's to judge. Transient or Permanent
    for anything else, NoneKnown where the answer says that no id was a right one.
    """
    root = _root(body)
    if root == "PubmedArticleSet":
        end = body.rstrip()
        if not (
            end.endswith(b"</PubmedArticleSet>") or re.search(rb"<PubmedArticleSet\s*/>$", end)
        ):
            raise Transient("PubMed's answer breaks off in the middle.")
        return body
    if root == "eFetchResult":
        _raise_error_in(_document(body, root).findtext("ERROR") or "an error without a word")
    raise _unexpected(body, root)


def refusal(status: int, body: bytes) -> NetworkError:
    """The fault that an HTTP status other than 200 stands for."""
    said = _said(body)
    tail = f": {said}" if said else ""
    if status == 400 and _NO_IDS.search(said):
        return NoneKnown("PubMed holds none of these ids.")
    passing = status in _TRY_LATER or status >= 500
    if passing or (status == 400 and _PASSING.search(said) and not _FINAL.search(said)):
        return Transient(f"PubMed did not serve the request ({status}){tail}.")
    if 300 <= status < 400:
        return Permanent(f"The address of the E-utilities has moved ({status}); set the new one.")
    return Permanent(f"PubMed refused the request ({status}){tail}.")


def retry_after(header: str | None) -> float:
    """Seconds that a Retry-After header asks for (a number or a date, RFC 9110), 0 without."""
    text = (header or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds())


def _document(body: bytes, name: str) -> Element:
    found = _root(body)
    if found != name:
        raise _unexpected(body, found)
    try:
        root: Element = fromstring(body)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise Transient("PubMed's answer breaks off or is not readable XML.") from error
    return root


def _root(body: bytes) -> str:
    """The name of the first element, "" where there is none."""
    head = re.sub(rb"<!--.*?-->", b"", body[:4000], flags=re.DOTALL)
    match = re.match(rb"[^<]*(?:<[?!][^>]*>\s*)*<([A-Za-z_][\w:.-]*)", head)
    return match[1].decode("ascii") if match else ""


def _raise_error_in(text: str) -> None:
    said = " ".join(text.split())
    if not said:
        return
    if _NO_IDS.search(said):
        raise NoneKnown("PubMed holds none of these ids.")
    kind = Permanent if _FINAL.search(said) else Transient
    raise kind(f"PubMed answered with an error: {_short(said)}.")


def _unexpected(body: bytes, root: str) -> NetworkError:
    said = _said(body)
    if not body.strip():
        return Transient("PubMed's answer is empty.")
    if root.lower() == "html":
        return Transient(f"PubMed answered with a web page, not with data: {said}.")
    if body.lstrip()[:1] == b"{":
        kind = Permanent if _FINAL.search(said) else Transient
        return kind(f"PubMed answered with an error: {said}.")
    return Transient(f"PubMed's answer is not what was asked for: {said}.")


def _said(body: bytes) -> str:
    """What a body says to a person: its <ERROR>, its JSON error, or its text without tags."""
    text = body[:20_000].decode("utf-8", "replace")
    error = re.search(r"<ERROR>(.*?)</ERROR>", text, re.DOTALL) or re.search(
        r'"error"\s*:\s*"([^"]*)"', text
    )
    if error:
        text = error[1]
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    return _short(" ".join(text.split()))


def _short(text: str) -> str:
    text = text.rstrip(". ")
    return text if len(text) <= 200 else f"{text[:200]}..."


def _warnings(root: Element) -> Iterator[str]:
    """ErrorList and WarningList in words; neither is an error: the search was run without it."""
    for group in ("ErrorList", "WarningList"):
        for node in root.iterfind(f"{group}/*"):
            text = " ".join("".join(node.itertext()).split())
            if not text or _ADJUSTED.search(text):  # results past the cap are sliced by us
                continue
            yield f"{_DROPPED[node.tag]}: {text}" if node.tag in _DROPPED else text
