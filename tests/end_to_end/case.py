"""The case that both doors carry from search to evidence: four reports, one of them included.

Four records come from PubMed (the local server), a duplicate of one from a file of another index.
Every box of the flow gets one: merged, excluded twice, not retrieved, included.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from tests.conftest import ROOT

QUERY = '"motor unit"[tiab] AND ageing[tiab]'
FOUND_BY_PUBMED = 4
TITLE = "Motor unit number of muscle 3000000{} in ageing."
TARGET, WITHOUT_EMG, NOT_HAD, OFF_TOPIC = (TITLE.format(n) for n in range(FOUND_BY_PUBMED))

RIS = """\
TY  - JOUR
AN  - I1
AU  - Made30, U.
TI  - Motor unit number of muscle 30000000 in ageing
T2  - Journal of made-up muscle
PY  - 2015
DO  - 10.5555/MADE.UP.30000000
ER  -
"""

# What each reviewer thinks of each title; at full text (verdict, reason).
FIRST = {
    "Anna": {TARGET: "include", WITHOUT_EMG: "include", NOT_HAD: "include"},
    "Ben": {TARGET: "exclude", WITHOUT_EMG: "maybe", NOT_HAD: "include"},
}
FULL = {TARGET: ("include", None), WITHOUT_EMG: ("exclude", "ex.noemg")}
DIGIT_OF_NO_EMG = "6"  # its place among the reasons of the protocol
TEAM = {
    "Olga": "owner",
    "Anna": "reviewer",
    "Ben": "reviewer",
    "Cara": "adjudicator",
    "Emma": "extractor",
}
FORM = {
    "study": {"population": "human", "design": "des.xs.age"},
    "arms": [{"label": "young", "n": 10}, {"label": "old", "n": 12}],
    "effects": [
        {
            "outcome": "out.mu.number",
            "contrast": "con.age",
            "muscle": "ta",
            "method": ["emg.mune.desta"],
            "direction": "decrease",
            "arms": ["young", "old"],
        }
    ],
}
WHERE = "population = human and outcome under out.mu and direction = decrease"
# Every box of the flow that is not empty at the end.
BOXES = {
    "identified": 5,
    "identified.database": 5,
    "identified.database.PubMed": 4,
    "identified.database.Made Up Index": 1,
    "removed.duplicates": 1,
    "screened": 4,
    "excluded_title_abstract": 1,
    "sought": 3,
    "not_retrieved": 1,
    "assessed": 2,
    "excluded_full_text": 1,
    "excluded_full_text.ex.noemg": 1,
    "included": 1,
    "included.reports": 1,
    "total.reports": 1,
}
# The boxes of the picture, of which some lines stand for parts.
DRAWN = ("screened", "excluded_title_abstract", "sought", "not_retrieved", "assessed")


def first_verdict(name: str, title: str) -> str:
    """What a reviewer says of a title at title-abstract."""
    return FIRST[name].get(title, "exclude")


def full_verdict(title: str) -> tuple[str, str | None]:
    """What both reviewers say of a full text, and the digit of the reason."""
    verdict, reason = FULL[title]
    return verdict, DIGIT_OF_NO_EMG if reason else None


def protocol(folder: Path) -> Path:
    """The shipped protocol as that of a review of one's own."""
    text = (ROOT / "data" / "emg-nmj-ageing" / "protocol.yaml").read_text(encoding="utf-8")
    before, demo, rest = text.partition("demo: true\n")
    assert demo
    path = folder / "protocol.yaml"
    path.write_text(before + rest[rest.index("\nquestion:") :], encoding="utf-8")
    return path


def pdf(folder: Path) -> Path:
    """A PDF of one page that says something."""
    writer = PdfWriter()
    page = writer.add_blank_page(width=300, height=200)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    stream = DecodedStreamObject()
    stream.set_data(b"BT /F1 12 Tf 20 100 Td (Fewer motor units in old age) Tj ET")
    page[NameObject("/Contents")] = stream
    data = BytesIO()
    writer.write(data)
    path = folder / "full text.pdf"
    path.write_bytes(data.getvalue())
    return path


def by_title(cards: list[dict[str, Any]]) -> dict[str, int]:
    """The record of each title."""
    return {card["title"]: card["record"] for card in cards}
