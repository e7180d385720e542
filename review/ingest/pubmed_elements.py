"""What the elements of PubMed XML say, whatever record they stand in.

Looked up one tag at a time: C does that several times faster than a path.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from review.ingest import fields


def identity(parent: ET.Element) -> tuple[str, int]:
    """PMID without leading zeros, and its version (1 where none is given)."""
    found = parent.find("PMID")
    number = (found.text or "").strip() if found is not None else ""
    if found is None or not (number.isascii() and number.isdigit()):
        return "", 1
    version = found.get("Version", "1")
    known = version.isascii() and version.isdigit() and len(version) < 5
    return number.lstrip("0"), int(version) if known else 1


def within(parent: ET.Element | None, *tags: str) -> ET.Element | None:
    """The element some levels down; one tag at a time, which C does much faster than a path."""
    for tag in tags:
        if parent is None:
            return None
        parent = parent.find(tag)
    return parent


def members(parent: ET.Element, tag: str) -> Iterable[ET.Element]:
    """The children of a child."""
    found = parent.find(tag)
    return () if found is None else found


def text_of(element: ET.Element | None) -> str:
    """All text of an element on one line; layout spaces inside a formula are dropped."""
    if element is None:
        return ""
    text = "".join(_runs(element)) if len(element) else element.text or ""
    if text.isalnum():
        return text
    if "&" in text:
        text = fields.unescaped(text)
    if "<" in text:
        text = fields.unmarked(text)
    if "\x7f" in text:  # the one control character that XML may hold
        text = text.replace("\x7f", "")
    # three substring searches cost a tenth of splitting an abstract into its words
    if "  " in text or "\n" in text or "\t" in text or "\r" in text or not text.isascii():
        return " ".join(text.split())
    return text.strip()


def _runs(element: ET.Element) -> Iterable[str]:
    """Text pieces in reading order."""
    yield element.text or ""
    for child in element:
        if child.tag.endswith("}math"):
            yield _formula(child)
        else:
            yield from _runs(child)
        yield child.tail or ""


def _formula(element: ET.Element) -> str:
    """MathML on one line: a/b for fractions, √(a) for roots, else its symbols in order."""
    parts = [_formula(child) for child in element]
    match element.tag.rpartition("}")[2]:
        case "mfrac" if len(parts) == 2:
            return "/".join(parts)
        case "msqrt":
            return f"√({''.join(parts)})"
        case "annotation" | "annotation-xml":
            return ""
    return (element.text or "").strip() + "".join(parts)


def texts_of(elements: Iterable[ET.Element]) -> tuple[str, ...]:
    """The texts of elements, without empty ones and repeats."""
    return tuple(dict.fromkeys(text for text in map(text_of, elements) if text))


def child_text(parent: ET.Element | None, tag: str) -> str:
    """The text of the first child with a tag, "" where there is none."""
    return text_of(parent.find(tag)) if parent is not None else ""


def abstract_of(element: ET.Element | None) -> str:
    """Sections as "LABEL: text", one a line."""
    if element is None:
        return ""
    lines = []
    for section in element.findall("AbstractText"):
        text, label = text_of(section), section.get("Label", "").strip().rstrip(":")
        if text:
            lines.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return "\n".join(lines)


def people(lists: Iterable[ET.Element], *, kind: str = "authors") -> tuple[str, ...]:
    """Valid authors (or editors) and groups of the lists of that kind, in order."""
    return tuple(
        name
        for people in lists
        if people.get("Type", "authors") == kind
        for one in people
        if one.get("ValidYN") != "N" and (name := _person(one))
    )


def _person(author: ET.Element) -> str:
    family = author.find("LastName")
    if family is None:
        return child_text(author, "CollectiveName") or child_text(author, "ForeName")
    given = text_of(author.find("ForeName")) or text_of(author.find("Initials"))
    suffix = author.find("Suffix")
    parts = (
        (text_of(family), given, text_of(suffix))
        if suffix is not None
        else (text_of(family), given)
    )
    return ", ".join(filter(None, parts))


def date_year(date: ET.Element | None) -> int | None:
    """The year of a date, from its Year or the first one in its MedlineDate."""
    return fields.year(child_text(date, "Year") or child_text(date, "MedlineDate"))


def pagination(element: ET.Element | None) -> str:
    """Printed pages as PubMed writes them ("187-94")."""
    written = child_text(element, "MedlinePgn")
    return written or fields.pages(child_text(element, "StartPage"), child_text(element, "EndPage"))


def location(entry: ET.Element, kind: str) -> str:
    """The valid ELocationID of a kind ("doi", "pii")."""
    for one in entry.findall("ELocationID"):
        if one.get("EIdType") == kind and one.get("ValidYN") != "N":
            return fields.doi(text_of(one)) if kind == "doi" else text_of(one)
    return ""


def ids_of(element: ET.Element | None) -> dict[str, str]:
    """The ids of an ArticleIdList by their type (doi, pmc, bookaccession ...) but the PMID."""
    if element is None:
        return {}
    return {kind: text_of(one) for one in element if (kind := one.get("IdType", "")) != "pubmed"}
