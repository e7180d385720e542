"""One run of the app: sign-in first, then the page chosen, under the title, member and notice."""

from functools import partial

import streamlit as st

from review import actions
from review.errors import ReviewError
from review.ui import session
from review.ui.catalogue import PAGES, SECTIONS, Entry, listed
from review.ui.components.account import member_bar, sign_in_form
from review.ui.links import restate_address
from review.ui.session import Database, SignedIn

# a record and its buttons fit on a laptop's screen only without Streamlit's wide upper margin;
# its captions, and its main buttons in the dark, are fainter than WCAG allows
_STYLE = """<style>
.stMainBlockContainer { padding-top: 3.5rem; }
[data-testid="stCaptionContainer"] { opacity: 0.78; }
:is([data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primaryFormSubmit"]):enabled {
  color: light-dark(#ffffff, #10151c);
}
</style>"""


def main() -> None:
    """Draw one run of the app."""
    # an emoji: a Material icon in the tab would be fetched from another host
    st.set_page_config(page_title="Review", page_icon="🔎", layout="wide")
    st.html(_STYLE)
    try:
        db = session.database()
        about = actions.about(db)
        who = session.visitor(db)
    except ReviewError as error:
        st.error(str(error))
        return
    st.set_page_config(page_title=about["title"])
    if who is None:
        _sign_in(db, about["title"], demo=about["demo"], notice=about["notice"])
        return
    _pages(db, who, title=about["title"], notice=about["notice"])


def _pages(db: Database, who: SignedIn, *, title: str, notice: str) -> None:
    entries = listed(who)
    pages = {
        heading: [
            st.Page(
                partial(_draw, db, who, entry),
                title=entry.title,
                icon=entry.icon,
                url_path=entry.path,
                default=entry == entries[0],
                # another member's address, kept open over a change of sign-in, is still a page
                visibility="visible" if entry in entries else "hidden",
            )
            for entry in section
            if entry.exists()
        ]
        for heading, section in SECTIONS.items()
        if entries
    }
    with st.sidebar:
        member_bar(db, who, title=title)
    if notice:
        st.caption(f":material/info: {_plain(notice)}")
    if not pages:
        st.info("None of your roles has a page yet; ask an owner for a role.")
        return
    # all of them in sight: what is folded away is not found
    st.navigation(pages, expanded=True).run()


def _draw(db: Database, who: SignedIn, entry: Entry) -> None:
    if not who.may(*entry.roles):
        st.info(f"{entry.title} is for the role {' or '.join(sorted(entry.roles))}.")
        return
    restate_address()
    try:
        entry.function()(db, who)
    except ReviewError as error:
        st.error(str(error))


def _sign_in(db: Database, title: str, *, demo: bool, notice: str) -> None:
    # every address leads to the form and, once signed in, to the page it names
    pages = [st.Page(_nothing, title="Sign in", url_path=entry.path) for entry in PAGES]
    st.navigation([st.Page(_nothing, title="Sign in", default=True), *pages], position="hidden")
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.title(_plain(title), anchor=False)
        if notice:
            st.caption(f":material/info: {_plain(notice)}")
        sign_in_form(db, demo=demo)


def _nothing() -> None:
    """Stand for a page that is not drawn before sign-in."""


def _plain(text: str) -> str:
    """Escape Markdown, so that a title shows as it was written."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>$~:" else c for c in text)
