"""A protocol is read whole or refused in one sentence that names file, line and key."""

import re
import time

import pytest

from review.errors import BadInput, ProtocolError
from review.protocol import Codebook, Protocol, default_text, parse, read
from review.vocab import MaybePolicy, ReasonPolicy, Stage

CODEBOOK = """\
codebook:
  facets:
  - id: outcome
    label: Outcome
    level: effect
    cardinality: one
    terms:
    - {code: out.nmj, label: Transmission}
    - {code: out.nmj.jitter, label: Jitter, impairment: increase, cues: ['\\bjitter\\b']}
    - {code: out.mass, label: "Mass, or size"}
    - {code: out.nmjx, label: Another}
  - id: emg_method
    label: Method
    level: effect
    terms:
    - {code: emg.none, label: No EMG}
  - id: modifier
    label: Modifier
    level: study
    terms:
    - {code: mod.none, label: No modifier}
"""
TEXT = re.sub(r"codebook:\n(.*\n)*", "", default_text()) + CODEBOOK


def refusal(text: str) -> str:
    with pytest.raises(ProtocolError) as caught:
        parse(text, name="p.yaml")
    message = str(caught.value)
    assert "\n" not in message
    return message


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture
def codebook() -> Codebook:
    return parse(TEXT).codebook


def test_the_default_text_is_a_protocol_with_reasons_at_both_stages():
    protocol = parse(default_text())
    assert protocol.reason_order("title-abstract")
    assert protocol.reason("full-text", "design").label == "Wrong study design"
    assert not protocol.demo


def test_policies_left_out_take_the_defaults_of_their_stage():
    protocol = parse(re.sub(r"policies:\n(  .*\n)+", "", TEXT))
    assert protocol.policies == {}
    assert protocol.policy("title-abstract").reason_policy is ReasonPolicy.IGNORE
    assert protocol.policy(Stage.FULL_TEXT).reason_policy is ReasonPolicy.CONFLICT
    assert protocol.policy(Stage.FULL_TEXT).reviewers_per_record == 2
    partly = parse(re.sub(r"policies:\n(  .*\n)+", "policies: {title-abstract: {}}\n", TEXT))
    assert partly.policy("title-abstract").reason_policy is ReasonPolicy.IGNORE
    assert partly.policy("title-abstract").maybe_policy is MaybePolicy.AS_INCLUDE


def test_a_stored_protocol_comes_back_equal():
    protocol = parse(TEXT)
    assert Protocol.model_validate(protocol.model_dump(mode="json")) == protocol


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "title: A",
            "titel: A",
            r"titel is an unknown key \(did you mean 'title'\?\) \(and 1 more\)",
        ),
        ("label: Wrong population", "lable: Wrong population", "lable is an unknown key"),
        ("as-include ", "as-inklude ", r"maybe_policy .*did you mean 'as-include'"),
        ("reviewers_per_record: 2", "reviewers_per_record: 0", "reviewers_per_record .*greater"),
        ("reviewers_per_record: 2", "reviewers_per_record: two", "reviewers_per_record .*integer"),
        ("adjudicator_may_be_voter: false", "adjudicator_may_be_voter: maybe", "boolean"),
        ("{code: exposure,", "{code: population,", "'population' is given twice"),
        ("reason_policy: ignore", "reason_policy: conflict", "cannot be 'conflict'"),
        ("  title-abstract:\n    - {", "  abstract:\n    - {", r"did you mean 'title-abstract'"),
        ("code: out.nmj.jitter", "code: out.njm.jitter", r"under 'out.njm'.*mean 'out.nmj'"),
        ("'\\bjitter\\b'", "'(jitter'", "cues.1 is not a regular expression"),
        ("'\\bjitter\\b'", "'j*'", "cues.1 matches an empty text"),
        ("code: emg.none", "code: out.mass", "'out.mass' is given twice"),
        ("code: emg.none", "code: EMG None", "'EMG None', which is not a valid code"),
        ('"Mass, or size"', "Mass, or size", r"or size is an unknown key .* needs quotes"),
        ("id: emg_method", "id: outcome", "'outcome' is given twice"),
        ("id: emg_method", "id: under", "'under' is a word of the search expressions"),
        ("cardinality: one\n", "cardinality: on\n", r"did you mean 'one'"),
        (
            "terms:\n    - {code: emg.none, label: No EMG}",
            "terms: []",
            "terms needs at least one item",
        ),
        ("level: study", "level: studies", r"did you mean 'study'"),
        ("impairment: increase", "impairment: up", "impairment is 'up'"),
    ],
)
def test_a_fault_is_named_with_its_line_and_key(old, new, said):
    assert TEXT.count(old) >= 1
    at = line_of(TEXT, old) + new.count("\n", 0, new.find("abstract:"))
    message = refusal(TEXT.replace(old, new, 1))
    assert re.search(said, message), message
    line = int(re.match(r"p\.yaml, line (\d+): ", message)[1])
    assert line in (at, at + 1)


