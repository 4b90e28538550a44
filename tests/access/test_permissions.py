"""Who may do what: DESIGN.md section 4, row by row."""

import pytest

from youthvoice.access.permissions import PERMISSIONS, ROLES, may

TABLE = {
    # permission: advocate, coordinator, facilitator, reviewer, safeguarding lead, outside recipient, interpreter
    "home.see": "yes yes yes yes yes yes yes",
    "answers.give": "yes yes yes yes yes yes no",
    "answers.decision_maker": "no yes no no no no no",
    "questionnaires.see": "yes yes yes no no no no",
    "questionnaires.import": "no yes no no no no no",
    "questionnaires.approve": "yes no no no no no no",
    "questionnaires.withdraw": "yes yes no no no no no",
    "clips.record": "yes yes no no no no no",
    "tablets.listen": "no yes yes no no no no",
    "rounds.see": "yes yes yes no no no no",
    "rounds.open": "no yes no no no no no",
    "rounds.sit": "no no yes no no no no",
    "choices.see": "yes yes yes no no no no",
    "choices.make": "no yes yes no no no no",
    "choices.approve": "yes no no no no no no",
    "sessions.see": "yes yes yes no no no no",
    "sessions.make": "no yes no no no no no",
    "sessions.fill": "no no yes no no no no",
    "sessions.agree": "yes no no no no no no",
    "analysis.open": "yes no no no no no no",
    "letters.read": "yes no no no no no no",
    "reports.help": "yes no yes no no no no",
    "reports.read": "yes no no no yes yes no",
    "reviews.see": "yes yes yes yes yes no no",
    "reviews.open": "yes yes no yes no no no",
    "reviews.carry": "yes no no no no no no",
    "reviews.decide": "yes yes yes yes yes no no",
    "care_steps.see": "yes yes no no yes no no",
    "knocks.listen": "yes yes yes no yes no no",
    "handed.read": "yes no yes yes yes yes no",
    "interpretations.write": "no no no no no no yes",
    "committees.see": "yes yes yes no no no no",
    "committees.elect": "no no yes no no no no",
    "committees.count": "yes no yes no no no no",
    "committees.set_up": "no yes no no no no no",
    "representatives.manage": "no no yes no no no no",
    "suggestions.check": "yes no no no no no no",
    "agenda.read": "yes no yes no no no no",
    "committees.meet": "no no yes no no no no",
    "services.see": "yes yes yes no yes yes no",
    "figures.see": "no no no no no yes no",
    "influence.see": "yes yes yes yes yes yes no",
    "publications.see": "yes yes yes no yes no no",
    "publications.review": "yes no no yes no no no",
    "publications.approve": "yes no no no no no no",
    "publications.send": "no yes no no no no no",
    "addresses.enter": "no yes no no no no no",
    "addresses.clear": "yes no no no no no no",
    "clocks.rota": "yes no no no no no no",
    "audit.witness": "yes no no no no yes no",
    "log.see": "yes yes yes yes yes yes no",
    "log.days": "no no no no no yes no",
    "places.manage": "no yes no no no no no",
    "installation.see": "no yes no no no no no",
    "texts.read": "yes yes yes yes no no no",
    "people.see": "yes yes no no no yes no",
    "people.manage": "no yes no no no no no",
    "introductions.make": "yes yes yes yes yes yes yes",
    "requests.answer": "yes yes yes yes yes yes no",
    "people.meet": "yes no no no no no no",
    "tests.confirm": "no no no no no yes no",
    "readers.choose": "yes no no no no yes no",
    "account.leave": "no no no no yes yes yes",
}


def test_every_permission_has_a_row_here() -> None:
    assert set(TABLE) == set(PERMISSIONS), "on one side only: a row in TABLE above says who may, and who may not"


@pytest.mark.parametrize("permission", TABLE)
def test_each_role_may_exactly_what_the_table_says(permission: str) -> None:
    assert [may(role, permission) for role in ROLES] == [word == "yes" for word in TABLE[permission].split()]


def test_a_coordinator_can_read_nothing_a_child_said() -> None:
    hers = {permission for permission in PERMISSIONS if may("coordinator", permission)}
    assert not hers & {
        "letters.read",
        "reports.read",
        "handed.read",
        "agenda.read",
        "publications.review",
        "publications.approve",
    }


def test_nobody_has_a_permission_that_is_not_in_the_table() -> None:
    with pytest.raises(KeyError):
        may("advocate", "everything")
