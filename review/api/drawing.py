"""What of the Python interface draws: the pictures of the evidence."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review import actions
from review.api.opened import Document, Opened

if TYPE_CHECKING:
    from review.reporting.pictures import Picture


class Drawing(Opened):
    """What an open review can draw."""

    def pictures(self, *, as_: str | None = None) -> list[Document]:
        """Return the pictures there are, each with its choices."""
        return list(self._do(actions.pictures, as_))

    def picture(
        self,
        name: str,
        where: str | None = None,
        *,
        everything: bool = False,
        choices: Mapping[str, str] | None = None,
        as_: str | None = None,
    ) -> "Picture":
        """Return a picture: `chart` (Altair), `rows` (the data behind it), `text`, `note`."""
        more = {"where": where, "everything": everything, "choices": choices}
        found: Picture = self._do(actions.picture, as_, name, **more)
        return found

    def picture_file(
        self,
        name: str,
        file: Path | str,
        where: str | None = None,
        *,
        format: str | None = None,
        as_: str | None = None,
        **more: Any,
    ) -> Path:
        """Write a picture to a file, in the format its name ends in: svg, png, csv, json, md, txt.

        `more`: everything, choices.
        """
        path = Path(file)
        written = format or path.suffix.lstrip(".").lower()
        more["where"] = where
        path.write_bytes(self._do(actions.picture_file, as_, name, written, **more))
        return path
