"""Chosen words go to one adult, with the child's yes or a legal ground; the report's key does not (S14, S20)."""

import re

from sqlalchemy import select

from tests.grievances.conftest import Team
from tests.support.people import CHEAP
from tests.support.report_actions import At, before
from tests.support.reports import WORDS, Told, tell
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.people.store import key_binding, renew_key
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.models import AuditEntryRow
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.threads.case_state import HANDED_BACK
from youthvoice.threads.models import HandoverItemRow

ASK, REASON = "Please sit with the children at dinner.", "The child said yes by the code, yesterday."


def items_of(page: str) -> list[str]:
    """What a form offers of the child's words, or of what was handed over, in order."""
    found = re.findall(r'name="items?"[^>]*value="([0-9a-f]{32})"', page)
    assert found, page
    return found


def hands(team: Team, at: At, ground: str, status: int = 200, **more: object) -> str:
    page = at.browser.open(f"{at.told.path}/hand-over").text
    typed: dict[str, object] = {"to": str(team.lata.id), "items": items_of(page)[0], "words": ASK, "reason": REASON}
    return at.sends("hand-over", status=status, **{**typed, "ground": ground, **more})


def handed_to(browser: Visitor) -> list[str]:
    return re.findall(r'href="(/staff/handed/[0-9a-f]{32})"', browser.open("/staff/handed/").text)


def two_words(team: Team) -> Told:
    told = tell(team.site_id, [team.asha, team.ravi])
    told.says(ChildMessage("child", words="and the soup was cold"))
    return told


def test_with_the_childs_yes_she_reads_what_was_chosen_and_nothing_else(team: Team) -> None:
    told = two_words(team)
    page = hands(team, before(team, team.asha, told), "spoken")
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
    assert {"step": "handed", "name": "Lata Example", "why": "spoken"} in [entry.said for entry in told.replies()]
    lata.open(told.path, 403)
    assert handed_to(team.at(team.lead)) == []
    team.at(team.lead).open(path, 404)


def test_what_she_writes_back_reaches_the_readers_and_waits_on_their_desk(team: Team) -> None:
    told = two_words(team)
    hands(team, before(team, team.asha, told), "spoken")
    lata = team.at(team.lata)
    (path,) = handed_to(lata)
    lata.open(path)
    lata.send(path)
    lata.send(f"{path}/back", {"words": ""}, 422)
    lata.send(f"{path}/back", {"words": "I sat with them, it was calm."})
    assert HANDED_BACK in told.marks.flags
    assert "somebody wrote back" in team.at(team.ravi).open("/staff/reports/").text
    page = before(team, team.ravi, told).reads()
    assert "I sat with them, it was calm." in page
    assert "Lata Example" in page
    assert HANDED_BACK not in told.marks.flags


def test_what_she_writes_back_is_taken_in_a_later_sign_in_too(team: Team) -> None:
    told = two_words(team)
    hands(team, before(team, team.asha, told), "spoken")
    lata = team.at(team.lata)
    (path,) = handed_to(lata)
    lata.open(path)  # an envelope, in this sign-in
    lata.send(f"{path}/back", {"words": ""}, 422)
    with db.reading(db.engine()) as session:
        (line,) = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "handed.open"))
    assert line.actor == team.lata.handle, "a form that is refused opens it no less"
    lata.send(f"{path}/back", {"words": "I sat with them, it was calm."})
    assert HANDED_BACK in told.marks.flags


def test_another_legal_ground_waits_for_a_second_person_who_may_say_no(team: Team) -> None:
    told = two_words(team)
    asha = before(team, team.asha, told)
    hands(team, asha, "ground")
    lata = team.at(team.lata)
    assert handed_to(lata) == []
    assert "The report has changed" in asha.browser.open(f"{told.path}/agree-hand-over").text
    ravi = before(team, team.ravi, told)
    assert REASON in ravi.reads()
    ravi.does("agree-hand-over", answer="no", words="Ask the child first.")
    assert handed_to(lata) == []
    hands(team, asha, "ground")
    ravi.does("agree-hand-over", answer="yes")
    (path,) = handed_to(lata)
    lata.open(path)
    assert WORDS in lata.send(path).text
    assert "The report has changed" in ravi.browser.open(f"{told.path}/agree-hand-over").text


def test_what_the_law_requires_waits_for_nobody_and_the_child_is_told(team: Team) -> None:
    told = two_words(team)
    hands(team, before(team, team.asha, told), "law")
    assert len(handed_to(team.at(team.lata))) == 1
    assert {"step": "handed", "name": "Lata Example", "why": "law"} in [entry.said for entry in told.replies()]


def test_nothing_is_handed_to_whom_the_child_left_out_nor_to_who_reads_it_nor_to_a_coordinator(team: Team) -> None:
    """S14."""
    told = tell(team.site_id, [team.asha, team.ravi], left_out=[team.lata, team.lead])
    page = before(team, team.asha, told).browser.open(f"{told.path}/hand-over").text
    offered = page.partition("To whom?")[2].partition("</fieldset>")[0]
    assert "Olga Example" in offered
    for name in ("Lata", "Lee", "Ravi", "Asha"):
        assert name not in offered
    told_all = two_words(team)
    hands(team, before(team, team.asha, told_all), "spoken", status=422, to=str(team.ravi.id))


def test_a_reason_and_a_ground_are_needed(team: Team) -> None:
    asha = before(team, team.asha, two_words(team))
    hands(team, asha, "spoken", status=422, reason="")
    hands(team, asha, "", status=422)
    hands(team, asha, "spoken", status=422, items="00" * 16)


