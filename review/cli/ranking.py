"""Commands of ranking and of stopping early: rank, stopping, sample, stop, resume."""

import sys
import time
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import literal, table
from review.cli.root import root
from review.cli.session import MaybeAs, Session, command
from review.errors import BadInput

Target = Annotated[float, typer.Option(help="The recall wanted, as a share.")]
Confidence = Annotated[float, typer.Option(help="How sure, as a share.")]
Why = Annotated[str, typer.Option(help="Why; it is kept with the act.")]
_EVERY = 2.0


@command(root, "rank")
def rank(
    session: Session,
    act: Annotated[str, typer.Argument(metavar="on|off|status|run")] = "status",
    keep: Annotated[
        bool,
        typer.Option("--keep", help="With run: train again whenever it is due, until stopped."),
    ] = False,
    as_: MaybeAs = None,
) -> None:
    """Order title-abstract screening by how likely inclusion is; off until turned on."""
    who = session.who(as_)
    if act in {"on", "off"}:
        session.show(*_told(actions.rank_switch(session.db, who, on=act == "on")))
    elif act == "status":
        session.show(*_told(actions.rank_status(session.db, who)))
    elif act == "run" and keep:
        _keep(session, who)
    elif act == "run":
        found = actions.rank_run(session.db, who, tell=_progress)
        trained = found["trained"]
        done = (
            f"Trained on {trained['settled']:,} settled records in {trained['seconds']:.2f} s; "
            f"{trained['scored']:,} records are in order."
            if trained
            else "Nothing to train: too little is new since the last time, or somebody is at it."
        )
        session.show(found, done)
    else:
        raise BadInput(f"'{act}' is no act of ranking; say on, off, status or run.")


def _keep(session: Session, who: Any) -> None:
    """Train whenever it is due, until interrupted; with the ranking off, only look now and then."""
    trainer = actions.RankTrainer(session.db, who, _progress)
    while True:
        if done := trainer.step():
            print(
                f"Model {done['model']}: {done['settled']:,} settled, {done['scored']:,} in order.",
                flush=True,
            )
        time.sleep(_EVERY)


def _progress(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _told(found: dict[str, Any]) -> list[Any]:
    on = "on" if found["on"] else "off: records come in random order"
    lines = [
        f"The ranking is {on}. {found['settled']:,} of {found['records']:,} records are settled, "
        f"{found['included']:,} included."
    ]
    if found["waiting_for"]:
        lines.append(f"It waits for {found['waiting_for']} to be settled.")
    if model := found["model"]:
        state = f"trained in {model['seconds']:.2f} s" if model["finished"] else "in training"
        lines.append(f"Model {model['number']}: {model['trained_on']:,} settled records, {state}.")
    if found["chances"]:
        lines.append("Open records by the model's chance of inclusion:")
        return [found, *lines, table(("chance", "records"), list(found["chances"].items()))]
    return [found, *lines]


@command(root, "stopping")
def stopping(
    session: Session, target: Target = 0.95, confidence: Confidence = 0.95, as_: MaybeAs = None
) -> None:
    """Show what can be said of title-abstract screening if it stopped now, and how surely."""
    found = actions.stopping(session.db, session.who(as_), target=target, confidence=confidence)
    names = ("number", "size", "population", "relevant", "open", "newer")
    lines: list[Any] = [
        f"{found['settled']:,} of {found['records']:,} records are settled, "
        f"{found['included']:,} included; {found['untouched']:,} nobody has voted on.",
        found["statement"]["text"],
    ]
    if found["open"]:
        lines.append(
            f"For a recall of {target:.0%} with {confidence:.0%} confidence the next sample needs "
            f"{found['sample_size']:,} of the {found['open']:,} open records, if none of it is "
            "relevant."
        )
    if found["samples"]:
        lines.append(table(names, ([one[n] for n in names] for one in found["samples"])))
    lines.append(f"Ranked test (a hint, no guarantee): p = {found['ranked_test']:.3f}.")
    lines += [f"Stopped: {one['records']:,} records, {one['why']}" for one in found["stopped"]]
    lines += ["It assumes:", *(f"- {one}" for one in found["assumptions"])]
    lines += ["Its limits:", *(f"- {one}" for one in found["limits"])]
    session.show(found, *(literal(one) if isinstance(one, str) else one for one in lines))


@command(root, "sample")
def sample(
    session: Session,
    size: Annotated[
        int | None, typer.Option(min=1, help="How many; else as many as are needed.")
    ] = None,
    target: Target = 0.95,
    confidence: Confidence = 0.95,
    as_: MaybeAs = None,
) -> None:
    """Draw a random sample of the records not settled; everybody screens it first."""
    found = actions.draw_sample(
        session.db, session.who(as_), size, target=target, confidence=confidence
    )
    session.show(
        found,
        f"Sample {found['sample']}: {found['size']:,} of {found['population']:,} records not "
        "settled, drawn at random; they come first now.",
    )


@command(root, "stop")
def stop(
    session: Session,
    why: Why,
    target: Target = 0.95,
    confidence: Confidence = 0.95,
    as_: MaybeAs = None,
) -> None:
    """Stop title-abstract screening: what nobody has voted on leaves it."""
    found = actions.stop(
        session.db, session.who(as_), why=why, target=target, confidence=confidence
    )
    session.show(
        found,
        f"Stopped: {found['records']:,} records leave the screening, in the flow as marked "
        f"ineligible by automation tools. {found['statement']['text']}",
    )


@command(root, "resume")
def resume(session: Session, why: Why, as_: MaybeAs = None) -> None:
    """Take the last stop back: the records it left out wait again."""
    found = actions.resume(session.db, session.who(as_), why=why)
    session.show(found, f"{found['records']:,} records wait again.")
