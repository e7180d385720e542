"""Sign-in and the JSON routes: who may, from where, and what is answered to bad input."""

from contextlib import suppress
from typing import Any

import pytest

from review import actions
from review.errors import Refused
from tests.conftest import HOLDER
from tests.ui.conftest import PASSWORD, Room, caller, votes
from tests.ui.serving import Client

STAGE = "title-abstract"
GETS = ("next", "progress", "mine", "card", "tags")
POSTS = ("vote", "withdraw", "abstract", "term", "tag")


def ballot(record: int, verdict: str = "include", key: str = "k1", **more: Any) -> dict[str, Any]:
    return {"record": record, "verdict": verdict, "stage": STAGE, "key": key} | more


def first_record(client: Client) -> int:
    return int(client.get(f"/api/screening/next?stage={STAGE}&n=1").json["cards"][0]["record"])


def test_a_wrong_password_and_an_unknown_name_get_the_same_401(reader: Client, room: Room) -> None:
    wrong = Client(room.app.port).sign_in(reader.name, "not the password")
    unknown = Client(room.app.port).sign_in("Nobody", "not the password")
    assert (wrong.status, wrong.json) == (unknown.status, unknown.json)
    assert wrong.status == 401
    assert wrong.headers["Set-Cookie"] is None


def test_no_password_opens_a_review_that_is_no_demonstration(reader: Client, room: Room) -> None:
    answer = Client(room.app.port).post("/sign-in", {"name": reader.name, "demo": True})
    assert answer.status == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    reader: Client, room: Room
) -> None:
    given = {"name": reader.name, "password": PASSWORD}
    plain = Client(room.app.port).post("/sign-in", given).headers["Set-Cookie"].lower()
    behind_tls = Client(room.app.port).post("/sign-in", given, X_Forwarded_Proto="https")
    assert "httponly" in plain
    assert "samesite=strict" in plain
    assert "secure" not in plain
    assert "secure" in behind_tls.headers["Set-Cookie"].lower()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_what_another_site_sends_is_refused_and_changes_nothing(
    reader: Client, room: Room, headers: dict[str, str]
) -> None:
    record = first_record(reader)
    assert reader.post("/api/screening/vote", ballot(record), **headers).status == 403
    assert reader.post("/sign-out", {}, **headers).status == 403
    assert votes(room.db, reader.name) == {}
    own = f"http://localhost:{reader.port}"
    assert reader.post("/api/screening/vote", ballot(record), Origin=own).status == 200


def test_every_route_asks_who_is_there(room: Room) -> None:
    for client in (Client(room.app.port), Client(room.app.port, cookie="review_0=forged")):
        for name in GETS:
            query = f"stage={STAGE}&record=1"
            assert client.get(f"/api/screening/{name}?{query}").status == 401, name
        for name in POSTS:
            assert client.post(f"/api/screening/{name}", ballot(1)).status == 401, name
        assert client.get("/api/document/1").status == 401


def test_signing_out_or_leaving_the_team_ends_the_sign_in_at_once(
    reader: Client, room: Room
) -> None:
    elsewhere = Client(room.app.port, cookie=reader.cookie)
    assert reader.post("/sign-out", {}).status == 200
    assert elsewhere.get(f"/api/screening/progress?stage={STAGE}").status == 401

    ben = room.member("reviewer")
    record = first_record(ben)
    actions.deactivate(room.db, HOLDER, ben.name)
    assert ben.post("/api/screening/vote", ballot(record)).status == 401


def test_the_same_key_again_is_the_same_vote(reader: Client, room: Room) -> None:
    record = first_record(reader)
    once = reader.post("/api/screening/vote", ballot(record)).json
    again = reader.post("/api/screening/vote", ballot(record)).json
    assert "vote" not in once  # its number would tell how many votes others have cast
    assert (once["repeated"], again["repeated"]) == (False, True)
    assert votes(room.db, reader.name) == {record: "include"}


