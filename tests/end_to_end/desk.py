"""A member of the team at the app: signed in, opening pages, screening from the keyboard."""

from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page, expect

PASSWORD = "correct horse battery"
WAIT = 60_000  # milliseconds; a busy machine is slow, not wrong
KEYS = {"include": "i", "exclude": "e", "maybe": "u"}
Judge = Callable[[str], tuple[str, str | None]]


class Desk:
    """One browser profile in which one member works."""

    def __init__(self, browser: Browser, address: str, name: str) -> None:
        self.name = name
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1400, "height": 900}, base_url=f"{address}/"
        )
        self.context.set_default_timeout(WAIT)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def sign_in(self, path: str = "") -> Page:
        """Sign in with the password and come to the page at `path`."""
        page = self.page
        page.goto(path)
        page.get_by_label("Name").fill(self.name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        see(page.get_by_role("button", name="Sign out"))
        return page

    def open(self, name: str) -> Page:
        """Go to a page by its name in the side bar."""
        bar = self.page.get_by_test_id("stSidebarNav")
        bar.get_by_role("link", name=name, exact=True).click()
        see(self.page.get_by_role("heading", name=name, exact=True))
        return self.page

    def screen(self, judge: Judge, *, n: int) -> list[int]:
        """Judge the next `n` records by their titles, from the keyboard alone; return them.

        `judge` returns a verdict and the digit of a reason, or None.
        """
        judged = []
        page = self.page
        number, title = page.locator(".card .number"), page.locator(".card h2")
        for _ in range(n):
            see(number)
            shown = number.inner_text()
            judged.append(int(shown.removeprefix("record ")))
            verdict, digit = judge(title.inner_text())
            page.keyboard.press(KEYS[verdict])
            if digit is not None:
                see(page.locator(".reasons.asked"))
                page.keyboard.press(digit)
            see(page.locator(".card").filter(has_not_text=shown))
        expect(page.locator(".status")).to_have_text("All saved", timeout=WAIT)
        return judged

    def close(self) -> None:
        """Leave; no script of the app may have failed meanwhile."""
        self.context.close()
        assert self.faults == []


def see(what: object) -> None:
    """Wait until something is in view."""
    expect(what).to_be_visible(timeout=WAIT)  # type: ignore[call-overload]
