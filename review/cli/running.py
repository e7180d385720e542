"""Commands that make, open, prove and serve a review: demo, init, serve, verify, backup."""

import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from review.cli.lazily import actions
from review.cli.printing import progressing, table
from review.cli.root import root
from review.cli.session import MaybeAs, Session, command
from review.errors import Refused
from review.vocab import Channel

Port = Annotated[int, typer.Option(min=1, max=65535, help="The port of the app.")]
Address = Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for a team.")]


@command(root, "demo")
def demo(
    session: Session,
    port: Port = 8501,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Only make the review.")] = False,
) -> None:
    """Make the shipped review in the database, and open the app."""
    if not no_serve:
        _refuse_busy(port, "localhost")
    with progressing("Making the demonstration", quiet=session.as_json) as progress:
        db = actions.demo(session.url, channel=Channel.CLI, progress=progress)
    about = actions.about(db)
    db.close()
    url = None if no_serve else f"http://localhost:{port}"
    document = {"database": session.url, "title": about["title"], "notice": about["notice"]}
    session.show(
        document | {"url": url},
        f"{about['title']}\n{about['notice']}",
        f"Open {url} and sign in by one click; stop with Ctrl+C."
        if url
        else "It is made; open it with 'review serve'.",
    )
    if not no_serve:
        _serve(session, port, "localhost")


@command(root, "init")
def init(
    session: Session,
    protocol: Annotated[
        Path | None, typer.Argument(metavar="[PROTOCOL.yaml]", help="Else a commented default.")
    ] = None,
) -> None:
    """Make a new, empty review from a protocol."""
    db = actions.init(session.url, protocol, channel=Channel.CLI)
    about = actions.about(db)
    db.close()
    document = {"database": session.url, "title": about["title"], "version": about["version"]}
    session.show(
        document,
        f"Made the review '{about['title']}'.",
        "Next: review member add NAME --role owner --role reviewer",
    )


@command(root, "serve")
def serve(session: Session, port: Port = 8501, address: Address = "localhost") -> None:
    """Serve the app of this review."""
    about = actions.about(session.db)
    _refuse_busy(port, address)
    url = f"http://{address}:{port}"
    session.show(
        {"database": session.url, "title": about["title"], "url": url},
        f"{about['title']}: open {url}; stop with Ctrl+C.",
    )
    _serve(session, port, address)


def _serve(session: Session, port: int, address: str) -> None:
    os.environ["REVIEW_DATABASE"] = session.url
    sys.stdout.flush()
    # the app is a program of its own, not a part of the command line
    serving = [sys.executable, "-m", "review.ui.server", str(port), address]
    os.execv(sys.executable, serving)  # noqa: S606 (no shell: nothing of a user is in it)


def _refuse_busy(port: int, address: str) -> None:
    """Refuse a port that is taken before anything is made or announced."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            reason = error.strerror or "it cannot be used"
            raise Refused(
                f"Port {port} of {address} is not free ({reason}); choose another --port."
            ) from None


@command(root, "verify")
def verify(session: Session, as_: MaybeAs = None) -> None:
    """Prove that projections are what the facts give, the ledger is whole, PRISMA adds up."""
    with progressing("Verifying", quiet=session.as_json) as progress:
        found = actions.verify(session.db, session.who(as_), progress=progress)
    rows = [("ok" if c["ok"] else "WRONG", c["name"], c["detail"]) for c in found["checks"]]
    session.show(found, table(("", "check", "detail"), rows))
    if not found["ok"]:
        wrong = ", ".join(check["name"] for check in found["checks"] if not check["ok"])
        raise Refused(f"The review does not verify: {wrong}.")


@command(root, "rebuild")
def rebuild(session: Session, as_: MaybeAs = None) -> None:
    """Make the projections anew from the facts, where they do not verify; no fact is touched."""
    with progressing("Rebuilding", quiet=session.as_json) as progress:
        found = actions.rebuild(session.db, session.who(as_), progress=progress)
    session.show(found, f"Made anew from the facts: {', '.join(found['rebuilt'])}.")


@command(root, "backup")
def backup(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    as_: MaybeAs = None,
) -> None:
    """Copy the whole review to a new file, while work goes on.

    SQLite: a copy of the database. PostgreSQL: a bundle, which either engine reads.
    """
    found = actions.backup(session.db, session.who(as_), file)
    session.show(found, f"{found['file']} holds the review ({found['bytes']:,} bytes).")


@command(root, "restore")
def restore(session: Session, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Bring a review back from a backup, once it is proved whole."""
    with progressing("Restoring", quiet=session.as_json) as progress:
        found = actions.restore_backup(session.url, session.who(), file, told=progress)
    session.show(found, f"The review is back in {found['database']}.")


@command(root, "import-bundle")
def import_bundle(session: Session, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Make a whole review from one file, once every digest and sum in it holds.

    `review export bundle --output FILE` writes it. Members set their passwords anew.
    """
    with progressing("Reading the bundle", quiet=session.as_json) as progress:
        found = actions.import_bundle(session.url, session.who(), file, told=progress)
    session.show(
        found,
        f"{found['title']} is in {found['database']}; the ledger ends at {found['head']['hash']}.",
    )
