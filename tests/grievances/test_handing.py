"""Chosen words go to one adult, with the child's yes or a legal ground; the report's key does not (S14, S20)."""

import re

from sqlalchemy import select

from tests.grievances.acting import At, before
from tests.grievances.conftest import Team
from tests.grievances.telling import WORDS, Told, tell
from tests.pages import Visitor
from youthvoice import db, running
from youthvoice.grievances.child_rules import Said
from youthvoice.grievances.standing import HANDED_BACK
from youthvoice.threads.models import HandedItem

ASK, REASON = "Please sit with the children at dinner.", "The child said yes by the code, yesterday."


def item_of(page: str) -> str:
    """The child's first words, as the form offers them."""
    found = re.search(r'name="items" type="checkbox" value="([0-9a-f]{32})"', page)
    assert found, page
    return found[1]


def hands(team: Team, at: At, ground: str, status: int = 200, **more: object) -> str:
    page = at.browser.open(f"{at.told.path}/hand-over").text
    typed: dict[str, object] = {"to": str(team.lata.id), "items": item_of(page), "words": ASK, "reason": REASON}
    return at.sends("hand-over", status=status, **{**typed, "ground": ground, **more})


def handed_to(browser: Visitor) -> list[str]:
    return re.findall(r'href="(/staff/handed/[0-9a-f]{32})"', browser.open("/staff/handed/").text)


def two_words(team: Team) -> Told:
    told = tell(team.site_id, [team.asha, team.ravi])
    told.says(Said("child", words="and the soup was cold"))
    return told


def test_with_the_childs_yes_she_reads_what_was_chosen_and_nothing_else(team: Team) -> None:
    told = two_words(team)
    page = hands(team, before(team, team.asha, told), "child")
    assert "the child said yes: Lata Example may see it" in page
    assert "handed over to Lata Example" in page
    lata = team.at(team.lata)
    assert "Words of a child were handed to you" in lata.open("/staff/").text
    (path,) = handed_to(lata)
    assert WORDS not in lata.open(path).text
    opened = lata.send(path).text
    assert WORDS in opened
    assert ASK in opened
    assert "by Asha Example" in opened
    assert "soup" not in opened
    assert "Words of a child were handed to you" not in lata.open("/staff/").text
    assert {"step": "handed", "name": "Lata Example", "why": "child"} in [reply.said for reply in told.replies()]
    lata.open(told.path, 403)
    assert handed_to(team.at(team.lead)) == []
    team.at(team.lead).open(path, 404)


def test_what_she_writes_back_reaches_the_readers_and_waits_on_their_desk(team: Team) -> None:
    told = two_words(team)
    hands(team, before(team, team.asha, told), "child")
    lata = team.at(team.lata)
    (path,) = handed_to(lata)
    lata.open(path)
    lata.send(path)
    lata.send(f"{path}/back", {"words": ""}, 400)
    lata.send(f"{path}/back", {"words": "I sat with them, it was calm."})
    assert HANDED_BACK in told.marks.flags
    assert "somebody wrote back" in team.at(team.ravi).open("/staff/reports/").text
    page = before(team, team.ravi, told).reads()
    assert "I sat with them, it was calm." in page
    assert "Lata Example" in page
    assert HANDED_BACK not in told.marks.flags


def test_another_legal_ground_waits_for_a_second_person_who_may_say_no(team: Team) -> None:
    told = two_words(team)
    asha = before(team, team.asha, told)
    hands(team, asha, "ground")
    lata = team.at(team.lata)
    assert handed_to(lata) == []
    assert "cannot be done" in asha.browser.open(f"{told.path}/agree-hand-over").text
    ravi = before(team, team.ravi, told)
    assert REASON in ravi.reads()
    ravi.does("agree-hand-over", answer="no", words="Ask the child first.")
    assert handed_to(lata) == []
    hands(team, asha, "ground")
    ravi.does("agree-hand-over", answer="yes")
    (path,) = handed_to(lata)
    lata.open(path)
    assert WORDS in lata.send(path).text
    assert "cannot be done" in ravi.browser.open(f"{told.path}/agree-hand-over").text


def test_what_the_law_requires_waits_for_nobody_and_the_child_is_told(team: Team) -> None:
    told = two_words(team)
    hands(team, before(team, team.asha, told), "law")
    assert len(handed_to(team.at(team.lata))) == 1
    assert {"step": "handed", "name": "Lata Example", "why": "law"} in [reply.said for reply in told.replies()]


def test_nothing_is_handed_to_whom_the_child_left_out_nor_to_who_reads_it_nor_to_a_coordinator(team: Team) -> None:
    """S14."""
    told = tell(team.site_id, [team.asha, team.ravi], left_out=[team.lata, team.lead])
    page = before(team, team.asha, told).browser.open(f"{told.path}/hand-over").text
    offered = page.partition("To whom?")[2].partition("</fieldset>")[0]
    assert "Olga Example" in offered
    for name in ("Lata", "Lee", "Ravi", "Asha"):
        assert name not in offered
    told_all = two_words(team)
    hands(team, before(team, team.asha, told_all), "child", status=400, to=str(team.ravi.id))


def test_a_reason_and_a_ground_are_needed(team: Team) -> None:
    asha = before(team, team.asha, two_words(team))
    hands(team, asha, "child", status=400, reason="")
    hands(team, asha, "", status=400)
    hands(team, asha, "child", status=400, items="00" * 16)


def test_the_database_holds_no_word_of_it_and_a_destroyed_month_ends_it(team: Team) -> None:
    """T6."""
    told = two_words(team)
    hands(team, before(team, team.asha, told), "child")
    with db.reading(db.engine()) as session:
        (body,) = session.scalars(select(HandedItem.body))
    assert b"plate" not in body
    lata = team.at(team.lata)
    (path,) = handed_to(lata)
    lata.open(path)
    running.keyring().destroy("destruction-2029-11")
    lata.send(path, status=410)


def test_who_steps_back_finds_no_word_of_it_among_what_was_handed_to_her_before(team: Team) -> None:
    told, other = (tell(team.site_id, [team.asha, team.olga]) for _ in range(2))
    for each in (told, other):
        asha = before(team, team.asha, each)
        hands(team, asha, "law", to=str(team.ravi.id))
    before(team, team.asha, told).does("give", to=str(team.ravi.id))
    ravi = before(team, team.ravi, told)
    assert len(handed_to(ravi.browser)) == 2
    ravi.does("step-back", sure="y")
    (left,) = handed_to(ravi.browser)
    assert WORDS in ravi.browser.send(left).text
