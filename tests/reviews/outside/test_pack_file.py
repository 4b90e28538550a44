"""A pack goes to another organisation on the child's yes alone, as a file that only that one opens."""

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.packs import PAIR, opened, review_on_its_day
from tests.support.people import PASSWORD
from tests.support.reviews import WORDS, Panel, make_review, review_now, say, today
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials.published_keys import PRIVATE_KEY_WORD, format_key
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews.entities import Review
from youthvoice.reviews.outside.pack_file import open_pack_file


@pytest.fixture
def review(panel: Panel, clock: StillClock) -> Review:
    return review_on_its_day(panel, clock)[0]


def yes(**more: object) -> dict[str, object]:
    given = {"to": "River House", "key": format_key(PAIR.public), "how": "spoken", "yes_on": today().isoformat()}
    return {**given, "yes": "y", "words": "all", "earlier": "y", **more}


def test_the_pack_goes_whole_and_she_reads_to_whom(panel: Panel, review: Review) -> None:
    asha = opened(panel, review)
    answer = asha.ask("POST", f"/staff/reviews/{review.key}/file/said", data={**asha.hidden, **yes()})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert WORDS.encode() not in answer.data
    told = open_pack_file(answer.data, PAIR.private)
    assert told["case"]["data"]["other_agency_id"] == "K-17"
    assert told["case"]["data"]["disclosure_other_orgs"] is True
    assert told["referral"]["data"]["transitioned_to_agency"] == "River House"
    assert told["referral"]["data"]["consent_overridden"] is False
    assert "Here you are safe." in told["referral"]["data"]["notes"]
    assert told["pack"]["consent"] == {"basis": "child", "how": "spoken", "day": today().isoformat()}
    assert told["pack"]["statement"]["words"] == WORDS
    assert told["pack"]["statement"]["voice"]
    assert "An earlier secret" not in json.dumps(told)
    assert [handover.to for handover in review_now(review).body.handed] == ["River House"]
    assert "River House" in asha.open(f"/staff/reviews/{review.key}").text
    with pytest.raises(CannotOpen):
        open_pack_file(answer.data, new_pair().private)
    with pytest.raises(CannotOpen):
        open_pack_file(answer.data[:-1] + bytes([answer.data[-1] ^ 1]), PAIR.private)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"words": ""}, "Choose what goes"),
        ({"yes": ""}, "unless the child herself agrees"),
        ({"how": ""}, "unless the child herself agrees"),
        ({"yes_on": ""}, "Choose the day"),
        ({"yes_on": "2031-01-01"}, "still to come"),
        ({"yes_on": "2020-01-01"}, "still to come"),
        ({"to": " "}, "name"),
        ({"to": "x" * 200}, "2 to 80 letters"),
        ({"key": "youthvoice-key:abcd"}, "no such key"),
        ({"key": format_key(PAIR.private, PRIVATE_KEY_WORD)}, "no such key"),
    ],
)
def test_nothing_goes_without_her_yes_or_with_a_wrong_key(
    panel: Panel, review: Review, wrong: dict[str, object], why: str
) -> None:
    page = opened(panel, review).send(f"/staff/reviews/{review.key}/file/said", yes(**wrong), 422).text
    assert why in page
    assert review_now(review).body.handed == ()


def test_only_the_advocate_with_her_words_open_gives_it(panel: Panel, review: Review) -> None:
    page = f"/staff/reviews/{review.key}/file"
    assert "Open her words first" in panel.at(panel.asha).open(page).text
    for way in ("said", "ask"):
        panel.at(panel.asha).open(f"{page}/{way}", 404)
    for way in ("", "/said", "/ask", "/law"):
        panel.at(panel.ravi).open(page + way, 404)
        panel.at(panel.rosa).open(page + way, 403)


def test_nothing_goes_before_the_day(panel: Panel) -> None:
    review = make_review(panel, days=2)
    say(review)
    asha, page = panel.at(panel.asha), f"/staff/reviews/{review.key}"
    asha.open(page)
    asha.send(f"{page}/open")
    asha.open(f"{page}/file", 404)


def test_both_ends_at_the_command_line(
    app: Flask, panel: Panel, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["reviews", "make-key", str(tmp_path / "secret")])
    assert made.exit_code == 0, made.output
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    again = run(args=["reviews", "make-key", str(tmp_path / "secret")])
    assert again.exit_code == 1, "a key is never written over"
    options = ["--to", "River House", "--key", made.output.strip(), "--yes-on", today().isoformat(), "--how", "written"]
    export = ["reviews", "export", review.key, str(tmp_path / "pack"), *options]
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"ravi:{PASSWORD}")
    assert "Only the advocate who holds" in run(args=export).output
    assert not (tmp_path / "pack").exists()
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"asha:{PASSWORD}")
    done = run(args=export)
    assert done.exit_code == 0, done.output
    told = run(args=["reviews", "open", str(tmp_path / "pack"), "--key", str(tmp_path / "secret")])
    assert WORDS in told.output
    run(args=["reviews", "make-key", str(tmp_path / "other")])
    wrong = run(args=["reviews", "open", str(tmp_path / "pack"), "--key", str(tmp_path / "other")])
    assert wrong.exit_code == 1
    assert "sealed to another key" in wrong.output
    assert [handover.how for handover in review_now(review).body.handed] == ["written"]
