"""Reports obtained or not, their documents with their text, and the studies they report."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from review.store.tables.base import Fact, enumeration
from review.vocab import Attempt, OpenAccess, PdfText, Retrieval, Tried


class DocumentRow(Fact, table=True):
    """An attached file, kept in the database so that one file holds the review."""

    __tablename__ = "document"
    name: str
    sha256: str = Field(max_length=64, index=True)
    data: bytes


class DocumentTextRow(Fact, table=True):
    """The text of a document, page by page, as `reader` read it; the latest reading speaks.

    A fact and no projection: what a PDF yields depends on the library's version and on the limits
    of time and size under which an untrusted file is read, so another day might not give it again,
    and the pages of quotes were checked against this very text. `note` says what was left out.
    """

    __tablename__ = "document_text"
    document_id: int = Field(foreign_key="document.id", index=True)
    outcome: PdfText = Field(sa_type=enumeration(PdfText, name="outcome"))
    pages: list[str] = Field(sa_type=JSON)
    reader: str = Field(max_length=100)
    note: str = ""


class RetrievalRow(Fact, table=True):
    """A report was retrieved (attached or linked), or not, with what was tried."""

    __tablename__ = "retrieval"
    record_id: int = Field(foreign_key="record.id", index=True)
    status: Retrieval = Field(sa_type=enumeration(Retrieval, name="status"))
    document_id: int | None = Field(default=None, foreign_key="document.id")
    link: str = ""
    tried: str = ""


class AttemptRow(Fact, table=True):
    """A report was sought at one place: on which day, and what came of it."""

    __tablename__ = "attempt"
    record_id: int = Field(foreign_key="record.id", index=True)
    source: Tried = Field(sa_type=enumeration(Tried, name="source"))
    outcome: Attempt = Field(sa_type=enumeration(Attempt, name="outcome"))
    day: str = Field(max_length=10)
    note: str = ""


class OpenCopyRow(Fact, table=True):
    """What a service answered about an open copy of a report, by its DOI; the latest speaks."""

    __tablename__ = "open_copy"
    record_id: int = Field(foreign_key="record.id", index=True)
    doi: str
    service: str
    outcome: OpenAccess = Field(sa_type=enumeration(OpenAccess, name="outcome"))
    url: str = ""
    pdf_url: str = ""
    host: str = ""
    version: str = ""
    licence: str = ""


class StudyRow(Fact, table=True):
    """An investigation; `cohort_family` joins studies that share participants."""

    __tablename__ = "study"
    label: str
    cohort_family: str = ""
    attributes: dict[str, Any] = Field(sa_type=JSON)


class StudyReportRow(Fact, table=True):
    """A report joined to a study, or taken from it; the latest says."""

    __tablename__ = "study_report"
    study_id: int = Field(foreign_key="study.id", index=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    joined: bool = True


class StudyNamingRow(Fact, table=True):
    """What a study is called now, its cohort family and its primary population; the latest says.

    An empty `population` leaves it to the extraction form.
    """

    __tablename__ = "study_naming"
    study_id: int = Field(foreign_key="study.id", index=True)
    label: str
    cohort_family: str = ""
    population: str = ""
    why: str = ""
