"""Members: adding them, giving and taking roles, leaving."""

from collections.abc import Sequence
from typing import Any

from review.actions.assign import release
from review.actions.caller import Caller, acting, member_named, writing
from review.errors import BadInput, Refused
from review.store import accounts, people
from review.store.engine import Database
from review.store.people import Member
from review.store.tables.people import MemberEvent
from review.vocab import Role


def _document(member: Member) -> dict[str, Any]:
    return {
        "id": member.id,
        "name": member.name,
        "roles": sorted(role.value for role in member.roles),
        "active": member.active,
    }


def members(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return everybody: id, name, roles, whether still active."""
    with db.read() as conn:
        acting(conn, who, act="see the team")
        return [_document(member) for member in people.members(conn)]


def add_member(db: Database, who: Caller, name: str, roles: Sequence[str]) -> dict[str, Any]:
    """Add a member, or give further roles to the one of that name; return the member.

    BadInput for an empty name or an unknown role; NotAllowed but for owners.
    """
    wanted = [role_named(role) for role in roles]
    if not name.strip() or len(name) > 200:
        raise BadInput("A member needs a name of at most 200 characters.")
    if not wanted:
        raise BadInput(f"Give {name} at least one role: {', '.join(Role)}.")
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="add members")
        known = people.members(write.conn, name=name)
        if known:
            for role in wanted:
                if role not in known[0].roles:
                    people.add_event(write, known[0].id, MemberEvent.GRANT, role)
        else:
            people.add_member(write, name, list(dict.fromkeys(wanted)))
        return _document(people.members(write.conn, name=name)[0])


def set_roles(db: Database, who: Caller, name: str, roles: Sequence[str]) -> dict[str, Any]:
    """Give a member exactly these roles; the last active owner keeps the role of owner."""
    wanted = {role_named(role) for role in roles}
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="change roles")
        member = member_named(write.conn, name)
        if Role.OWNER in member.roles - wanted:
            _another_owner(write.conn, member)
        for role in sorted(wanted - member.roles):
            people.add_event(write, member.id, MemberEvent.GRANT, role)
        for role in sorted(member.roles - wanted):
            people.add_event(write, member.id, MemberEvent.REVOKE, role)
        if Role.REVIEWER in member.roles - wanted:
            release(write, member)
        return _document(people.members(write.conn, name=name)[0])


def deactivate(db: Database, who: Caller, name: str) -> dict[str, Any]:
    """Let a member go: sign-ins end at once, every vote stays and stays attributed.

    What they had still to screen goes back to everybody, or to the rest of a pool or pilot.
    """
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="deactivate members")
        member = member_named(write.conn, name)
        if member.active:
            if Role.OWNER in member.roles:
                _another_owner(write.conn, member)
            # a browser that is signed in opens nothing from now on, and can be told why
            people.add_event(write, member.id, MemberEvent.DEACTIVATE)
            release(write, member)
        return _document(people.members(write.conn, name=name)[0])


def reactivate(db: Database, who: Caller, name: str) -> dict[str, Any]:
    """Take back a member who had left."""
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="reactivate members")
        member = member_named(write.conn, name)
        if not member.active:
            people.add_event(write, member.id, MemberEvent.REACTIVATE)
            accounts.close_sessions(write.conn, member=member.id)  # who comes back signs in anew
        return _document(people.members(write.conn, name=name)[0])


def role_named(text: str) -> Role:
    """Return the role called `text`; BadInput lists the roles."""
    try:
        return Role(text.strip().lower())
    except ValueError:
        raise BadInput(f"'{text}' is no role; roles are: {', '.join(Role)}.") from None


def _another_owner(conn: Any, leaving: Member) -> None:
    others = [
        member
        for member in people.members(conn)
        if member.active and Role.OWNER in member.roles and member.id != leaving.id
    ]
    if not others:
        raise Refused(f"{leaving.name} is the only owner; make somebody else owner first.")