def test_the_database_holds_no_word_of_it_and_a_destroyed_month_ends_it(team: Team) -> None:
    """T6."""
    told = two_words(team)
    hands(team, before(team, team.asha, told), "spoken")
    with db.reading(db.engine()) as session:
        (body,) = session.scalars(select(HandoverItemRow.body))
    assert b"plate" not in body
    lata = team.at(team.lata)
    (path,) = handed_to(lata)
    lata.open(path)
    context.keyring().destroy("destruction-2029-11")
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


# ---- The child's yes


def asks(at: At, team: Team, nth: int = 0) -> None:
    page = at.browser.open(f"{at.told.path}/ask-may-know").text
    items = items_of(page)
    at.sends("ask-may-know", to=str(team.lata.id), items=items[nth], words="She could sit with you.")


def answers(told: Told, answer: str) -> None:
    entry = next(entry for entry in reversed(told.replies()) if entry.kind == "ask")
    told.says(ChildMessage("may_know", answer=answer, ask=entry.id.hex(), question=entry.said["question"]))


def test_a_yes_counts_for_these_words_and_this_person_only(team: Team) -> None:
    """S20: asked by name and by words, answered with her own pictures."""
    told = two_words(team)
    asha = before(team, team.asha, told)
    assert "has not said yes to Lata Example" in hands(team, asha, "child", status=422)
    asks(asha, team)
    ask = told.replies()[-1].said
    assert (ask["ask"], ask["to"], ask["days"]) == ("may_know", "Lata Example", ["2026-11-24"])
    assert WORDS not in repr(ask), "a question never repeats what she told (S38)"
    assert "has not said yes" in hands(team, asha, "child", status=422), "asked is not answered"
    answers(told, "yes")
    asha = before(team, team.asha, told)
    hands(team, asha, "child", status=422, to=str(team.lead.id))
    page = asha.browser.open(f"{told.path}/hand-over").text
    other = items_of(page)[1]
    assert "other words than these" in hands(team, asha, "child", status=422, items=other)
    hands(team, asha, "child")
    assert len(handed_to(team.at(team.lata))) == 1


def test_her_last_answer_counts(team: Team) -> None:
    told = two_words(team)
    asks(before(team, team.asha, told), team)
    entry = told.replies()[-1]
    for answer in ("yes", "no"):
        told.says(ChildMessage("may_know", answer=answer, ask=entry.id.hex(), question=entry.said["question"]))
    assert "has not said yes" in hands(team, before(team, team.asha, told), "child", status=422)


def test_what_was_handed_over_can_be_taken_back_and_the_child_is_told(team: Team) -> None:
    told = two_words(team)
    asha = before(team, team.asha, told)
    assert "The report has changed" in asha.browser.open(f"{told.path}/take-back").text
    hands(team, asha, "spoken")
    (path,) = handed_to(team.at(team.lata))
    page = asha.browser.open(f"{told.path}/take-back").text
    item = items_of(page)[0]
    asha.sends("take-back", item=item, words="The child said no since.")
    team.at(team.lata).open(path, 404)
    assert handed_to(team.at(team.lata)) == []
    assert told.replies()[-1].said == {"step": "taken_back", "name": "Lata Example"}
    assert "took back what was handed to Lata Example" in asha.reads()
    assert "The report has changed" in asha.browser.open(f"{told.path}/take-back").text


def test_a_voice_can_be_handed_over_too(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi], words="", sound=b"a voice")
    asha = before(team, team.asha, told)
    assert "Voice message, " in asha.browser.open(f"{told.path}/hand-over").text
    hands(team, asha, "law")
    lata = team.at(team.lata)
    (path,) = handed_to(lata)
    lata.open(path)
    lata.send(f"{path}/voice/0", status=404)
    lata.send(path)
    assert lata.send(f"{path}/voice/0").data == b"a voice"
    lata.send(f"{path}/voice/1", status=404)


def test_the_second_person_sees_what_she_decides_on(team: Team) -> None:
    told = two_words(team)
    hands(team, before(team, team.asha, told), "ground")
    page = before(team, team.ravi, told).browser.open(f"{told.path}/agree-hand-over").text
    shown = page.partition('<dl class="asked">')[2].partition("</dl>")[0]
    for words in ("Lata Example", ASK, REASON, WORDS):
        assert words in shown


def test_a_later_question_does_not_hide_an_earlier_one(team: Team) -> None:
    told = two_words(team)
    asha = before(team, team.asha, told)
    hands(team, asha, "ground")
    hands(team, asha, "law")
    ravi = before(team, team.ravi, told)
    ravi.does("agree-hand-over", answer="yes")
    assert len(handed_to(team.at(team.lata))) == 2
    assert "second" not in told.marks.clocks


def test_nothing_is_handed_to_a_key_that_a_coordinator_could_have_made_before_somebody_asked_in_person(
    team: Team,
) -> None:
    """A coordinator lets a facilitator in anew, and could follow the link herself."""
    told, keyring = two_words(team), context.keyring()
    secret = make_secret("another horse", keyring.key("pepper"), key_binding(team.lata.handle, 2), cost=CHEAP)
    with db.writing(db.engine()) as session:
        person = find_person_row(session, team.lata.id)
        assert person
        renew_key(session, person, secret, context.now())
    asha = before(team, team.asha, told)
    assert "Lata Example, new key since " in asha.browser.open(f"{told.path}/hand-over").text
    assert "Ask Lata Example in person first" in hands(team, asha, "law", status=422)
    hands(team, asha, "law", own_key="y")
