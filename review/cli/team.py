"""Commands about members: add, list, roles, deactivate, reactivate, password."""

import sys
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import table
from review.cli.root import member
from review.cli.session import MaybeAs, Session, command

Name = Annotated[str, typer.Argument(metavar="NAME")]
Roles = Annotated[
    list[str],
    typer.Option("--role", help="owner, reviewer, adjudicator, extractor or viewer; repeatable."),
]


def _line(found: dict[str, Any]) -> str:
    state = "" if found["active"] else " (has left)"
    return f"{found['name']}: {', '.join(found['roles']) or 'no role'}{state}."


@command(member, "add")
def add(session: Session, name: Name, role: Roles, as_: MaybeAs = None) -> None:
    """Add a member, or give one further roles."""
    found = actions.add_member(session.db, session.who(as_), name, role)
    session.show(found, _line(found))


@command(member, "list")
def listed(session: Session, as_: MaybeAs = None) -> None:
    """Show the team."""
    found = actions.members(session.db, session.who(as_))
    rows = [(one["name"], one["roles"], one["active"]) for one in found]
    session.show(found, table(("name", "roles", "active"), rows))


@command(member, "roles")
def roles(session: Session, name: Name, role: Roles, as_: MaybeAs = None) -> None:
    """Give a member exactly these roles."""
    found = actions.set_roles(session.db, session.who(as_), name, role)
    session.show(found, _line(found))


@command(member, "deactivate")
def deactivate(session: Session, name: Name, as_: MaybeAs = None) -> None:
    """Let a member go; every vote stays."""
    found = actions.deactivate(session.db, session.who(as_), name)
    session.show(found, _line(found))


@command(member, "reactivate")
def reactivate(session: Session, name: Name, as_: MaybeAs = None) -> None:
    """Take back a member who had left."""
    found = actions.reactivate(session.db, session.who(as_), name)
    session.show(found, _line(found))


@command(member, "password")
def password(session: Session, name: Name, as_: MaybeAs = None) -> None:
    """Set a member's password for the app: typed twice, or one line of standard input."""
    if sys.stdin.isatty():
        word = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        word = sys.stdin.readline().rstrip("\r\n")
    found = actions.set_password(session.db, session.who(as_), name, word)
    session.show(found, f"The password of {found['member']} is set.")
