"""What the methods section says (PRISMA 2020 items 5 to 9 and 16a), written from facts alone.

A sentence is only written where a fact stands behind it; what is not known is not said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from review.protocol import Protocol, StagePolicy
from review.reporting.boxes import printable
from review.reporting.prisma import Flow
from review.vocab import AgreementPolicy, MaybePolicy, ReasonPolicy, SearchKind, Stage

_STAGES = {Stage.TITLE_ABSTRACT: "title and abstract", Stage.FULL_TEXT: "full text"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PLACES = {
    SearchKind.DATABASE: "database",
    SearchKind.REGISTER: "register",
    SearchKind.WEBSITE: "website",
    SearchKind.ORGANISATION: "organisation",
    SearchKind.CITATION: "citation searching",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDone:
    """One source as it was searched: where, when last (a date), how many records it brought.

    `runs` is how often it was searched, `limits` what the search was limited to, `note` what
    else is to be known of it; `strategy` is whether the strategy is recorded.
    """

    source: str
    kind: SearchKind
    date: str
    records: int
    platform: str = ""
    runs: int = 1
    limits: str = ""
    note: str = ""
    strategy: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningDone:
    """What votes and rulings show of one stage.

    `decided` reports are settled; `independent` of them had the votes the policy asks for, by
    `reviewers` different people in all; `conflicts` were ever in conflict, rulings of each kind
    settled some: `adjudicated` by a third person who judged blind first, `ruled` by one who saw
    the votes, `discussed`, or settled `by_rule`; `waivers` are rulings by one of the two.
    """

    stage: Stage
    decided: int
    independent: int
    reviewers: int
    conflicts: int = 0
    adjudicated: int = 0
    ruled: int = 0
    discussed: int = 0
    by_rule: int = 0
    waivers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsFacts:
    """Everything the methods text is written from."""

    protocol: Protocol
    version: int
    flow: Flow
    searches: Sequence[SearchDone] = ()
    screening: Sequence[ScreeningDone] = ()
    merged_by_rule: int = 0
    merged_by_hand: int = 0
    software: str = ""
    extractors: int = 0
    extracted_studies: int = 0
    amendments: Sequence[str] = field(default=())


def sections(facts: MethodsFacts) -> list[tuple[str, str]]:
    """The methods text by its headings, one an item of PRISMA 2020; those with nothing left out."""
    parts = [
        ("Eligibility criteria (item 5)", _eligibility(facts)),
        ("Information sources (item 6)", _sources(facts)),
        ("Search strategy (item 7)", _strategy(facts)),
        ("Selection process (item 8)", _selection(facts)),
        ("Data collection (item 9)", _extraction(facts)),
        ("Study selection (item 16a)", _flow(facts.flow)),
    ]
    return [(heading, text) for heading, text in parts if text]


def methods(facts: MethodsFacts) -> str:
    """The methods text as Markdown, one heading an item."""
    return "\n".join(f"## {heading}\n\n{text}\n" for heading, text in sections(facts))


def _eligibility(facts: MethodsFacts) -> str:
    criteria = facts.protocol.eligibility
    lines = [f"Criteria of protocol version {facts.version}. A report was eligible if:"]
    lines += [f"- {printable(one.text)} ({one.code})" for one in criteria.include]
    if criteria.exclude:
        lines.append("\nIt was excluded if:")
        lines += [f"- {printable(one.text)} ({one.code})" for one in criteria.exclude]
    if facts.amendments:
        lines.append("\nThe criteria were amended:")
        lines += [f"- {printable(one)}" for one in facts.amendments]
    return "\n".join(lines)


def _sources(facts: MethodsFacts) -> str:
    lines = []
    for search in facts.searches:
        via = f" via {printable(search.platform)}" if search.platform else ""
        runs = "" if search.runs == 1 else f" (searched {_word(search.runs)} times)"
        limits = f"; limits: {printable(search.limits)}" if search.limits else ""
        lines.append(
            f"- {printable(search.source)}{via} ({_PLACES[search.kind]}), "
            f"last searched {search.date}{runs}: {_n(search.records, 'record')}{limits}"
            + (f". {printable(search.note)}" if search.note else "")
        )
    return "\n".join(lines)


def _strategy(facts: MethodsFacts) -> str:
    if not facts.searches:
        return ""
    lacking = [printable(one.source) for one in facts.searches if not one.strategy]
    if len(lacking) == len(facts.searches):
        return ""
    text = "The strategy of each search is given in full, as run, in the search log."
    return text + (f" None is recorded for {', '.join(lacking)}." if lacking else "")


def _selection(facts: MethodsFacts) -> str:
    paragraphs = []
    merged = facts.merged_by_rule + facts.merged_by_hand
    if merged:
        paragraphs.append(
            f"Duplicate records were merged: {facts.merged_by_rule:,} by rule"
            + (f" ({facts.software})" if facts.software else "")
            + f" and {facts.merged_by_hand:,} by a person."
        )
    for done in facts.screening:
        if done.decided:
            policy = facts.protocol.policy(done.stage)
            paragraphs.append(f"{_votes(done, policy)} {_settled(done)} {_policy(policy)}".strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _votes(done: ScreeningDone, policy: StagePolicy) -> str:
    unit = "record" if done.stage is Stage.TITLE_ABSTRACT else "report"
    share = 100 * done.independent / done.decided
    # rounding must never claim all where it was not all
    percent = "100" if done.independent == done.decided else f"{min(share, 99.9):.1f}"
    return (
        f"At {_STAGES[done.stage]}, {done.independent:,} of {_n(done.decided, unit)} decided "
        f"({percent} %) had independent votes of {_word(policy.reviewers_per_record)} of "
        f"{_word(done.reviewers)} reviewers, blind to each other."
    )


def _settled(done: ScreeningDone) -> str:
    if not done.conflicts:
        return "There were no conflicts."
    settled = [
        f"{n:,} {how}"
        for n, how in (
            (done.adjudicated, "by a third person who first judged blind"),
            (done.ruled, "by a third person who saw the votes"),
            (done.discussed, "by discussion"),
            (done.by_rule, "by a stated rule"),
        )
        if n
    ]
    sentence = f"There {'was' if done.conflicts == 1 else 'were'} {_n(done.conflicts, 'conflict')}"
    sentence += f", settled {' and '.join(settled)}." if settled else "."
    if done.waivers:
        sentence += f" {_n(done.waivers, 'ruling')} came from one of the two, by recorded waiver."
    return sentence


def _policy(policy: StagePolicy) -> str:
    said = []
    if policy.agreement_policy is AgreementPolicy.SAFETY_FIRST:
        said.append("One vote to include sufficed to go on.")
    elif policy.agreement_policy is AgreementPolicy.LIBERAL_ACCELERATED:
        said.append("One vote to include sufficed; exclusion needed two.")
    if policy.maybe_policy is MaybePolicy.AS_CONFLICT:
        said.append("A maybe counted as a conflict.")
    if policy.reason_policy is ReasonPolicy.HIERARCHY:
        said.append("Where reasons differed, the first in the protocol's order was taken.")
    return " ".join(said)


def _extraction(facts: MethodsFacts) -> str:
    if not facts.extracted_studies:
        return ""
    people = "one person" if facts.extractors == 1 else f"{_word(facts.extractors)} people"
    return f"Data of {_n(facts.extracted_studies, 'study', 'studies')} were extracted by {people}."


def _flow(flow: Flow) -> str:
    reports = flow.n("included.reports")
    sentences = [
        f"{_n(flow.n('identified'), 'record')} came from databases and registers; "
        f"{flow.n('removed.duplicates'):,} were duplicates. {_n(flow.n('screened'), 'record')} "
        f"entered screening and {flow.n('excluded_title_abstract'):,} were excluded. "
        f"{_n(flow.n('sought'), 'report')} were sought, {flow.n('not_retrieved'):,} not retrieved, "
        f"{flow.n('assessed'):,} assessed and {flow.n('excluded_full_text'):,} excluded."
    ]
    if flow.has_other:
        sentences.append(
            f"Other methods brought {_n(flow.n('other.identified'), 'record')}, of which "
            f"{flow.n('other.sought'):,} were sought as reports not found otherwise."
        )
    sentences.append(
        f"{_n(len(flow.studies['new']), 'study', 'studies')} in {_n(reports, 'report')} "
        "were included."
    )
    if flow.under_way:
        sentences.append("The review is under way; these numbers are not final.")
    return " ".join(sentences)


def _n(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _word(count: int) -> str:
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"
