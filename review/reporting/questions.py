"""What questions a review answers, and where: the page to open and the command to run."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from review.errors import BadInput, ProtocolError
from review.protocol import parse_as
from review.protocol.codebook import Strict

Words = Annotated[str, Field(min_length=1, max_length=500)]


class Question(Strict):
    """One question, what answers it, the page (with its parameters) and the command."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=20)]
    question: Words
    answer: Words
    page: Annotated[str, Field(pattern=r"^[a-z-]*$", max_length=60)]
    parameters: dict[str, str] = Field(default_factory=dict)
    command: Words


class Questions(Strict):
    """The questions of a review, in the order they are listed."""

    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=200)]


def read_questions(text: str, *, name: str) -> Questions:
    """The questions in a YAML text. BadInput names file, line and key."""
    try:
        return parse_as(Questions, text, name=name, what="a list of questions", check=_faults)
    except ProtocolError as fault:
        raise BadInput(str(fault)) from None


def _faults(given: Questions) -> Iterator[tuple[tuple[str | int, ...], str]]:
    seen: set[str] = set()
    for index, one in enumerate(given.questions):
        if one.id in seen:
            yield ("questions", index, "id"), f"is {one.id!r}, as an earlier question is called"
        seen.add(one.id)
        if not one.command.startswith("review "):
            yield ("questions", index, "command"), "must begin with `review `"


def questions_markdown(questions: Sequence[Question]) -> str:
    """The questions as a Markdown table, for a README."""
    lines = ["| question | page | command |", "| --- | --- | --- |"]
    for one in questions:
        page = one.page.replace("-", " ").capitalize() or "Overview"
        command = one.command.replace("|", "\\|")
        lines.append(f"| {one.question} | {page} | `{command}` |")
    return "\n".join(lines) + "\n"
