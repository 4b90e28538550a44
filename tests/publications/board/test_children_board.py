"""The children's board: one list of rounds, items and choices; who was late; and what children tap (S9, S13, S33)."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.audio import record
from tests.support.people import make_site, on_tablet
from tests.support.publications import House, link_to, make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import escalation_job, replies, store, taps
from youthvoice.accountability.models import TapRow
from youthvoice.accountability.store import create_answer_due, find_answer_due, find_by_subject
from youthvoice.audit.audit_log import Log
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.review import drafting
from youthvoice.publications.store import find_edition
from youthvoice.web.i18n import languages

QUESTION, YES, NOT_YET = "Is it really done?", 'value="yes"', 'value="not_yet"'


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


@pytest.fixture
def tablet(home: House, visitor: Callable[[], Visitor]) -> Visitor:
    return on_tablet(visitor(), home.site_id)


def log() -> Log:
    return Log(context.today(), "coordinator")


def owe(home: House, words: str, kind: str = "item", **more: object) -> int:
    usual: dict[str, object] = {
        "site_id": home.site_id, "subject": words.encode().hex(), "about": {"en": words, "hi": "सीढ़ी"},
        "picture": "1F4A1", "due": date(2026, 11, 27),
        "owner_id": home.people["facilitator"].id, "day": context.today(),
    }  # fmt: skip
    with db.writing(db.engine()) as session:
        return create_answer_due(session, kind=kind, **(usual | more)).id  # type: ignore[arg-type]


def reply(
    home: House, owed_id: int, kind: str = "yes", words: str = "A light works.", done_by: date | None = None
) -> None:
    with db.writing(db.engine()) as session:
        who = home.people["facilitator"].id
        replies.record_reply(session, owed_id, "", kind, {"en": words}, who, context.today(), done_by=done_by)


def count_taps() -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(TapRow)) or 0


def tap(tablet: Visitor, what: str = "not_yet", about: str = "") -> str:
    """Open the board and tap; gives what is said then."""
    tablet.open("/we-did")
    sent: dict[str, object] = {"what": what}
    if about:
        sent["about"] = about
    return tablet.send("/we-did", sent).text


def count(clock: StillClock) -> None:
    """The daily hour comes."""
    clock.move(hours=9)
    taps.count_due_taps()
    clock.move(hours=15)


def test_items_stand_in_the_childs_language_with_their_answer(home: House, tablet: Visitor) -> None:
    reply(home, owe(home, "The stairs are dark."))
    page = tablet.open("/we-did").text
    for said in ("The stairs are dark.", "Yes:", "A light works.", "Facilitator Example", QUESTION, YES, NOT_YET):
        assert said in page
    tablet.client.set_cookie("language", "hi")
    assert "सीढ़ी" in tablet.open("/we-did").text


def test_a_recording_of_what_adults_answered_is_heard_from_the_board(home: House, tablet: Visitor) -> None:
    reply(home, owe(home, "The stairs are dark."))
    assert "data-clip" not in tablet.open("/we-did").text
    statement, answer = record("en", "The stairs are dark."), record("en", "Yes: A light works.")
    page = tablet.open("/we-did").text
    assert f'<h2 data-clip="{statement}">The stairs are dark.</h2>' in page
    assert f'<p class="adult-words" data-clip="{answer}"><b class="verdict">Yes:</b>' in page
    assert tablet.ask("GET", answer).status_code == 200


def test_words_of_another_language_are_marked_and_a_picture_that_is_not_there_breaks_nothing(
    home: House, tablet: Visitor
) -> None:
    reply(home, owe(home, "The stairs are dark.", picture="no-such-picture"))
    tablet.client.set_cookie("language", "ar")
    page = tablet.open("/we-did").text
    assert '<h2><span lang="en" dir="ltr">The stairs are dark.</span> <small>(<bdi lang="en">English</bdi>)' in page


def test_a_promise_bears_its_day_and_is_asked_about_from_that_day_on(
    home: House, tablet: Visitor, clock: StillClock
) -> None:
    reply(home, owe(home, "Fruit."), "partly", "On four days.", done_by=date(2026, 12, 1))
    page = tablet.open("/we-did").text
    assert "from 1\xa0December" in page
    assert QUESTION not in page
    clock.move(days=8)
    page = tablet.open("/we-did").text
    assert "since 1\xa0December" in page
    assert QUESTION in page
    tablet.client.set_cookie(languages.COOKIE, "ar")
    name = re.escape(home.people["facilitator"].name)
    assert re.search(rf'<p class="eyebrow">{name}، [^<]*1\xa0ديسمبر</p>', tablet.open("/we-did").text), (
        "a Latin name that begins its own direction would turn an Arabic day round"
    )


def test_what_is_answered_stands_above_what_waits_however_new_that_is(home: House, tablet: Visitor) -> None:
    """S9."""
    reply(home, owe(home, "The stairs are dark."))
    owe(home, "A newer wish.", day=context.today() + timedelta(days=1))
    page = tablet.open("/we-did").text
    assert page.index("The stairs are dark.") < page.index("A newer wish.")


def test_a_no_has_its_reason_and_no_question(home: House, tablet: Visitor) -> None:
    """S11."""
    reply(home, owe(home, "Football until eight."), "no_because", "it is dark at seven.")
    page = tablet.open("/we-did").text
    assert "No, because" in page
    assert QUESTION not in page


@pytest.mark.parametrize(
    ("kind", "day", "said"),
    [
        ("", None, "Asked."),
        ("yes", None, "Done:"),
        ("partly", date(2026, 12, 1), "Not yet:"),
        ("no_because", None, "No, because"),
    ],
)
def test_a_choice_is_asked_done_not_yet_or_why(
    home: House, tablet: Visitor, kind: str, day: date | None, said: str
) -> None:
    """S33."""
    (facts,) = home.open(starter("everyday-choice"))
    home.close(facts, "chosen", {"saturday": "kites"})
    drafting.draft_due()
    owed_id = owe(home, "Fly kites", "choice", subject=facts.slug)
    if kind:
        reply(home, owed_id, kind, "We look for string.", **({"done_by": day} if day else {}))
    page = tablet.open("/we-did").text
    assert page.count('<article class="answer story">') == 1, "the view says it, once"
    assert "You chose: Fly kites" in page
    assert said in page


def test_silence_is_said_with_names_and_days(home: House, tablet: Visitor, clock: StillClock) -> None:
    """S13."""
    owe(home, "A tap.")
    assert "Facilitator Example answers by 27\xa0November." in tablet.open("/we-did").text
    with db.writing(db.engine()) as session:
        decider = home.people["coordinator"].id
        store.set_decision_maker(session, home.site_id, decider, log(), "example-house")
    clock.move(days=4)
    assert "should have answered by 27\xa0November. We keep asking." in tablet.open("/we-did").text
    escalation_job.escalate_overdue_answers()
    late = "Facilitator Example did not answer by 27\xa0November."
    asked = "We asked Coordinator Example, who answers by 4\xa0December."
    assert f"{late} {asked}" in tablet.open("/we-did").text
    clock.move(days=7)
    escalation_job.escalate_overdue_answers()
    page = tablet.open("/we-did").text
    assert f"{late} Coordinator Example did not answer by 4\xa0December. Now the child advocates go and ask" in page


def test_the_newest_news_stand_first_and_older_ones_behind_earlier(
    home: House, tablet: Visitor, clock: StillClock
) -> None:
    for number in range(35):
        reply(home, owe(home, f"Wish {number:02}"))
        clock.move(days=1)
    page = tablet.open("/we-did").text
    found = re.findall(r"Wish (\d\d)", page)
    assert found == [f"{number:02}" for number in range(34, 4, -1)]
    assert 'href="/we-did/2"' in page
    page = tablet.open("/we-did/2").text
    assert re.findall(r"Wish (\d\d)", page) == ["04", "03", "02", "01", "00"]
    assert 'href="/we-did/3"' not in page
    tablet.open("/we-did/3", 404)
    tablet.open("/we-did/1", 404, unknown=True)


def test_a_tap_is_thanked_for_and_changes_nothing_until_the_daily_hour(
    home: House, tablet: Visitor, clock: StillClock
) -> None:
    """A10; S9."""
    reply(home, owe(home, "The stairs are dark."))

    def shown() -> str:
        return re.sub(r'name="sheet" value="[0-9a-f]{32}"', "", tablet.open("/we-did").text)

    before = shown()
    for number in range(3):
        assert "We look at all of them in the evening." in tap(tablet)
        assert count_taps() == number + 1
        assert shown() == before
    count(clock)
    page = tablet.open("/we-did").text
    assert "We said: not yet." in page
    assert "Before: Yes: " in page
    assert "Facilitator Example answers by 8\xa0December." in page
    assert QUESTION not in page
    assert count_taps() == 0


def test_confirmed_is_said_and_nobody_is_asked_again(home: House, tablet: Visitor, clock: StillClock) -> None:
    """S9."""
    reply(home, owe(home, "The stairs are dark."))
    for _ in range(3):
        tap(tablet, "yes")
    count(clock)
    page = tablet.open("/we-did").text
    assert "We say: it is done." in page
    assert QUESTION not in page


def test_one_page_sent_again_is_one_tap(home: House, tablet: Visitor) -> None:
    reply(home, owe(home, "The stairs are dark."))
    tablet.open("/we-did")
    hidden = dict(tablet.hidden)
    for what in ("yes", "not_yet", "yes"):
        assert tablet.ask("POST", "/we-did", data={**hidden, "what": what}).status_code == 303
    assert count_taps() == 1


def test_a_tap_about_an_answer_that_is_gone_leads_back_to_the_board(home: House, tablet: Visitor) -> None:
    owed_id = owe(home, "The stairs are dark.")
    reply(home, owed_id)
    tablet.open("/we-did")
    with db.writing(db.engine()) as session:
        replies.reopen(session, owed_id, context.today())
    answer = tablet.ask("POST", "/we-did", data={**tablet.hidden, "what": "yes"})
    assert (answer.status_code, answer.location) == (303, "/we-did")
    assert count_taps() == 0


def test_what_no_page_of_ours_sends_is_refused_and_kept_nowhere(
    home: House, tablet: Visitor, visitor: Callable[[], Visitor]
) -> None:
    owed_id = owe(home, "The stairs are dark.")
    reply(home, owed_id)
    tablet.open("/we-did")
    good: dict[str, object] = {**tablet.hidden, "what": "yes"}
    for wrong in ({"sheet": "x"}, {"what": "maybe"}, {"about": "x"}, {"about": "9" * 30 + "-0-"}, {"about": ""}):
        assert tablet.ask("POST", "/we-did", data=good | wrong).status_code == 400
    for about in (f"{owed_id + 1}-0-", f"{owed_id}-1-", f"{owed_id}-0-food"):
        assert tablet.ask("POST", "/we-did", data=good | {"about": about}).status_code == 303
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.org"}):
        assert tablet.ask("POST", "/we-did", data=good, headers=headers).status_code == 403
    assert visitor().ask("POST", "/we-did", data=good).status_code == 403
    with db.writing(db.engine()) as session:
        elsewhere = make_site(session, "other-house").id
    assert on_tablet(visitor(), elsewhere).ask("POST", "/we-did", data=good).status_code == 303
    assert count_taps() == 0


def test_another_sites_items_are_not_on_the_board(home: House, visitor: Callable[[], Visitor]) -> None:
    reply(home, owe(home, "The stairs are dark."))
    with db.writing(db.engine()) as session:
        elsewhere = make_site(session, "other-house").id
    assert "stairs" not in on_tablet(visitor(), elsewhere).open("/we-did").text


def test_a_part_of_a_round_is_opened_again_alone(home: House, tablet: Visitor, clock: StillClock) -> None:
    home.counted()
    edition = home.edition()
    with db.writing(db.engine()) as session:
        found = find_edition(session, edition.first.slug, [home.site_id])
        assert found
        drafting.approve_edition(session, found, home.people["advocate"].id, context.today(), log())
        owed = find_by_subject(session, "round", edition.first.frozen["round"])
        assert owed
        who = home.people["coordinator"].id
        for part, words in (("food", "More fruit."), ("", "All the rest.")):
            replies.record_reply(session, owed.id, part, "yes", {"en": words}, who, context.today())
    for _ in range(3):
        tap(tablet, about=f"{owed.id}-0-food")
    count(clock)
    page = tablet.open("/we-did").text
    assert page.count("Not answered yet.") == 1
    assert page.count("We said: not yet.") == 1
    assert "All the rest." in page
    with db.writing(db.engine()) as session:
        who = home.people["coordinator"].id
        replies.record_reply(session, owed.id, "food", "yes", {"en": "Fruit now."}, who, context.today())
        again = find_answer_due(session, owed.id)
    assert again
    assert again.settled_on is not None
    assert "Before:" not in tablet.open("/we-did").text


def test_a_round_bears_its_name_once_and_its_group_keeps_its_direction(home: House, tablet: Visitor) -> None:
    (facts,) = home.open(starter("daily-life-10-12"), group_name="Class VII")
    home.count(facts, 24)
    edition = home.edition()
    with db.writing(db.engine()) as session:
        found = find_edition(session, edition.first.slug, [home.site_id])
        assert found
        drafting.approve_edition(session, found, home.people["advocate"].id, context.today(), log())
        answer_due = find_by_subject(session, "round", facts.slug)
        assert answer_due
    page = tablet.open("/we-did").text
    name = "<bdi>My days here</bdi>"
    assert f"We said · {name} · <bdi>Class VII</bdi></p>" in page
    assert page.count("Class VII") == 1
    assert page.count(name) == 1
    assert page.count("We said</p>") == len(edition.rows["children"].frozen["questions"]) - 1


def test_guardians_read_what_adults_answered_to_committees_and_nothing_that_children_said_or_tapped(
    home: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """Adults' words only, never a count; and what children tap changes no letter of it."""
    home.counted()
    edition = home.edition()
    with db.writing(db.engine()) as session:
        found = find_edition(session, edition.first.slug, [home.site_id])
        assert found
        drafting.approve_edition(session, found, home.people["advocate"].id, context.today(), log())
        add_address(session, home.site_id, "one@example.org", "en", home.people["advocate"].id)
    guardian, page = visitor(), f"/views/{link_to(edition.first.slug)}"
    owed_id = owe(home, "The stairs are dark.")
    assert "children's committees" not in guardian.open(page).text.replace("&#39;", "'")
    reply(home, owed_id)
    before = guardian.open(page).text
    assert "children's committees" in before.replace("&#39;", "'")
    assert "A light works." in before
    assert "stairs" not in before
    tablet = on_tablet(visitor(), home.site_id)
    for _ in range(5):
        tap(tablet, about=f"{owed_id}-0-")
    assert guardian.open(page).text == before
    clock.move(hours=9)
    taps.count_due_taps()
    with db.reading(db.engine()) as session:
        answer_due = find_answer_due(session, owed_id)
    assert answer_due
    assert answer_due.again == ("",)
    assert guardian.open(page).text == before
    for days, is_news in ((118, True), (3, False)):
        clock.move(days=days)
        later = guardian.open(f"/views/{link_to(edition.first.slug)}").text
        assert ("A light works." in later) is is_news, "what a letter of before told is not told again"


def test_the_daily_hour_of_a_site_counts_once_a_day(home: House, tablet: Visitor, clock: StillClock) -> None:
    """A10: what is tapped after the hour waits for the next day."""
    reply(home, owe(home, "The stairs are dark."))
    clock.move(hours=9)  # 23:30 in Kolkata
    taps.count_due_taps()
    for _ in range(3):
        tap(tablet)
    taps.count_due_taps()
    assert count_taps() == 3
    clock.move(hours=9)
    taps.count_due_taps()
    assert count_taps() == 3, "in the morning nothing moves"
    clock.moment += timedelta(hours=9)
    taps.count_due_taps()
    assert count_taps() == 0
