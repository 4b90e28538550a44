"""`flask staff found` and `flask staff add`."""

import re

import click
import pytest
from flask import Flask

from tests.people import PASSWORD, house
from youthvoice import db, running
from youthvoice.config import Settings
from youthvoice.places import store as places
from youthvoice.staff import command_line, signing_in, store

FOUND = ["staff", "found", "--site", "Example House", "--time-zone", "Asia/Kolkata", "--languages", "en,hi"]


def _run(app: Flask, *words: str) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=list(words))
    return answer.exit_code, answer.output


def test_founding_makes_four_people_who_can_sign_in(on_both: Settings, app: Flask) -> None:
    code, output = _run(app, *FOUND)
    assert code == 0, output
    pairs = re.findall(r"\t([a-z0-9-]+):(\S+)$", output, re.MULTILINE)
    assert [handle for handle, _ in pairs] == ["coordinator", "advocate-1", "advocate-2", "outside"]
    for handle, password in pairs[:2]:
        assert signing_in.sign_in(handle, password)
    with db.reading(db.engine()) as session:
        site = places.site_by_slug(session, "example-house")
        assert site
        assert (site.time_zone, site.languages) == ("Asia/Kolkata", ["en", "hi"])
        assert len(store.advocates(session, site.id, running.keyring().key("people"))) == 2


def test_a_house_is_founded_once(app: Flask) -> None:
    house(["coordinator"])
    code, output = _run(app, *FOUND)
    assert code == 1
    assert "There are people already" in output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--time-zone", "Nowhere/Land"], "There is no time zone Nowhere/Land"),
        (["--languages", "en,klingon"], "Languages are some of en, hi"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_made(app: Flask, words: list[str], told: str) -> None:
    code, output = _run(app, *FOUND, *words)
    assert code == 1
    assert told in output
    with db.reading(db.engine()) as session:
        assert places.slugs(session) == set()


def test_a_coordinator_adds_a_facilitator(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house(["coordinator"])
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"Coordinator Example:{PASSWORD}")
    words = ["staff", "add", "Mina Example", "--role", "facilitator", "--site", "example-house"]
    code, output = _run(app, *words)
    assert code == 0, output
    assert "Mina Example\tmina:" in output
    code, output = _run(app, *words, "--handle", "mina")
    assert code == 1
    assert "Somebody signs in as mina already" in output


def test_nobody_adds_an_advocate_this_way(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house(["coordinator"])
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"coordinator:{PASSWORD}")
    code, output = _run(app, "staff", "add", "Mina Example", "--role", "advocate", "--site", "example-house")
    assert code == 1
    assert "independent" in output


@pytest.mark.parametrize(
    ("sign_in", "told"),
    [
        ("", "set YOUTHVOICE_SIGN_IN to name:password"),
        ("coordinator", "set YOUTHVOICE_SIGN_IN to name:password"),
        ("coordinator:wrong", "the name or the password is not right"),
        (f"advocate:{PASSWORD}", "it needs the sign-in of: coordinator"),
    ],
)
def test_a_command_without_the_right_sign_in_says_what_it_needs(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sign_in: str, told: str
) -> None:
    house(["coordinator", "advocate"])
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", sign_in)
    code, output = _run(app, "staff", "add", "Mina", "--role", "reviewer", "--site", "example-house")
    assert code == 1
    assert told in output
    assert PASSWORD not in output


def test_two_sign_ins_are_two_people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _, people = house(["coordinator", "facilitator"])
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"coordinator:{PASSWORD}")
    monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"coordinator:{PASSWORD}")
    first = command_line.signed_in()
    assert first.private_key == people["coordinator"].private_key
    with pytest.raises(click.ClickException, match="somebody else"):
        command_line.second_signed_in(first)
    monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"facilitator:{PASSWORD}")
    assert command_line.second_signed_in(first).person_id == people["facilitator"].id
