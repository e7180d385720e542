"""What an RDF file of references holds (Zotero, Bibliontology): one record per work described.

Zotero's dialects are plain trees that name each other, read here as such. A general RDF store
would make one of two works with one address, and lose their order and place in the file.
"""

import io
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from review.ingest import fields
from review.ingest.jsonfile import TYPES
from review.ingest.record import Record, Reject
from review.ingest.xml_pieces import excerpt, mended, text_of

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_ABOUT, _ID, _NODE = f"{_RDF}about", f"{_RDF}ID", f"{_RDF}nodeID"
_RESOURCE = f"{_RDF}resource"
# What stands beside the works: people, files, notes, collections, and what works are part of.
_NO_WORK = frozenset({
    "Person", "Organization", "Agent", "Attachment", "Memo", "UserItem", "Collection", "Seq",
    "Bag", "Journal", "Periodical", "Newspaper", "Magazine", "Issue", "Series", "Website",
    "CourtReporter", "Conference", "Class", "Property", "Ontology", "Tag", "AutoTag", "UserTag",
    "AutomaticTag", "URI",
})  # fmt: skip
_NO_ITEM = frozenset({"attachment", "note", "annotation"})
_KINDS = {
    "AcademicArticle": "Journal Article", "Article": "Journal Article", "Book": "Book",
    "EditedBook": "Book", "BookSection": "Book Chapter", "Chapter": "Book Chapter",
    "Thesis": "Thesis", "Report": "Report", "Patent": "Patent", "Webpage": "Web Page",
}  # fmt: skip
_AUTHORS = ("authors", "authorList", "inventors", "presenters", "programmers", "creator")
_DEEPEST = 4  # parts of parts: article, issue, journal
_PARTS = 8  # of so many things a work is part at most
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def read_rdf(text: str) -> Iterator[Record | Reject]:
    """Records of the text, in order; positions count works from 1."""
    nodes, broken = _nodes(_DECLARATION.sub("", mended(text.lstrip("\ufeff")), count=1))
    graph = _Graph(nodes)
    works = [one for node in nodes for one in graph.inside(node) if graph.is_work(one)]
    for count, node in enumerate(works, 1):
        found = fields.record(**_values(graph, node))
        reason = "this work has neither title, abstract, authors nor DOI"
        shown = excerpt(" ".join(node.itertext()))
        yield found or Reject(position=f"record {count}", reason=reason, excerpt=shown)
    if broken:
        yield Reject(position=f"after record {len(works)}", reason=broken)
    elif not works:
        yield Reject(
            position="the file", reason="this RDF describes no work", excerpt=excerpt(text)
        )


def _nodes(text: str) -> tuple[list[ET.Element], str]:
    """The elements below the root, up to where the XML is damaged, and how it is."""
    nodes: list[ET.Element] = []
    depth = 0
    try:
        for event, element in iterparse(io.BytesIO(text.encode()), events=("start", "end")):
            depth += 1 if event == "start" else -1
            if depth == 1 and event == "end":
                nodes.append(element)
    except (ET.ParseError, DefusedXmlException, ValueError) as error:
        return nodes, f"the file is no well-formed XML from here on ({error}); nothing more is read"
    return nodes, ""


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


class _Graph:
    """The nodes of a file, found by what others call them."""

    def __init__(self, nodes: list[ET.Element]) -> None:
        self._named: dict[str, ET.Element] = {}
        self._wanted: Counter[str] = Counter()  # by how many works each is named as their whole
        self.holders: dict[ET.Element, ET.Element] = {}  # what Bibliontology says of a user's work
        for node in (inner for one in nodes for inner in one.iter()):
            if len(node) and (name := _address(node)):
                self._named.setdefault(name, node)
            if _name(node) == "isPartOf" and (whole := _target(node)):
                self._wanted[whole] += 1
        for node in (one for one in nodes if _kind(one) == "UserItem"):
            self.holders.update((work, node) for work in self.each(node, "resource"))

    def inside(self, node: ET.Element) -> list[ET.Element]:
        """A node below the root; where it is a user's item, the works written inside it."""
        if _kind(node) != "UserItem":
            return [node]
        return [one for held in node if _name(held) == "resource" for one in held]

    def is_work(self, node: ET.Element) -> bool:
        """Whether a node below the root is a reference and not what belongs to one."""
        kind = self.text(node, "itemType")
        if kind:
            return kind not in _NO_ITEM
        if _kind(node) in _NO_WORK or _address(node) in self._wanted:
            return False
        return _kind(node) in _KINDS or bool(self.text(node, "title"))

    def each(self, node: ET.Element, *names: str) -> list[ET.Element]:
        """The values of a node's properties: nodes, or the property itself where it is text."""
        found = []
        for name in names:
            for one in node:
                if _name(one) == name:
                    named = self._named.get(_target(one))
                    found.extend([named] if named is not None else list(one) or [one])
        return found

    def text(self, node: ET.Element, *names: str) -> str:
        """The first value of a node's properties that is text."""
        texts = (fields.line(text_of(one)) for name in names for one in self.each(node, name))
        return next(filter(None, texts), "")

    def texts(self, node: ET.Element, *names: str) -> list[str]:
        """The values of a node's properties as text, with the addresses that stand for some."""
        return [text_of(one) or one.get(_RESOURCE, "") for one in self.each(node, *names)]

    def wholes(self, node: ET.Element, depth: int = _DEEPEST) -> list[ET.Element]:
        """What a node is part of, and what that is part of."""
        parts = self.each(node, "isPartOf")[:_PARTS] if depth else []
        return [one for part in parts for one in (part, *self.wholes(part, depth - 1))]

    def own(self, node: ET.Element) -> bool:
        """Whether a journal or book is described for one work alone: its DOI is then the work's."""
        return self._wanted[_address(node)] < 2

    def people(self, node: ET.Element, *names: str) -> tuple[str, ...]:
        """The people of the first property that has any, in their order."""
        for name in names:
            found: list[ET.Element] = []
            for one in self.each(node, name):
                lists = _name(one) in ("Seq", "Bag", "List")
                items = [inner for item in one for inner in self._item(item)] if lists else [one]
                found.extend(items)
            if people := tuple(dict.fromkeys(filter(None, map(self._person, found)))):
                return people
        return ()

    def publisher(self, node: ET.Element) -> str:
        """The name of who published a node, without the place."""
        for one in self.each(node, "publisher"):
            if name := fields.line(self.text(one, "name") if len(one) else text_of(one)):
                return name
        return ""

    def _item(self, item: ET.Element) -> list[ET.Element]:
        named = self._named.get(_target(item))
        return [named] if named is not None else list(item) or [item]

    def _person(self, node: ET.Element) -> str:
        family = self.text(node, "surname", "familyName", "lastName", "family_name")
        given = self.text(node, "givenName", "givenname", "firstName")
        if family:
            return ", ".join(filter(None, (family, given)))
        return self.text(node, "name") or fields.name(text_of(node))


