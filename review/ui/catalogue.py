"""Which pages the app has, by section in the order of the work, and to whom each is listed."""

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


_EXTRACTING = frozenset({Role.EXTRACTOR, Role.REVIEWER, Role.ADJUDICATOR, Role.OWNER})
_SETTLING = frozenset({Role.ADJUDICATOR, Role.OWNER, Role.REVIEWER})
_RANKING = frozenset({Role.OWNER, Role.ADJUDICATOR})
_REVIEWING = frozenset({Role.REVIEWER})

# in the order of the work; the first section needs no heading
SECTIONS = {
    "": (Entry("overview", "Overview", ":material/account_tree:"),),
    "Records": (
        Entry("searches", "Searches", ":material/search:"),
        Entry("records", "Records", ":material/article:"),
        Entry("duplicates", "Duplicates", ":material/content_copy:"),
    ),
    "Screening": (
        Entry("screen", "Screen", ":material/keyboard:", _REVIEWING),
        Entry("list_screen", "Screen in a list", ":material/checklist:", _REVIEWING),
        Entry("my_votes", "My votes", ":material/history:", _REVIEWING),
        Entry("pilot", "Pilot", ":material/flag:"),
        Entry("conflicts", "Conflicts", ":material/call_split:", _SETTLING),
        Entry("agreement", "Agreement", ":material/handshake:", _SETTLING),
        Entry("decisions", "Decisions", ":material/swap_horiz:"),
        Entry("ranking", "Ranking and stopping", ":material/sort:", _RANKING),
    ),
    "Studies": (
        Entry("full_text", "Full text", ":material/description:"),
        Entry("studies", "Studies", ":material/group_work:"),
        Entry("tags", "Tags", ":material/sell:", _EXTRACTING),
        Entry("extract", "Extract", ":material/fact_check:", _EXTRACTING),
        Entry("risk_of_bias", "Risk of bias", ":material/traffic:"),
    ),
    "Evidence": (
        Entry("evidence", "Evidence", ":material/table_chart:"),
        Entry("pictures", "Pictures", ":material/bubble_chart:"),
        Entry("synthesis", "Synthesis", ":material/balance:"),
        Entry("certainty", "Certainty", ":material/verified:"),
        Entry("claims", "Claims", ":material/format_quote:"),
        Entry("mechanisms", "Mechanisms", ":material/hub:"),
        Entry("plain_summary", "For everyone", ":material/menu_book:"),
    ),
    "The review": (
        Entry("report", "Report", ":material/summarize:"),
        Entry("codebook", "Codebook", ":material/list_alt:"),
        Entry("protocol", "Criteria and terms", ":material/rule:"),
        Entry("team", "Team and protocol", ":material/group:"),
    ),
}
PAGES = tuple(entry for section in SECTIONS.values() for entry in section)


def listed(who: SignedIn, pages: Iterable[Entry] = PAGES) -> list[Entry]:
    """Return the pages that exist and that one of the member's roles sees, in order."""
    return [entry for entry in pages if who.may(*entry.roles) and entry.exists()]
