"""Terms are renamed, merged, moved, added, retired and split, and no former code is ever lost."""

import re

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from review.errors import BadInput, ProtocolError
from review.protocol import default_text, parse, recoding
from review.protocol.comparison import compare

CODEBOOK = """\
codebook:
  facets:
  # what was measured
  - id: outcome
    label: Outcome
    level: effect
    terms:
    - {code: out.nmj, label: Transmission, cues: ['\\bNMJ\\b']}   # the junction
    - {code: out.nmj.jitter, label: Jitter, definition: Spread of latency, cues: ['\\bjitter\\b']}
    - {code: out.nmj.jiggle, label: Jiggle}
    - {code: out.mu, label: Motor units}
    - {code: out.mu.number, label: Number}

  - id: direction
    label: Direction
    level: effect
    cardinality: one
    terms: [{code: dir.increase, label: Up}, {code: dir.decrease, label: Down}]
  - id: alignment
    label: Meaning
    level: effect
    derived: true
    terms: [{code: aln.worse, label: Worse}]
"""
TEXT = re.sub(r"codebook:\n(.*\n)*", "", default_text()) + CODEBOOK


def codes(text: str) -> list[str]:
    return [term.code for term in parse(text).codebook.facets[0].terms]


def said(text: str, changed: str) -> list[str]:
    return [one.sentence for one in compare(parse(text), parse(changed))]


def test_a_renamed_term_is_found_by_its_former_code_and_takes_what_is_below_along():
    changed = recoding.rename(TEXT, "out.nmj", label="The junction", code="junction").text
    book = parse(changed).codebook
    assert book.current("out.nmj.jitter") == "out.junction.jitter"
    assert book.find("out.nmj").label == "The junction"
    assert book.under("out.nmj") == ("out.junction", "out.junction.jitter", "out.junction.jiggle")
    assert said(TEXT, changed)[:2] == [
        "term out.nmj renamed to out.junction",
        "term out.junction reworded: 'Transmission' is now 'The junction'",
    ]


def test_only_what_is_changed_is_written_anew():
    changed = recoding.rename(TEXT, "jiggle", label="Jiggling").text
    before, after = TEXT.splitlines(), changed.splitlines()
    assert [b for b, a in zip(before, after, strict=True) if a != b] == [
        "    - {code: out.nmj.jiggle, label: Jiggle}"
    ]


def test_a_merged_term_goes_up_in_the_other_with_its_cues_and_its_former_codes():
    once = recoding.rename(TEXT, "jitter", code="jit").text
    changed = recoding.merge(once, "out.nmj.jit", "jiggle").text
    term = parse(changed).codebook.find("out.nmj.jitter")
    assert (term.code, set(term.was)) == ("out.nmj.jiggle", {"out.nmj.jitter", "out.nmj.jit"})
    assert term.cues == (r"\bjitter\b",)
    assert said(once, changed)[0] == "term out.nmj.jit (Jitter) merged into out.nmj.jiggle (Jiggle)"


def test_what_stood_under_a_merged_term_stands_under_the_other():
    changed = recoding.merge(TEXT, "out.nmj", "out.mu").text
    assert codes(changed) == ["out.mu.jitter", "out.mu.jiggle", "out.mu", "out.mu.number"]
    assert parse(changed).codebook.current("out.nmj.jitter") == "out.mu.jitter"


def test_a_moved_term_stands_elsewhere_under_a_new_code():
    changed = recoding.move(TEXT, "jitter", under="out.mu").text
    assert parse(changed).codebook.current("out.nmj.jitter") == "out.mu.jitter"
    top = recoding.move(changed, "out.mu.jitter", under=None).text
    term = parse(top).codebook.find("out.nmj.jitter")
    assert (term.code, term.was) == ("out.jitter", ("out.nmj.jitter", "out.mu.jitter"))
    assert said(changed, top) == ["term out.mu.jitter moved to out.jitter"]


def test_a_merge_is_turned_back_with_what_the_term_was():
    old = parse(TEXT).codebook
    merged = recoding.merge(TEXT, "jitter", "jiggle").text
    apart = recoding.part(merged, [old.find("jitter")]).text
    book = parse(apart).codebook
    assert book.find("jitter") == old.find("jitter")
    assert book.find("jiggle").was == ()


