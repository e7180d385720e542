"""The screening rule worked out on paper: plain counting, sharing no code with the product."""

from dataclasses import dataclass, field

from review.vocab import AgreementPolicy, MaybePolicy, ReasonPolicy, Stage, State, Verdict

TITLES, FULL = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT


@dataclass
class Page:
    """The note of one record at one stage: who says what in this round, and rulings."""

    says: dict = field(default_factory=dict)
    rulings: list = field(default_factory=list)  # (moment, covered records, word)
    round: int = 1
    begun: bool = False  # whether anybody voted at all, even if they took it back


def on_paper(pages, cluster, stage):
    """What is said of a cluster: its words, who says what, and whether a ruling is among them.

    `pages` are by (record, stage). A ruling counts where all it covered is in the cluster.
    """
    words, people, held = [], {}, {}
    for record in sorted(cluster):
        page = pages[record, stage]
        inside = [ruling for ruling in page.rulings if ruling[1] <= cluster]
        if inside:
            moment, _, word = inside[-1]
            held[moment] = word
        else:
            for member, word in page.says.items():
                people.setdefault(member, []).append(word)
                words.append(word)
    return words + list(held.values()), people, bool(held)


def count_up(stage, policy, words, people, ruled):
    """The state as one would work it out on paper from the words said."""
    for_it = [v for v, _ in words if v is Verdict.INCLUDE]
    maybe = [v for v, _ in words if v is Verdict.MAYBE]
    against = [r for v, r in words if v is Verdict.EXCLUDE]
    if stage is TITLES and policy.maybe_policy is MaybePolicy.AS_INCLUDE:
        for_it, maybe = for_it + maybe, []
    torn = False
    for said in people.values():
        kinds = {
            "yes" if v is Verdict.INCLUDE or (v is Verdict.MAYBE and not maybe) else v
            for v, _ in said
        }
        torn = torn or len(kinds) > 1
    if not ruled:
        kind = policy.agreement_policy
        if kind is AgreementPolicy.LIBERAL_ACCELERATED and for_it and not torn:
            return State.INCLUDED
        if len(people) < policy.reviewers_per_record:
            return State.AWAITING if people else State.UNSCREENED
        if torn:
            return State.CONFLICT
        if kind is AgreementPolicy.SAFETY_FIRST and for_it and not maybe:
            return State.INCLUDED
    if maybe or (for_it and against):
        return State.CONFLICT
    if for_it:
        return State.INCLUDED
    named = {reason for reason in against if reason}
    waits = stage is FULL and policy.reason_policy is ReasonPolicy.CONFLICT
    return State.REASON_CONFLICT if waits and len(named) > 1 else State.EXCLUDED
