"""One page opened alone, without a browser, as the app would draw it for a member."""

from streamlit.testing.v1 import AppTest


def _script(url: str, module: str, name: str, parameters: dict[str, str]) -> None:
    """Run one page alone, as the app would for this member."""
    # Streamlit runs the body as a script of its own, so it imports what it needs
    import os
    from importlib import import_module

    import streamlit as st

    from review import actions
    from review.ui import session
    from review.vocab import Channel, Role

    os.environ["REVIEW_DATABASE"] = url
    db = session.database()
    holder = actions.Caller(None, Channel.APP)
    member = next(m for m in actions.members(db, holder) if m["name"] == name)
    st.query_params.update(parameters)
    who = session.SignedIn(member["id"], name, frozenset(Role(r) for r in member["roles"]))
    import_module(f"review.ui.pages.{module}").page(db, who)


def alone(url: str, module: str, name: str, **parameters: str) -> AppTest:
    args = (url, module, name, parameters)
    return AppTest.from_function(_script, args=args, default_timeout=60).run()