def test_a_split_term_is_retired_above_its_parts():
    changed = recoding.split(TEXT, "jitter", [("needle", "By needle"), ("fine", "Finely")]).text
    book = parse(changed).codebook
    assert book.find("out.nmj.jitter").retired
    assert book.under("jitter")[1:] == ("out.nmj.jitter.needle", "out.nmj.jitter.fine")
    assert parse(recoding.retire(changed, "jitter", back=True).text).codebook.find("jitter").code


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: recoding.rename(t, "jitter", code="jiggle"), "already; merge into it"),
        (lambda t: recoding.rename(t, "jitter", label="Jitter"), "is called so already"),
        (lambda t: recoding.rename(t, "jitter", code="out.mu.jitter"), "move the term instead"),
        (lambda t: recoding.rename(t, "jitter", label="Jiggle"), "label of two terms"),
        (lambda t: recoding.merge(t, "jitter", "jitter"), "into itself"),
        (lambda t: recoding.merge(t, "out.nmj", "jitter"), "stands under out.nmj"),
        (lambda t: recoding.merge(t, "jitter", "dir.increase"), "answers another question"),
        (lambda t: recoding.merge(t, "dir.increase", "dir.decrease"), "read by the product"),
        (lambda t: recoding.merge(t, "jiter", "jiggle"), "did you mean 'jitter'"),
        (lambda t: recoding.move(t, "out.nmj", under="jitter"), "cannot be above it"),
        (lambda t: recoding.move(t, "out.nmj", under=None), "at the top already"),
        (lambda t: recoding.add(t, "outcome", "jitter", label="X", under="out.nmj"), "already"),
        (lambda t: recoding.add(t, "alignment", "x", label="X"), "derived"),
        (lambda t: recoding.retire(t, "jitter", back=True), "is in use already"),
        (lambda t: recoding.split(t, "jitter", [("one", "One")]), "at least two"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(change, why):
    with pytest.raises((BadInput, ProtocolError), match=re.escape(why)) as caught:
        change(TEXT)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{code: out.x, label: X, was: [out.mu]}", "is a term now, so it cannot be what"),
        (
            "{code: out.x, label: X, was: [a.b]}\n    - {code: out.y, label: Y, was: [a.b]}",
            "was already",
        ),
    ],
)
def test_a_former_code_means_one_term_only(line, why):
    text = TEXT.replace("    - {code: out.mu, label", f"    - {line}\n    - {{code: out.mu, label")
    with pytest.raises(ProtocolError, match=why):
        parse(text)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["rename", "merge", "move", "retire", "back", "add", "split"]),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    max_size=10,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_whatever_is_done_every_code_there_ever_was_leads_to_the_term_it_became(steps):
    """Each term carries who it is in its definition; a merge makes it the other."""
    text = TEXT
    for code in codes(text):
        text = recoding.rename(text, code, definition=code).text
    became = {code: code for code in codes(text)}  # who each term has become
    meant = dict(became)  # every code ever in force -> whom it named
    for number, (what, one, two) in enumerate(steps):
        known = codes(text)
        first, second = known[one % len(known)], known[two % len(known)]
        book = parse(text).codebook
        try:
            if what == "rename":
                changed = recoding.rename(text, first, code=f"n{number}").text
            elif what == "merge":
                changed = recoding.merge(text, first, second).text
            elif what == "move":
                changed = recoding.move(text, first, under=second).text
            elif what == "add":
                changed = recoding.add(text, "outcome", f"n{number}", label=f"New {number}").text
                text = recoding.rename(changed, f"out.n{number}", definition=f"n{number}").text
                meant[f"out.n{number}"] = became[f"n{number}"] = f"n{number}"
                continue
            elif what == "split":
                parts = [(f"n{number}a", f"A {number}"), (f"n{number}b", f"B {number}")]
                changed = recoding.split(text, first, parts).text
            else:
                changed = recoding.retire(text, first, back=what == "back").text
        except (BadInput, ProtocolError):
            continue
        if what == "merge":
            after = parse(changed).codebook
            for gone in book.under(first):
                who = book.find(gone).definition
                into = after.find(gone).definition
                became = {w: into if b == who else b for w, b in became.items()}
        text = changed
        for term in parse(text).codebook.facets[0].terms:
            if term.definition:
                meant.setdefault(term.code, term.definition)
    book = parse(text).codebook
    for code, who in meant.items():
        assert book.find(code).definition == became[who], code