def _address(node: ET.Element) -> str:
    """What other nodes call a node."""
    own = node.get(_ID)
    return f"#{own}" if own else node.get(_ABOUT) or node.get(_NODE) or ""


def _target(element: ET.Element) -> str:
    return element.get(_RESOURCE) or (element.get(_NODE) if not len(element) else "") or ""


def _kind(node: ET.Element) -> str:
    """The class of a node: its tag, or its rdf:type where that is only "Description"."""
    if _name(node) != "Description":
        return _name(node)
    kind = node.find(f"{_RDF}type")
    return re.split(r"[#/]", kind.get(_RESOURCE, ""))[-1] if kind is not None else ""


def _values(graph: _Graph, node: ET.Element) -> dict[str, Any]:
    wholes = graph.wholes(node)
    series = [one for one in wholes if _kind(one) == "Series"]
    wholes = [one for one in wholes if _kind(one) not in ("Series", "Website")]
    places = [node, *wholes]

    def first(*names: str) -> str:
        return next(filter(None, (graph.text(one, *names) for one in places)), "")

    holder = graph.holders.get(node, node)
    kind = graph.text(node, "itemType") or graph.text(holder, "itemType")
    about = node.get(_ABOUT) or node.get(_ID) or ""
    ids = graph.texts(node, "identifier", "doi", "uri", "pmid")
    ids_of_wholes = [one for part in wholes for one in graph.texts(part, "identifier")]
    shared = [one for part in wholes if graph.own(part) for one in graph.texts(part, "identifier")]
    editors = graph.people(node, "editors", "editorList", "editor")
    authors = graph.people(node, *_AUTHORS)
    note = "\n".join([*graph.texts(node, "description", "extra"), *graph.texts(holder, "extra")])
    values: dict[str, Any] = {
        "accession": graph.text(node, "citationKey") or about or holder.get(_ABOUT, ""),
        "title": graph.text(node, "title"),
        "abstract": "\n".join(filter(None, map(fields.paragraphs, graph.texts(node, "abstract")))),
        "authors": authors or editors or graph.people(node, "contributors", "contributorList"),
        "journal": next(filter(None, (graph.text(one, "title") for one in wholes)), ""),
        "year": fields.year(first("date", "issued", "created")),
        "volume": first("volume"),
        "issue": first("number", "issue"),
        "pages": fields.pages(graph.text(node, "pages"))
        or fields.pages(graph.text(node, "pageStart"), graph.text(node, "pageEnd")),
        "doi": _doi([*ids, about, *shared, fields.noted_doi(note)]),
        "pmid": fields.noted_pmid("\n".join([note, *ids])),
        "pmcid": fields.pmcid(note),
        "url": next(filter(None, map(fields.url, [*ids, about])), ""),
        "language": graph.text(node, "language"),
        "publication_types": fields.unique([TYPES.get(kind, kind) or _KINDS.get(_kind(node), "")]),
        "keywords": fields.unique(graph.texts(node, "subject") + graph.texts(holder, "tagged")),
    }
    extra = {
        "type": kind or _kind(node),
        "issn": _marked("ISSN", [*ids, *ids_of_wholes])
        or next(filter(None, (graph.text(one, "issn", "eissn") for one in places)), ""),
        "isbn": _marked("ISBN", [*ids, *ids_of_wholes]),
        "editors": list(editors) if authors else [],
        "publisher": next(filter(None, map(graph.publisher, places)), ""),
        "series": next(filter(None, (graph.text(one, "title") for one in series)), ""),
        "notes": fields.paragraphs(note),
    }
    return {**values, "extra": {key: value for key, value in extra.items() if value}}


def _doi(texts: Iterable[str]) -> str:
    """The first DOI that stands alone, behind "DOI" or in a resolver's address."""
    for text in texts:
        if re.match(r"\s*(?:doi[:\s]*|info:doi/|https?://(?:dx\.)?doi\.org/)?10\.\d", text, re.I):
            return fields.doi(text)
    return ""


def _marked(mark: str, texts: Iterable[str]) -> str:
    found = [fields.line(text[len(mark) :]) for text in texts if text.startswith(f"{mark} ")]
    return "; ".join(fields.unique(found))