def test_a_vote_taken_back_is_gone_and_its_record_comes_again(reader: Client, room: Room) -> None:
    record = first_record(reader)
    # others include here: an include might settle the record, and then a vote stays
    reader.post("/api/screening/vote", ballot(record, "exclude"))
    assert first_record(reader) != record
    taken = reader.post("/api/screening/withdraw", {"record": record, "stage": STAGE, "key": "k2"})
    assert taken.status == 200
    assert votes(room.db, reader.name) == {}
    assert first_record(reader) == record


def test_a_vote_is_not_cast_for_whom_the_page_was_not_drawn(reader: Client, room: Room) -> None:
    other = room.member("reviewer").name
    ids = {m["name"]: m["id"] for m in actions.members(room.db, HOLDER)}
    record = first_record(reader)
    as_other = reader.post("/api/screening/vote", ballot(record), X_Member=str(ids[other]))
    elsewhere = reader.post("/api/screening/vote", ballot(record), X_Review="another")
    assert (as_other.status, elsewhere.status) == (401, 409)
    assert votes(room.db, reader.name) == {}
    right = reader.post("/api/screening/vote", ballot(record), X_Member=str(ids[reader.name]))
    assert right.status == 200


def test_the_role_decides_in_the_action_not_in_the_page(room: Room) -> None:
    cara = room.member("adjudicator", "owner")
    assert cara.get(f"/api/screening/next?stage={STAGE}").status == 403
    assert cara.post("/api/screening/vote", ballot(1)).status == 403


def test_a_third_vote_is_refused_with_one_sentence(reader: Client, room: Room) -> None:
    record = first_record(reader)
    for _ in range(2):
        with suppress(Refused):  # another test may have cast the first of the two
            actions.vote(
                room.db, caller(room.member("reviewer").name), record, "exclude", stage=STAGE
            )
    refused = reader.post("/api/screening/vote", ballot(record))
    assert refused.status == 409
    assert refused.json["error"].endswith(".")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (b"not json", 400),
        (b"[1, 2]", 400),
        (b'{"a":' * 20_000, 413),
        (b"[" * 5_000, 400),
        (b" " * 70_000, 413),
        (b"\xff\xfe", 400),
        (ballot(999_999), 404),
        (ballot(2**40), 422),
        (ballot(1) | {"record": "1; DROP TABLE vote"}, 422),
        (ballot(1) | {"record": True}, 422),
        (ballot(1) | {"record": None}, 422),
        (ballot(1, "perhaps"), 422),
        (ballot(1, stage="third"), 422),
        (ballot(1, reason="ex.unknown"), 422),
        (ballot(1, reason={"code": 1}), 422),
        (ballot(1, key=""), 422),
        (ballot(1, key="k" * 200), 422),
        (ballot(1, note="n" * 6_000), 422),
        (ballot(1, seconds=-1), 422),
        (ballot(1, seconds="long"), 422),
        (b'{"record":1,"verdict":"include","stage":"title-abstract","key":"k","seconds":NaN}', 422),
        ({}, 422),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    reader: Client, room: Room, given: Any, status: int
) -> None:
    answer = reader.post("/api/screening/vote", given)
    assert answer.status == status
    assert answer.json["error"]
    assert votes(room.db, reader.name) == {}


def test_only_json_is_taken(reader: Client, room: Room) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = reader.post("/api/screening/vote", ballot(1), Content_Type=kind)
        assert answer.status == 415
    assert votes(room.db, reader.name) == {}


def test_odd_text_in_a_note_is_kept_or_refused_but_never_breaks(reader: Client) -> None:
    record = first_record(reader)
    body = (
        f'{{"record":{record},"verdict":"maybe","stage":"{STAGE}","key":"k",'
        '"note":"lone \\ud800 surrogate, \\u202e and \\u0001"}'
    )
    assert reader.post("/api/screening/vote", body.encode()).status in {200, 422}


def test_no_answer_to_a_member_is_kept_by_a_cache(reader: Client) -> None:
    for name in GETS:
        answer = reader.get(f"/api/screening/{name}?stage={STAGE}&record=1")
        assert answer.headers["Cache-Control"] == "no-store"


def test_no_other_site_may_frame_a_page(room: Room) -> None:
    for path in ("/", "/screen", "/api/screening/next"):
        headers = Client(room.app.port).get(path).headers
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
        assert headers["X-Content-Type-Options"] == "nosniff"
