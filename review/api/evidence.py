"""What of the Python interface asks the evidence: the table, counts by facet, saved queries."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from review import actions
from review.api.opened import Document, Opened, frame

if TYPE_CHECKING:
    import pandas as pd

_WHOLE = ("study_id", "effect", "year", "n")
_LISTS = ("reports",)
_ORDERED = {"risk_of_bias": ["low", "some", "high", "unclear"]}


class Evidence(Opened):
    """What an open review can answer about its evidence."""

    def evidence(
        self,
        where: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        query: str | None = None,
        as_: str | None = None,
        **more: Any,
    ) -> "pd.DataFrame":
        """Return the evidence table: one row an effect of an included study.

        `columns` are names, or ["all"]; `query` is a saved query, which `where` narrows; `more`:
        everything (studies not included too), sort ("year", "-year"), limit, offset. Numbers are
        nullable numbers, text is text, the risk of bias an ordered category.
        """
        if query is not None:
            saved = self.query(query, as_=as_)
            both = [f"({one})" if where else one for one in (saved["where"], where) if one]
            where = " and ".join(both)
            columns = columns or saved["columns"] or None
            more = {"sort": saved["sort"], "everything": saved["everything"]} | more
        found = self._do(actions.evidence, as_, where=where, columns=columns, **more)
        return _typed(frame(found["rows"], [column["name"] for column in found["columns"]]))

    def facets(self, where: str | None = None, *, as_: str | None = None) -> "pd.DataFrame":
        """Return how many studies and effects have each term, and terms below it, as a frame."""
        found = self._do(actions.evidence_counts, as_, where=where)
        rows = [
            {"facet": facet["id"], **{k: term[k] for k in ("code", "label", "studies", "effects")}}
            for facet in found["facets"]
            for term in facet["terms"]
        ]
        return frame(rows, ["facet", "code", "label", "studies", "effects"])

    def evidence_file(
        self, where: str | None = None, *, format: str, as_: str | None = None, **more: Any
    ) -> bytes:
        """Return the table as a file: csv, xlsx, json, md or docx; `more`: columns, sort."""
        return bytes(self._do(actions.evidence_file, as_, where=where, format=format, **more))

    def queries(self, *, retired: bool = False, as_: str | None = None) -> "pd.DataFrame":
        """Return the saved queries and how much each finds now."""
        found = self._do(actions.queries, as_, retired=retired)
        names = ("query", "name", "where", "studies", "effects", "sort", "view", "note")
        more = ("saved_by", "saved", "changed_by", "changed", "retired", "fault")
        return frame(found, [*names, *more])

    def query(self, name: str, *, as_: str | None = None) -> Document:
        """Return one saved query, with its history."""
        return dict(self._do(actions.query, as_, name))

    def save_query(
        self, name: str, where: str | None = None, *, as_: str | None = None, **more: Any
    ) -> Document:
        """Save a question; `more`: columns, sort, everything, view, note, replace."""
        return dict(self._do(actions.save_query, as_, name, where=where, **more))

    def rename_query(self, name: str, to: str, *, as_: str | None = None) -> Document:
        """Give a saved query another name."""
        return dict(self._do(actions.rename_query, as_, name, to))

    def retire_query(self, name: str, *, back: bool = False, as_: str | None = None) -> Document:
        """Retire a saved query, or bring it back."""
        return dict(self._do(actions.retire_query, as_, name, back=back))


def _numbers(cells: "pd.Series[Any]") -> bool:
    """Whether a column holds numbers and nothing else, as the values of groups may."""
    filled = [cell for cell in cells if cell not in ("", None)]
    return bool(filled) and all(isinstance(cell, int | float) for cell in filled)


def _typed(table: "pd.DataFrame") -> "pd.DataFrame":
    """Give each column of the table the type of what it holds."""
    import pandas as pd

    for name in table.columns:
        if name in _WHOLE:
            table[name] = pd.to_numeric(table[name].replace("", None)).astype("Int64")
        elif name in _ORDERED:
            kind = pd.CategoricalDtype(_ORDERED[name], ordered=True)
            table[name] = table[name].replace("", None).astype(kind)
        elif _numbers(table[name]):
            table[name] = pd.to_numeric(table[name].replace("", None)).astype("Float64")
        elif name not in _LISTS:
            table[name] = table[name].astype("string")
    return table
