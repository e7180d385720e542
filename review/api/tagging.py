"""What of the Python interface is about the codebook, suggested terms and two people's tags."""

from collections.abc import Sequence
from typing import Any

from review import actions
from review.api.opened import Document, Opened


class Tagging(Opened):
    """What an open review can do about its codebook and its tags."""

    def codebook_versions(self, *, as_: str | None = None) -> list[Document]:
        """Return every version of the codebook: when, by whom, and what changed."""
        return list(self._do(actions.codebook_versions, as_))

    def codebook_uses(self, *, as_: str | None = None) -> dict[str, dict[str, int]]:
        """Return how often each term is in use, by code: tags at each level, terms in forms."""
        return dict(self._do(actions.codebook_uses, as_))

    def rename_term(self, term: str, *, as_: str | None = None, **more: Any) -> Document:
        """Rename a term, with its tags; `more`: label, code, definition, note, dry_run."""
        return dict(self._do(actions.rename_term, as_, term, **more))

    def merge_terms(self, term: str, into: str, *, as_: str | None = None, **more: Any) -> Document:
        """Have a term go up in another, with its tags; `more`: note, dry_run."""
        return dict(self._do(actions.merge_terms, as_, term, into, **more))

    def move_term(
        self, term: str, *, under: str | None = None, as_: str | None = None, **more: Any
    ) -> Document:
        """Put a term under another, or at the top of its facet; `more`: note, dry_run."""
        return dict(self._do(actions.move_term, as_, term, under=under, **more))

    def add_term(
        self, facet: str, code: str, *, label: str, as_: str | None = None, **more: Any
    ) -> Document:
        """Add a term to a facet; `more`: definition, under, note, dry_run."""
        return dict(self._do(actions.add_term, as_, facet, code, label=label, **more))

    def retire_term(
        self, term: str, *, back: bool = False, as_: str | None = None, **more: Any
    ) -> Document:
        """Have a term put on nothing more, or bring it back; `more`: note, dry_run."""
        return dict(self._do(actions.retire_term, as_, term, back=back, **more))

    def split_term(
        self, term: str, into: Sequence[str], *, as_: str | None = None, **more: Any
    ) -> Document:
        """Split a term ("last=Label" each), or have one former code back; `more`: note, dry_run."""
        return dict(self._do(actions.split_term, as_, term, into, **more))

    def suggest(
        self, record: int | str, *, answered: bool = False, as_: str | None = None
    ) -> list[Document]:
        """Return the terms that the words of a record (or of "study:3") suggest."""
        return list(self._do(actions.suggest, as_, record, answered=answered))

    def answer_suggestion(
        self,
        record: int,
        codes: str | Sequence[str],
        *,
        confirm: bool,
        as_: str,
        target: str | None = None,
    ) -> Document:
        """Confirm suggested terms, which puts them, or reject them."""
        some = [codes] if isinstance(codes, str) else list(codes)
        return dict(
            self._do(actions.answer_suggestion, as_, record, some, confirm=confirm, target=target)
        )

    def tagging_queue(self, *, as_: str | None = None) -> list[Document]:
        """Return the studies by what waits for the caller."""
        return list(self._do(actions.tagging_queue, as_))

    def tagging_done(self, target: str | int, *, as_: str, **more: Any) -> Document:
        """Say that one is done tagging a target; `more`: undo, whole."""
        return dict(self._do(actions.tagging_done, as_, str(target), **more))

    def compare_tags(self, target: str | int, *, as_: str | None = None) -> Document:
        """Return what two taggers put on a target, facet by facet."""
        return dict(self._do(actions.compare_tags, as_, str(target)))

    def judge_tags(
        self, target: str | int, facet: str, codes: Sequence[str], *, as_: str, note: str = ""
    ) -> Document:
        """Say what one would put of a facet in which two differ, then see theirs."""
        return dict(self._do(actions.judge_tags, as_, str(target), facet, list(codes), note=note))

    def settle_tags(
        self, target: str | int, facet: str, codes: Sequence[str], *, as_: str, note: str = ""
    ) -> Document:
        """Settle a facet in which two taggers differ; an empty list says that no term stands."""
        return dict(self._do(actions.settle_tags, as_, str(target), facet, list(codes), note=note))

    def discuss_tags(
        self, target: str | int, facet: str, codes: Sequence[str], *, as_: str, note: str = ""
    ) -> Document:
        """Confirm what the two taggers agreed on; once both have, it is settled."""
        return dict(self._do(actions.discuss_tags, as_, str(target), facet, list(codes), note=note))

    def reopen_tags(self, target: str | int, *, why: str, as_: str | None = None) -> Document:
        """Begin a new round on a target that two have tagged."""
        return dict(self._do(actions.reopen_tags, as_, str(target), why=why))

    def agreement_on_tags(self, *, terms: bool = False, as_: str | None = None) -> list[Document]:
        """Return agreement of taggers by level, facet and pair; `terms` adds each term."""
        return list(self._do(actions.agreement_on_tags, as_, terms=terms))
