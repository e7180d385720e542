"""A strategy file means one query, or says in which line it does not."""

from pathlib import Path

import pytest

from review.errors import BadInput
from review.ingest.strategy import parse, read


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("aged[tiab]\nAND emg[tiab]\n", "aged[tiab] AND emg[tiab]"),
        ("# EMG in ageing\n\naged[tiab] # older people\nAND emg", "aged[tiab] AND emg"),
        ("#1 aged OR old\n#2 emg\n#3 #1 AND #2", "(aged OR old) AND (emg)"),
        ("#1 aged\n#2 emg\n#1 AND #2", "(aged) AND (emg)"),
        ("#1\taged\t12,345\n#2\temg\t99\n#3\t#1 NOT #2\t7", "(aged) NOT (emg)"),
        ("1. aged\n2. emg\n3. 1 AND 2", "(aged) AND (emg)"),
        ("#1: aged\n#2: rat*\n#3: #1 not #2\n#4: (#3) AND 2020[dp]", None),
        ("#1 aged OR\n   old OR\n   elderly\n#2 #1 AND emg", "(aged OR old OR elderly) AND emg"),
        ("#1 (aged\nOR old)\n#2 emg\n#3 #1 AND\n#2", "((aged OR old)) AND (emg)"),
        ('#1 "channel #7 #1"[tiab]\n#2 #1 AND emg', '("channel #7 #1"[tiab]) AND emg'),
        ("1 aged\n2 emg\n3 1 or 2", "(aged) or (emg)"),
        ("1. aged\n2. emg\n3. rat\n4. or/1-3\n5. and/1,4", None),
        ("1. aged\n2. emg\n3. (1 OR 2) AND 2020[dp]", "((aged) OR (emg)) AND 2020[dp]"),
        ("1. aged\n2. 1 AND 2019", "(aged) AND 2019"),  # no line is called 2019
        ("1. type 2 diabetes\n2. emg\n3. 1 not 2", "(type 2 diabetes) not (emg)"),
        ("#1 aged\n#2 emg\n3 #1 AND #2", "(aged) AND (emg)"),
        ("#1 Search: aged\n#2 Search: #1 AND emg", "(aged) AND emg"),
        ("aged AND (1 OR 2)", "aged AND (1 OR 2)"),
        ("5 hydroxytryptamine[tiab]", "5 hydroxytryptamine[tiab]"),
        ("“motor unit*”[tiab]", '"motor unit*"[tiab]'),
        ("// made by us\n##\n#\n#1 aged", "aged"),
        ("\ufeff#1 aged\r\n#2 emg\r\n#3 #1 AND #2\r\n", None),
    ],
)
def test_means_one_query(tmp_path: Path, text: str, query: str | None) -> None:
    path = tmp_path / "strategy.txt"
    path.write_bytes(text.encode())
    found = read(path).query
    assert "#1" not in found or '"' in found
    if query is not None:
        assert found == query
    assert parse(found).query == found  # a query is its own strategy


def test_ten_is_not_one() -> None:
    lines = "".join(f"#{n} term{n}\n" for n in range(1, 12))
    assert parse(f"{lines}#12 #1 OR #10 OR #11").query == "(term1) OR (term10) OR (term11)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no query"),
        ("# only\n# comments\n", "no query"),
        ("#1 aged\n#2 #1 AND #3\n#3 emg", r"line 2: there is no line #3 before it"),
        ("#1 #1 OR aged", r"line 1: there is no line #1"),
        ("#1 aged\n#1 emg", "#1 is given twice"),
        ("#1 aged\n#2 emg\n#3 (#1 OR #2) AND #3", r"line 3: there is no line #3 before it"),
        ("1. aged\n2. 3 OR 1\n3. emg", r"line 2: there is no line #3 before it"),
        ("1. aged\n2. or/1-9", r"line 2: there is no line #2 before it"),
        ("1. aged\n2. emg\n3. or/2-1", r"line 3: there are no lines from 2 to 1"),
        ("1. aged\n2. emg\n3. or/1-x", r"line 3: 'or/1-x' is not a list of lines"),
        ("#1 aged\n#2 emg\n#3 #1-#2", r"line 3: write a range of lines as or/1-3"),
        ("#1\n#2 emg", "line"),
        ('"motor unit[tiab]', "quotation mark"),
        ("(aged OR (old)", "1 bracket is not closed"),
        ("aged) OR (old", "closed that was not opened"),
        ("#1 aaaaaaaa\n" + "".join(f"#{n} #{n - 1} OR #{n - 1}\n" for n in range(2, 60)), "grows"),
    ],
)
def test_says_what_is_wrong_and_where(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        parse(text)


HISTORY = '''Search number,Query,Sort By,Filters,Search Details,Results,Time
3,"(#1) AND (#2)",,,"x","1,234",10:01:02
2,emg,,Humans,"""emg""[All Fields] AND humans[Filter]",55,10:01:00
1,"aged, old",Most Recent,,"aged[All Fields]",99,10:00:00
'''


def test_the_history_of_pubmed_is_a_strategy() -> None:
    found = parse(HISTORY)
    assert found.query == '((aged, old)) AND (("emg"[All Fields] AND humans[Filter]))'
    assert found.notes == ("#2 was run with filters (Humans), taken from its details.",)
    with pytest.raises(BadInput, match="there is no line #9 before it"):
        parse(HISTORY.replace("(#2)", "(#9)"))
    with pytest.raises(BadInput, match="without a number"):
        parse(HISTORY.replace("\n2,", "\nx,"))


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b""])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "strategy.txt"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"strategy\.txt"):
        read(path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "none.txt")


def test_a_line_left_out_is_said() -> None:
    strategy = parse("#1 aged\n#2 emg\n#3 rat\n#4 #1 AND #2")
    assert strategy.notes == ("Only #4 is run; #3 is not part of it.",)
    assert parse("#1 aged\n#2 #1 AND emg").notes == ()


def test_the_shipped_strategy_is_one_query(shared_data: Path) -> None:
    path = shared_data / "domain" / "search_pubmed.txt"
    assert read(path).query == " ".join(path.read_text().split("\n")).strip()
