"""Claims, the map of mechanisms and the summary for everybody, used in a browser."""

import re

import pytest
from playwright.sync_api import expect

from review import actions
from tests.conftest import HOLDER

pytestmark = pytest.mark.slow


def test_a_definition_shows_on_hover_on_tap_and_by_keyboard_and_goes_with_escape(visit):
    page = visit("Viewer", "plain-summary")
    term = page.get_by_role("button", name="sarcopenia", exact=True).first
    tip = page.get_by_role("tooltip").filter(has_text="Loss of muscle and strength").first
    expect(term).to_be_visible()
    expect(tip).to_be_hidden()
    term.hover()
    expect(tip).to_be_visible()
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()
    term.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    term.click()
    expect(term).to_have_attribute("aria-expanded", "true")
    expect(tip).to_be_visible()
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.get_by_role("link", name="59", exact=True).click()
    expect(page).to_have_url(re.compile(r"evidence\?where=population"))
    page.go_back()
    page.get_by_role("tab", name="The published review").click()
    expect(page.get_by_text("not reported in the sources").first).to_be_visible()
    expect(page.get_by_text("53", exact=True)).to_be_visible()


def test_an_arrow_of_the_map_opens_its_studies_by_keyboard_wide_and_narrow(visit):
    page = visit("Viewer", "mechanisms")
    arrow = page.get_by_role("button", name=re.compile("^Motor neuron → Sarcopenia"))
    expect(arrow).to_be_visible()
    arrow.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Its 3 effects in the evidence")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 900})
    none = page.get_by_role("button", name=re.compile("^Blood supply: .* no study here"))
    expect(none).to_be_visible()
    assert none.bounding_box()["x"] + none.bounding_box()["width"] <= 390
    none.click()
    expect(page.get_by_text("The supply of blood to nerve and muscle fails first")).to_be_visible()


def test_a_claim_opens_the_rows_of_a_number_and_says_when_new_evidence_changed_it(visit, demo):
    page = visit("Owner", "claims?claim=unsteady-junction")
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_text("History (3)")).to_be_visible()  # added, read, and read again
    study = actions.studies(demo, HOLDER)[0]
    form = {
        "study": {"population": ["pop.human"], "primary": "pop.human", "species": ["sp.human"]},
        "effects": [{"outcome": "out.nmj.jitter", "contrast": "con.age", "muscle": ["mus.leg.ta"],
                     "direction": "dir.decrease", "emg_method": ["emg.sfemg"],
                     "source": {"page": "1"}}],
    }  # fmt: skip
    actions.extract(demo, HOLDER, f"study:{study['study']}", form)
    page.reload()
    changed = page.get_by_text(re.compile(r"reading by Owner\): Human: 1 study more contradicts"))
    expect(changed).to_be_visible()
    page.get_by_role("link", name="1 contradict").click()
    expect(page).to_have_url(re.compile(r"evidence\?where="))
    expect(page.get_by_text(re.compile("1 effect of 1 study"))).to_be_visible()
