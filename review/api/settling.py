"""What of the Python interface settles, measures and amends: conflicts, agreement, the protocol."""

from pathlib import Path
from typing import Any

from review import actions
from review.api.opened import Document, Opened


class Settling(Opened):
    """What an open review can do about conflicts, agreement and its protocol."""

    def conflicts(
        self, stage: str | None = None, *, as_: str | None = None, **page: Any
    ) -> list[Document]:
        """Return what waits for a third person; `page`: limit, offset."""
        return list(self._do(actions.conflicts, as_, stage, **page))

    def conflict(self, record: int, *, stage: str, as_: str | None = None) -> Document:
        """Return one conflict, with the votes once the caller has judged it blind."""
        return dict(self._do(actions.conflict, as_, record, stage=stage))

    def rule_reasons(self, *, as_: str | None = None, **more: Any) -> Document:
        """Settle conflicts of reasons by the protocol's order; `more`: stage, dry_run."""
        return dict(self._do(actions.rule_reasons, as_, **more))

    def rulings(self, stage: str, *, as_: str | None = None, **page: Any) -> Document:
        """Return how conflicts were settled, newest first; `page`: limit, offset."""
        return dict(self._do(actions.rulings, as_, stage, **page))

    def anatomy(self, stage: str, *, as_: str | None = None) -> Document:
        """Return what conflicts are made of: pairs, reasons, who said what."""
        return dict(self._do(actions.anatomy, as_, stage))

    def overturns(self, stage: str, *, as_: str | None = None) -> Document:
        """Return whose votes rulings overturned, once the stage is closed."""
        return dict(self._do(actions.overturns, as_, stage))

    def close_stage(
        self, stage: str, *, why: str, closed: bool = True, as_: str | None = None
    ) -> Document:
        """Declare a stage closed, or open again."""
        return dict(self._do(actions.close_stage, as_, stage, why=why, closed=closed))

    def judge(self, record: int, verdict: str, *, as_: str, stage: str, **more: Any) -> Document:
        """Judge a conflict blind, then see the votes; `more`: reason, note."""
        return dict(self._do(actions.judge, as_, record, verdict, stage=stage, **more))

    def rule(self, record: int, verdict: str, *, as_: str, stage: str, **more: Any) -> Document:
        """Settle a conflict; `more`: reason, note, key."""
        return dict(self._do(actions.rule, as_, record, verdict, stage=stage, **more))

    def discuss(self, record: int, verdict: str, *, as_: str, stage: str, **more: Any) -> Document:
        """Confirm what was agreed in discussion; `more`: reason, note."""
        return dict(self._do(actions.discuss, as_, record, verdict, stage=stage, **more))

    def reopen(self, record: int, *, stage: str, why: str, as_: str | None = None) -> Document:
        """Begin a new round on a record."""
        return dict(self._do(actions.reopen, as_, record, stage=stage, why=why))

    def agreement(
        self,
        stage: str | None = None,
        *,
        pair: str | None = None,
        by: str = "pair",
        as_: str | None = None,
    ) -> list[Document]:
        """Return agreement with intervals; `by`: pair, criterion, time (or week), hundred."""
        return list(self._do(actions.agreement, as_, stage=stage, pair=pair, by=by))

    def amend(
        self, protocol: Path | str, *, change: str, as_: str | None = None, **more: Any
    ) -> Document:
        """Put a new protocol version in force; `change` is clarify, narrow or broaden.

        `more`: note (why), criteria, stage, citing, sample, dry_run.
        """
        return dict(self._do(actions.amend, as_, Path(protocol), change=change, **more))

    def amendments(self, *, as_: str | None = None) -> list[Document]:
        """Return every amendment, with what was screened again and the text for PRISMA 24c."""
        return list(self._do(actions.amendments, as_))

    def highlight(self, *, as_: str | None = None) -> Document:
        """Return the terms marked while screening."""
        return dict(self._do(actions.highlight, as_))

    def mark_term(
        self, term: str, *, include: bool, remove: bool = False, as_: str | None = None
    ) -> Document:
        """Have a term marked for inclusion or exclusion, or no longer."""
        return dict(self._do(actions.mark_term, as_, term, include=include, remove=remove))
