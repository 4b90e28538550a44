"""Whoever makes up reports all day at one tablet hides none that another child told."""

import secrets

import pytest

from tests.grievances.conftest import Team
from tests.support.offline import deliver, manifest_of, seal
from tests.support.people import on_tablet
from tests.support.visitor import Visitor
from youthvoice.grievances.intake import rules

MARKED = "one of many from one tablet"


@pytest.fixture(autouse=True)
def two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rules.MANY_REPORTS == 30
    monkeypatch.setattr(rules, "MANY_REPORTS", 2)


def tells(tablet: Visitor, topic: str = "food", sheet: str = "") -> int:
    sent = {"sheet": sheet or secrets.token_hex(16), "topic": topic, "words": secrets.token_hex(4)}
    return tablet.ask("POST", "/tell", data=sent, headers={"Accept": "application/json"}).status_code


def test_what_is_one_of_very_many_is_kept_marked_and_stands_behind_the_others(team: Team) -> None:
    flood, other = (on_tablet(team.visitor(), team.site_id, name) for name in ("Dormitory", "Office"))
    assert [tells(flood) for _nth in range(5)] == [201] * 5
    assert tells(other, "sleep") == 201
    listed = team.at(team.asha).open("/staff/reports/").text.partition("<main")[2]
    assert listed.count(MARKED) == 3
    assert listed.index("Sleep and rooms") < listed.index(MARKED)
    assert "Dormitory" not in listed
    assert "Office" not in listed


def test_a_sheet_that_comes_again_counts_once(team: Team) -> None:
    tablet, sheet = on_tablet(team.visitor(), team.site_id), secrets.token_hex(16)
    for _nth in range(4):
        tablet.ask("POST", "/tell", data={"sheet": sheet, "topic": "food", "words": "x"})
    tells(tablet)
    assert MARKED not in team.at(team.asha).open("/staff/reports/").text


def test_made_up_ones_with_a_copied_pass_mark_none_of_the_tablet(team: Team) -> None:
    tablet = on_tablet(team.visitor(), team.site_id)
    manifest = manifest_of(tablet)
    for nth in range(4):
        assert deliver(team.visitor(), seal(manifest, "/tell", {"topic": "food", "words": f"{nth}"})).status_code == 201
    tells(tablet, "sleep")
    listed = team.at(team.asha).open("/staff/reports/").text.partition("<main")[2]
    assert listed.count(MARKED) == 2
    assert listed.index("Sleep and rooms") < listed.index(MARKED)
