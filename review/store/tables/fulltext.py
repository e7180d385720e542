"""Reports obtained or not, their documents, and the studies they report."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from review.store.tables.base import Fact, enumeration
from review.vocab import Retrieval


class DocumentRow(Fact, table=True):
    """An attached file, kept in the database so that one file holds the review."""

    __tablename__ = "document"
    name: str
    sha256: str = Field(max_length=64, index=True)
    data: bytes


class RetrievalRow(Fact, table=True):
    """A report was retrieved (attached or linked), or not, with what was tried."""

    __tablename__ = "retrieval"
    record_id: int = Field(foreign_key="record.id", index=True)
    status: Retrieval = Field(sa_type=enumeration(Retrieval, name="status"))
    document_id: int | None = Field(default=None, foreign_key="document.id")
    link: str = ""
    tried: str = ""


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
