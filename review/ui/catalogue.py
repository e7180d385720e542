"""Which pages the app has, in the order of the work, and to whom each is listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from review.ui.session import Database, SignedIn
from review.vocab import Role

_EVERYBODY = frozenset(Role)


class PageFunction(Protocol):
    """What a page module's `page` looks like."""

    def __call__(self, db: Database, who: SignedIn) -> None:
        """Draw the page for the member who is signed in."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its module in `review/ui/pages`, its name, icon, and the roles that see it."""

    module: str
    title: str
    icon: str
    roles: frozenset[Role] = _EVERYBODY

    @property
    def path(self) -> str:
        """The page's address below the app's root."""
        return self.module.replace("_", "-")

    def exists(self) -> bool:
        """Whether the module is there."""
        return find_spec(f"review.ui.pages.{self.module}") is not None

    def function(self) -> PageFunction:
        """Import the module and return its `page`."""
        found: PageFunction = import_module(f"review.ui.pages.{self.module}").page
        return found


PAGES = (
    Entry("overview", "Overview", ":material/account_tree:"),
    Entry("searches", "Searches", ":material/search:"),
    Entry("records", "Records", ":material/article:"),
    Entry("duplicates", "Duplicates", ":material/content_copy:"),
    Entry("screen", "Screen", ":material/keyboard:", frozenset({Role.REVIEWER})),
    Entry("list_screen", "Screen in a list", ":material/checklist:", frozenset({Role.REVIEWER})),
    Entry("my_votes", "My votes", ":material/history:", frozenset({Role.REVIEWER})),
    Entry("pilot", "Pilot", ":material/flag:"),
    Entry(
        "conflicts",
        "Conflicts",
        ":material/call_split:",
        frozenset({Role.ADJUDICATOR, Role.OWNER, Role.REVIEWER}),
    ),
    Entry(
        "agreement",
        "Agreement",
        ":material/handshake:",
        frozenset({Role.ADJUDICATOR, Role.OWNER, Role.REVIEWER}),
    ),
    Entry("decisions", "Decisions", ":material/swap_horiz:"),
    Entry(
        "ranking",
        "Ranking and stopping",
        ":material/sort:",
        frozenset({Role.OWNER, Role.ADJUDICATOR}),
    ),
    Entry("full_text", "Full text", ":material/description:"),
    Entry("extract", "Extract", ":material/fact_check:", frozenset({Role.EXTRACTOR, Role.OWNER})),
    Entry("evidence", "Evidence", ":material/table_chart:"),
    Entry("claims", "Claims", ":material/format_quote:"),
    Entry("report", "Report", ":material/summarize:"),
    Entry("protocol", "Criteria and terms", ":material/rule:"),
    Entry("team", "Team and protocol", ":material/group:"),
)


def listed(who: SignedIn, pages: Iterable[Entry] = PAGES) -> list[Entry]:
    """Return the pages that exist and that one of the member's roles sees, in order."""
    return [entry for entry in pages if who.may(*entry.roles) and entry.exists()]
