"""`youthvoice staff found` and `youthvoice staff add`."""

import re

import click
import pytest
from flask import Flask

from tests.support.people import CHEAP, FIRST_NAMES, PASSWORD, house, make_site
from youthvoice import context, db
from youthvoice.accounts import invitations
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.store import list_advocates
from youthvoice.sites.store import find_site_by_slug, list_slugs
from youthvoice.surveys.rounds.opening import find_site_readiness

NEW = "seven green boats at noon"
FOUND = [
    "staff",
    "found",
    *FIRST_NAMES,
    "--site",
    "Example House",
    "--time-zone",
    "Asia/Kolkata",
    "--languages",
    "en,hi",
]


def _run(app: Flask, *words: str) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=list(words))
    return answer.exit_code, answer.output


@pytest.mark.dialect("put in once")
def test_founding_makes_four_people_who_can_sign_in(app: Flask) -> None:
    code, output = _run(app, *FOUND)
    assert code == 0, output
    assert "offered English until a coordinator signs under Languages for: hi." in output
    pairs = re.findall(r"\t([a-z0-9-]+):(\S+)$", output, re.MULTILINE)
    assert [handle for handle, _ in pairs] == ["coordinator", "advocate-1", "advocate-2", "outside"]
    for handle, password in pairs[:2]:
        assert staff_session.sign_in(handle, password)
    with db.reading(db.engine()) as session:
        site = find_site_by_slug(session, "example-house")
        assert site
        assert (site.time_zone, site.languages) == ("Asia/Kolkata", ("en",))
        assert site.languages_to_sign == ("hi",)
        assert len(list_advocates(session, site.id)) == 2


def test_without_any_option_the_house_has_a_name_and_it_is_said_what_is_missing(app: Flask) -> None:
    code, output = _run(app, "staff", "found", *FIRST_NAMES)
    assert code == 0, output
    assert "Site Our house is called our-house in commands." in output
    (line,) = (line for line in output.splitlines() if line.startswith("Before a round can open"))
    assert "the helpline's name, the helpline's number, the day you tried it out" in line
    assert "whom to go to in danger" in output


HELP = (
    "--helpline-name", "Example line", "--helpline-number", "0800 555 010", "--helpline-hours", "day and night",
    "--danger-number", "555", "--danger-adult", "Mina Example",
)  # fmt: skip


def test_a_helpline_with_name_and_number_counts_as_tested_today_and_nothing_is_missing(app: Flask) -> None:
    code, output = _run(app, *FOUND, *HELP)
    assert code == 0, output
    assert "Before a round can open" not in output
    assert "danger" not in output
    with db.reading(db.engine()) as session:
        site = find_site_by_slug(session, "example-house")
        assert site
        assert (site.helpline_name, site.helpline_number) == ("Example line", "0800 555 010")
        assert (site.helpline_hours, site.danger_number, site.danger_adult) == ("day and night", "555", "Mina Example")
        assert site.helpline_tested == context.today("Asia/Kolkata")
        assert find_site_readiness(session, site.id).helpline


def test_a_helpline_without_a_number_is_not_tested(app: Flask) -> None:
    _, output = _run(app, *FOUND, "--helpline-name", "Example line")
    assert "enters under Sites and groups: the helpline's number, the day you tried it out." in output


def test_help_is_not_forgotten_at_a_site_that_is_there_already(app: Flask) -> None:
    with db.writing(db.engine()) as session:
        make_site(session, "example-house")
    code, output = _run(app, *FOUND, *HELP[:4])
    assert code == 0, output
    with db.reading(db.engine()) as session:
        site = find_site_by_slug(session, "example-house")
        assert site
        assert (site.helpline_number, site.danger_number, site.version) == ("0800 555 010", "112", 2)


def test_the_help_text_says_that_the_helpline_counts_as_tested(app: Flask) -> None:
    assert "counts as tested today" in " ".join(_run(app, "staff", "found", "--help")[1].split())


def test_a_house_is_founded_once(app: Flask) -> None:
    house(["coordinator"])
    code, output = _run(app, *FOUND)
    assert code == 1
    assert "There are people already" in output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--time-zone", "Nowhere/Land"], "There is no time zone Nowhere/Land"),
        (["--languages", "en,klingon"], "Languages are some of en, ar"),
        (["--helpline-number", "call us"], "can be dialled: --helpline-number"),
        (["--danger-adult", "a" * 121], "Too long, or not a number that can be dialled: --danger-adult"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_made(app: Flask, words: list[str], told: str) -> None:
    code, output = _run(app, *FOUND, *words)
    assert code == 1
    assert told in output
    with db.reading(db.engine()) as session:
        assert list_slugs(session) == set()


def test_a_coordinator_invites_a_facilitator(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house(["coordinator"])
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"Coordinator Example:{PASSWORD}")
    words = ["staff", "invite", "Mina Example", "--role", "facilitator", "--site", "example-house"]
    code, output = _run(app, *words)
    assert code == 0, output
    (token,) = re.findall(r"/staff/join/([\w-]{43})$", output, re.MULTILINE)
    invitations.accept_invitation(token, "mina", NEW, "en", CHEAP)
    caller = staff_session.find_caller(staff_session.sign_in("mina", NEW))
    assert caller
    assert caller.role == "newcomer", "until an advocate has met her"


def test_nobody_invites_an_advocate_this_way(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house(["coordinator"])
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"coordinator:{PASSWORD}")
    code, output = _run(app, "staff", "invite", "Mina Example", "--role", "advocate", "--site", "example-house")
    assert code == 1
    assert "independent" in output


@pytest.mark.parametrize(
    ("sign_in", "told"),
    [
        ("", "set YOUTHVOICE_SIGN_IN to name:password"),
        ("coordinator", "set YOUTHVOICE_SIGN_IN to name:password"),
        ("coordinator:wrong", "the name or the password is not right, or the one-time code"),
        (f"advocate:{PASSWORD}", "it needs the sign-in of: coordinator"),
    ],
)
def test_a_command_without_the_right_sign_in_says_what_it_needs(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sign_in: str, told: str
) -> None:
    house(["coordinator", "advocate"])
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", sign_in)
    code, output = _run(app, "staff", "invite", "Mina", "--role", "reviewer", "--site", "example-house")
    assert code == 1
    assert told in output
    assert PASSWORD not in output


def test_two_sign_ins_are_two_people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _, people = house(["coordinator", "facilitator"])
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"coordinator:{PASSWORD}")
    monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"coordinator:{PASSWORD}")
    first = staff_session.sign_in_for_command()
    assert first.private_key == people["coordinator"].private_key
    with pytest.raises(click.ClickException, match="somebody else"):
        staff_session.sign_in_second_for_command(first)
    monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"facilitator:{PASSWORD}")
    assert staff_session.sign_in_second_for_command(first).person_id == people["facilitator"].id
