"""What a protocol holds, as types; what one part says of another is checked in checks.py."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, field_validator

from review.errors import BadInput
from review.protocol.appraisal import Appraisal
from review.protocol.codebook import Codebook, Label, Strict, nearest
from review.protocol.extraction import ExtractionPolicy
from review.protocol.form import Form, form
from review.vocab import AgreementPolicy, MaybePolicy, Order, ReasonPolicy, SearchKind, Stage

ReasonCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)]


class Source(Strict):
    """Where the review searches; `strategy` is the file beside the protocol, or the text."""

    name: Label
    kind: SearchKind = SearchKind.DATABASE
    strategy: str | None = None
    note: str | None = None


class Criterion(Strict):
    """One sentence of the eligibility criteria."""

    code: ReasonCode
    text: Label


class Eligibility(Strict):
    """All of `include` and none of `exclude` makes a report eligible."""

    include: tuple[Criterion, ...] = Field(min_length=1)
    exclude: tuple[Criterion, ...] = ()


class Reason(Strict):
    """Why something is excluded; the order of the list is the order of precedence."""

    code: ReasonCode
    label: Label

    @property
    def last(self) -> str:
        """The last part of the code."""
        return self.code.rpartition(".")[2]


class StagePolicy(Strict):
    """How votes at one stage are added up; the defaults are the design's."""

    reviewers_per_record: int = Field(default=2, ge=1, le=9, strict=True)
    maybe_policy: MaybePolicy = MaybePolicy.AS_INCLUDE
    reason_policy: ReasonPolicy = ReasonPolicy.CONFLICT
    agreement_policy: AgreementPolicy = AgreementPolicy.UNANIMOUS
    adjudicator_may_be_voter: bool = Field(default=False, strict=True)
    order: Order = Order.RANDOM
    seed: int = Field(default=1, ge=0, lt=2**31, strict=True)


class Highlight(Strict):
    """Words marked in a record while screening; a trailing `*` stands for any ending."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


# Reasons at title-abstract are optional, so differing ones never make a conflict.
DEFAULT_POLICIES = {
    Stage.TITLE_ABSTRACT: {"reason_policy": ReasonPolicy.IGNORE.value},
    Stage.FULL_TEXT: {"reason_policy": ReasonPolicy.CONFLICT.value},
}


class Protocol(Strict):
    """One version of a review's protocol."""

    title: Label
    question: dict[str, str] = Field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    eligibility: Eligibility
    reasons: dict[Stage, tuple[Reason, ...]]
    policies: dict[Stage, StagePolicy] = Field(default_factory=dict)
    highlight: Highlight = Highlight()
    codebook: Codebook = Codebook()
    appraisal: Appraisal = Appraisal()
    extraction: ExtractionPolicy = ExtractionPolicy()
    decisions: tuple[Criterion, ...] = ()
    notice: str | None = None
    demo: bool = Field(default=False, strict=True)

    @field_validator("policies", mode="before")
    @classmethod
    def _defaults_by_stage(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {
            stage: {**DEFAULT_POLICIES[Stage(stage)], **policy}
            if stage in set(Stage) and isinstance(policy, Mapping)
            else policy
            for stage, policy in given.items()
        }

    @cached_property
    def form(self) -> Form:
        """The extraction form: the cells of every form, and what `extraction` says of them."""
        return form(self.extraction, self.codebook)

    def policy(self, stage: Stage | str) -> StagePolicy:
        """How votes at a stage are added up: as the protocol says, else the defaults."""
        stage = _stage(stage)
        return self.policies.get(stage) or StagePolicy.model_validate(DEFAULT_POLICIES[stage])

    def reason_order(self, stage: Stage | str) -> tuple[str, ...]:
        """The codes of the reasons for exclusion at a stage, in order of precedence."""
        return tuple(r.code for r in self.reasons.get(_stage(stage), ()))

    def reason(self, stage: Stage | str, text: str) -> Reason:
        """The reason named by code, last part of its code, or label, at a stage.

        Raises BadInput listing the reasons of the stage when it names none, or several.
        """
        stage = _stage(stage)
        known = self.reasons.get(stage, ())
        wanted = " ".join(text.split()).casefold()
        for same in (
            [r for r in known if r.code.casefold() == wanted],
            [r for r in known if r.last.casefold() == wanted],
            [r for r in known if r.label.casefold() == wanted],
        ):
            if len(same) == 1:
                return same[0]
        if not known:
            raise BadInput(f"the protocol has no reasons for exclusion at {stage}")
        hint = nearest(wanted, [w for r in known for w in (r.code, r.last, r.label)])
        codes = ", ".join(r.code for r in known)
        raise BadInput(f"{text!r} is no reason at {stage}{hint}; known: {codes}")


def _stage(stage: Stage | str) -> Stage:
    try:
        return Stage(stage)
    except ValueError:
        raise BadInput(f"there is no stage {stage!r}; known: {', '.join(Stage)}") from None
