"""Decides what is taken from a PDF: run in a process of its own, with little time and memory.

A PDF comes from outside and may be made to hang or to fill the memory of whoever reads it. So it
is read here, by `python pdf_worker.py text SECONDS` or `page N WIDTH`, from standard input; one
JSON document a line on standard output. `review.ingest.pdf` starts this file and judges what it
answers.
"""

import json
import logging
import signal
import sys
import warnings
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

MEMORY = 1 << 30
"""Bytes of address space a reading may take."""
SECONDS = 60
"""Seconds of processor time a reading may take."""
MOST_PAGES = 3000
MOST_ON_A_PAGE = 100_000
MOST_CHARACTERS = 10_000_000
WIDEST = 2000
"""Pixels of the longer side of a page that is drawn."""

# whatever a broken page makes the library stumble over: that page is left out, and named
_BROKEN: tuple[type[BaseException], ...] = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError,
    RuntimeError, MemoryError, OSError, StopIteration, zlib.error,
)  # fmt: skip


def _limit() -> None:
    """Give up memory, time and the right to write files, where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is all there is
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in what takes longer."""

    def late(*_: Any) -> None:
        raise TimeoutError

    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _say(document: dict[str, Any]) -> None:
    print(json.dumps(document), flush=True)


def text(data: bytes, seconds: int) -> None:
    """Print {pages: how many}, then {text} or {left_out} of each page, or only {fault}.

    A page may take `seconds`; it is left out then, and the next is read.
    """
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    broken: tuple[type[BaseException], ...] = (*_BROKEN, PyPdfError, DependencyError)
    try:
        with _within(2 * seconds):
            reader = pypdf.PdfReader(BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                return _say({"fault": "encrypted"})
            pages = len(reader.pages)
    except (DependencyError, FileNotDecryptedError):
        return _say({"fault": "encrypted"})
    except broken as error:
        return _say({"fault": "damaged", "why": f"{type(error).__name__}: {error}"[:300]})
    _say({"pages": pages, "reader": f"pypdf {pypdf.__version__}"})
    left = MOST_CHARACTERS
    for number in range(min(pages, MOST_PAGES)):
        try:
            with _within(seconds):
                found = reader.pages[number].extract_text()
        except broken:
            _say({"left_out": True})
            continue
        found = found[: min(left, MOST_ON_A_PAGE)]
        left -= len(found)
        _say({"text": found.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")})
    return None


def page(data: bytes, number: int, width: int) -> None:
    """Print {pages, width, height, png, words}, the page drawn `width` pixels wide, or {fault}.

    `words` are runs of its text, each [left, top, width, height, text] in parts of the page.
    """
    import pypdfium2  # type: ignore[import-untyped, unused-ignore]

    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
        if not 1 <= number <= pages:
            return _say({"fault": "no such page", "pages": pages})
        one = document[number - 1]
        wide, high = one.get_size()
        scale = min(width / wide, WIDEST / wide, WIDEST / high)
        png = BytesIO()
        one.render(scale=scale).to_pil().save(png, "PNG")
        words = _words(one, wide, high)
    except (pypdfium2.PdfiumError, *_BROKEN) as error:
        return _say({"fault": "damaged", "why": f"{type(error).__name__}: {error}"[:300]})
    drawn = {"width": round(wide * scale), "height": round(high * scale)}
    _say({"pages": pages, **drawn, "png": b64encode(png.getvalue()).decode(), "words": words})
    return None


def _words(one: Any, wide: float, high: float) -> list[list[Any]]:
    if one.get_rotation():  # the boxes of a turned page would lie across its picture
        return []
    shown = one.get_textpage()
    found = []
    for k in range(min(shown.count_rects(), 5000)):
        left, bottom, right, top = shown.get_rect(k)
        # PDFium marks a hyphen at the end of a line by a control character
        said = shown.get_text_bounded(left, bottom, right, top).replace("\x02", "-").strip()
        if said:
            box = (left / wide, 1 - top / high, (right - left) / wide, (top - bottom) / high)
            said = said.encode("utf-8", "replace").decode("utf-8")
            found.append([*(round(part, 5) for part in box), said[:2000]])
    return found


def main() -> None:
    """Read a PDF from standard input, as the arguments say."""
    data = sys.stdin.buffer.read()
    what, *numbers = sys.argv[1:]
    warnings.simplefilter("ignore")
    logging.disable()
    _limit()
    if what == "text":
        text(data, *map(int, numbers))
    else:
        page(data, *map(int, numbers))


if __name__ == "__main__":
    main()
