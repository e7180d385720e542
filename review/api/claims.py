"""What of the Python interface weighs claims and tells the review to others."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from review import actions
from review.api.opened import Document, Opened, frame
from review.reporting.claims_out import claim_rows

if TYPE_CHECKING:
    import pandas as pd


class Claims(Opened):
    """What an open review can do with claims, and the documents beside its evidence."""

    def claims(self, *, retired: bool = False, as_: str | None = None) -> "pd.DataFrame":
        """Return one row a claim and population: verdict, counts of families, what changed."""
        return frame(claim_rows(self._do(actions.claims, as_, retired=retired)))

    def claim(self, id: str, *, as_: str | None = None) -> Document:
        """Return one claim: groups with counts and `where`, the families behind, its history."""
        return dict(self._do(actions.claim, as_, id))

    def add_claim(self, id: str, *, as_: str | None = None, **given: Any) -> Document:
        """Add a claim: text, scope, supports, contradicts; maybe topic, sources, note."""
        return dict(self._do(actions.add_claim, as_, id, **given))

    def add_claims(self, path: Path | str, *, as_: str | None = None) -> Document:
        """Add the claims of a YAML file; return the ids added, reworded and unchanged."""
        file = Path(path)
        text = file.read_text(encoding="utf-8-sig")
        return dict(self._do(actions.add_claims, as_, text, name=file.name))

    def reword_claim(self, id: str, *, as_: str | None = None, **given: Any) -> Document:
        """Put a new version of a claim in force; what is not given stays. Also `why`."""
        return dict(self._do(actions.reword_claim, as_, id, **given))

    def retire_claim(self, id: str, *, why: str = "", as_: str | None = None) -> Document:
        """Give up a claim; its history stays."""
        return dict(self._do(actions.retire_claim, as_, id, why=why))

    def read_claim(self, id: str, *, as_: str) -> Document:
        """Note that a member has read a claim: later changes are told from here."""
        return dict(self._do(actions.read_claim, as_, id))

    def mechanisms(self, *, as_: str | None = None) -> Document:
        """Return the map of mechanisms: boxes, links with the studies behind them, drawings."""
        return dict(self._do(actions.mechanisms, as_))

    def plain_summary(self, *, format: str | None = None, as_: str | None = None) -> Any:
        """Return the summary for everybody; with a format (html, md, text) as bytes."""
        if format is not None:
            return self._do(actions.plain_summary_file, as_, format=format)
        return self._do(actions.plain_summary, as_)

    def published_review(self, *, as_: str | None = None) -> Document:
        """Return what is known of the published review; None for what was not reported."""
        return dict(self._do(actions.published_review, as_))

    def questions(self, *, as_: str | None = None) -> "pd.DataFrame":
        """Return the questions this review answers, with page and command."""
        return frame(self._do(actions.questions, as_))

    def put_writing(self, kind: str, path: Path | str, *, as_: str | None = None) -> Document:
        """Put a document in place: plain-summary, mechanisms, published-review or questions."""
        file = Path(path)
        text = file.read_text(encoding="utf-8-sig")
        return dict(self._do(actions.put_writing, as_, kind, text, name=file.name))
