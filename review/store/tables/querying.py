"""Questions to the evidence that a team keeps: each saved, changed, renamed or retired."""

from sqlalchemy import JSON
from sqlmodel import Field

from review.store.tables.base import Fact


class SavedQueryRow(Fact, table=True):
    """A question as it was saved or changed; the latest of a `query_id` says.

    The first of a question has no `query_id`; its own number is that of the question. `columns`
    are the columns chosen (none: the usual ones), `sort` the column to sort by (`-year`: from the
    largest), `view` the page the question is for.
    """

    __tablename__ = "saved_query"
    query_id: int | None = Field(default=None, foreign_key="saved_query.id", index=True)
    name: str = Field(max_length=100)
    expression: str = ""
    columns: list[str] = Field(sa_type=JSON)
    sort: str = Field(default="", max_length=100)
    everything: bool = False
    view: str = Field(default="evidence", max_length=30)
    note: str = ""
    retired: bool = False