def test_reasons_stand_in_one_order_at_both_stages():
    swapped = "  full-text:\n    - {code: exposure, label: Wrong exposure or intervention}\n"
    text = TEXT.replace("  full-text:\n", swapped, 1)
    second = text.rindex("    - {code: exposure")
    text = text[:second] + text[text.index("\n", second) + 1 :]
    assert "reasons.full-text.1 stands in another order" in refusal(text)


def test_full_text_without_a_reason_is_refused():
    text = re.sub(r"  full-text:\n(    - .*\n)+", "  full-text: []\n", TEXT)
    assert "full-text needs at least one reason" in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "title: [",
        "- a\n- b",
        "just words",
        "\x00\x01\x02",
        "title: !!python/object/apply:os.system [ls]",
        "? {a: b}\n: c",
        "title: a\ntitle: b",
        "title: *nobody",
        "a: &a [*a]",
        "[" * 5000,
        "{a: " * 3000,
        "a: 1\n---\nb: 2",
        "\t- x",
        "%YAML 9.9\n---\na: b",
        "title: 0x" + "f" * 5000,
    ],
)
def test_what_is_no_protocol_is_refused_in_one_sentence(text):
    assert refusal(text).startswith("p.yaml")


def test_a_bomb_of_aliases_is_harmless():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    begun = time.monotonic()
    assert "values once aliases are followed" in refusal("\n".join(lines))
    assert time.monotonic() - begun < 5


def test_a_file_that_is_missing_binary_or_too_large_is_refused(tmp_path):
    with pytest.raises(ProtocolError, match="cannot be read"):
        read(tmp_path / "absent.yaml")
    with pytest.raises(ProtocolError, match="cannot be read"):
        read(tmp_path)
    binary = tmp_path / "b.yaml"
    binary.write_bytes(b"title: a\n\xff\xfe")
    with pytest.raises(ProtocolError, match="line 2: not UTF-8"):
        read(binary)
    large = tmp_path / "l.yaml"
    large.write_text("# x\n" * 600_000)
    with pytest.raises(ProtocolError, match="larger than 2 MB"):
        read(large)


def test_a_reason_is_named_by_code_last_part_or_label():
    text = TEXT.replace("code: population", "code: ex.population").replace(
        "code: exposure", "code: ex.exposure"
    )
    protocol = parse(text)
    for name in ("ex.population", "population", "Wrong population", " EX.Population "):
        assert protocol.reason("full-text", name).code == "ex.population"
    with pytest.raises(BadInput, match=r"did you mean 'population'\?.*known: ex.population"):
        protocol.reason("full-text", "populaton")
    with pytest.raises(BadInput, match="no stage"):
        protocol.reason("abstract", "population")


def test_a_term_is_named_by_code_last_part_or_label(codebook):
    for name in ("out.nmj.jitter", "jitter", "Jitter", '"JITTER"'):
        assert codebook.find(name, facet="outcome").code == "out.nmj.jitter"
    assert codebook.find("none", facet="emg_method").code == "emg.none"
    with pytest.raises(BadInput, match=r"several terms.*emg\.none, mod\.none"):
        codebook.find("none")
    with pytest.raises(BadInput, match=r"did you mean 'jitter'"):
        codebook.find("jiter")
    with pytest.raises(BadInput, match=r"no facet 'outcom'.*did you mean 'outcome'"):
        codebook.find("jitter", facet="outcom")


def test_under_follows_the_dotted_prefix_and_not_its_letters(codebook):
    assert codebook.under("out.nmj") == ("out.nmj", "out.nmj.jitter")
    assert codebook.under("jitter") == ("out.nmj.jitter",)
    assert codebook.ancestors("out.nmj.jitter") == ("out.nmj",)
    assert codebook.ancestors("out.mass") == ()
