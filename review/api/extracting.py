"""The part of the Python interface that extracts: forms, comparison, settlement, files."""

from collections.abc import Iterable
from pathlib import Path

from review import actions
from review.api.opened import Document, Opened


class Extracting(Opened):
    """What an open review can do about extraction; `extract` itself is with the rest."""

    def extract_file(
        self, path: Path | str, *, target: str | None = None, as_: str | None = None
    ) -> list[Document]:
        """Give the filled forms of an XLSX, CSV or JSON file, each to its study."""
        file = Path(path)
        given = file.read_bytes(), file.name
        return list(self._do(actions.extract_file, as_, *given, target=target))

    def check_form(
        self, form: Document, *, study: int | None = None, as_: str | None = None
    ) -> Document:
        """Return what a form would be refused for and what is doubtful: {faults, warnings}.

        Its quotes are looked for in the PDFs of `study`.
        """
        return dict(self._do(actions.check_form, as_, form, study=study))

    def convert(self, name: str, **values: float) -> Document:
        """Return what a conversion gives (`convert("ci-to-sd", low=8, high=12, n=25)`)."""
        return dict(actions.convert(name, values))

    def extraction(self, study: int, *, as_: str | None = None) -> Document:
        """Return a study's extraction cell by cell, with sources, who, and how it was agreed."""
        return dict(self._do(actions.extraction, as_, study))

    def extraction_queue(self, *, as_: str | None = None) -> list[Document]:
        """Return every study with how far its extraction is, what waits for the caller first."""
        return list(self._do(actions.extraction_queue, as_))

    def compare_extractions(self, study: int, *, as_: str | None = None) -> Document:
        """Return two extractors' forms side by side, as A and B."""
        return dict(self._do(actions.compare_extractions, as_, study))

    def settle_extraction(
        self,
        study: int,
        choices: Iterable[Document] = (),
        *,
        as_: str,
        rest: str | None = None,
    ) -> Document:
        """Settle where two forms differ; `rest` (A or B) takes a side where no choice is given."""
        return dict(self._do(actions.settle_extraction, as_, study, list(choices), rest=rest))

    def discuss_extraction(self, study: int, *, as_: str) -> Document:
        """Ask to talk one's form over with the other extractor."""
        return dict(self._do(actions.discuss_extraction, as_, study))

    def reopen_extraction(self, study: int, *, why: str, as_: str | None = None) -> Document:
        """Have a study extracted anew."""
        return dict(self._do(actions.reopen_extraction, as_, study, why=why))

    def missing_extractions(
        self, *, study: int | None = None, as_: str | None = None
    ) -> list[Document]:
        """Return what is missing from the extraction of each included study, or of one."""
        return list(self._do(actions.missing_extractions, as_, study=study))

    def extraction_file(
        self, studies: Iterable[int] = (), *, format: str = "xlsx", as_: str | None = None
    ) -> bytes:
        """Return the extractions of studies (all, if none is named) as XLSX, CSV or JSON."""
        return bytes(self._do(actions.extraction_file, as_, list(studies), format=format))
