"""One report before its reader: in its envelope, then opened, logged, with the child's words as given."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.people import PASSWORD
from tests.support.report_actions import before
from tests.support.reports import WORDS, tell
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.threads.case_state import CaseState


def lines(action: str) -> list[AuditEntryRow]:
    with db.reading(db.engine()) as session:
        return list(session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == action)))


def test_an_envelope_shows_no_word_until_it_is_opened_and_each_visit_is_logged_once(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    browser = team.at(team.asha)
    envelope = browser.open(told.path).text
    assert WORDS not in envelope
    assert "Open and read" in envelope
    assert told.marks.state == "new"
    assert WORDS in browser.send(told.path).text
    assert WORDS in browser.open(told.path).text
    (line,) = lines("report.open")
    assert (line.actor, line.subject) == (team.asha.handle, told.id.hex())
    again = team.at(team.asha)
    assert WORDS not in again.open(told.path).text
    again.send(told.path)
    assert len(lines("report.open")) == 2


def test_what_she_wrote_before_she_signed_in_again_is_taken_and_opens_the_report_anew(
    team: Team, clock: StillClock
) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    asha.browser.open(f"{told.path}/note")
    clock.move(minutes=16)
    asha.sends("note", status=401, words="Ask the cook first.")
    asha.browser.send("/staff/sign-in", {"handle": team.asha.handle, "password": PASSWORD})
    assert "Ask the cook first." in asha.sends("note")
    assert [line.actor for line in lines("report.open")] == [team.asha.handle] * 2


def test_a_form_of_an_earlier_sign_in_that_is_refused_opens_the_report_no_less(team: Team, clock: StillClock) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    asha.browser.open(f"{told.path}/note")
    clock.move(minutes=16)
    asha.sends("note", status=401, words="")
    asha.browser.send("/staff/sign-in", {"handle": team.asha.handle, "password": PASSWORD})
    assert WORDS in asha.sends("note", status=422, words="")
    assert [line.actor for line in lines("report.open")] == [team.asha.handle] * 2


def test_the_first_look_settles_its_clock_once_and_the_child_reads_of_it(team: Team) -> None:
    """S13, S38."""
    told = tell(team.site_id, [team.asha, team.ravi])
    for who in (team.asha, team.ravi):
        browser = team.at(who)
        browser.open(told.path)
        browser.send(told.path)
    assert told.marks.state == "open"
    assert set(told.marks.clocks) == {"answer"}
    assert told.marks.day("first_look")
    assert [entry.said["step"] for entry in told.replies()] == ["told", "looked"]


def test_the_childs_words_stay_as_given_apart_from_what_adults_wrote(team: Team) -> None:
    """S3."""
    told = tell(
        team.site_id, [team.asha], words="teh <lamp>\nis brokn", said={"whom": "me", "come": False, "language": "hi"}
    )
    browser = team.at(team.asha)
    browser.open(told.path)
    page = browser.send(told.path).text
    assert 'lang="hi">teh &lt;lamp&gt;<br>is brokn</blockquote>' in page
    assert "The child chose: About me" in page
    assert "nobody should come yet" in page
    assert "Told in हिन्दी" in page


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"how": ""}, "The child gave no name, so nobody can find this child."),
        ({"how": "Mina, room 4"}, "Mina, room 4"),
        ({"how": "", "contact": "comes"}, "Say in an answer where and when you can be found, and look for no child."),
        ({"how": "", "contact": "comes"}, "the child wants to talk with somebody"),
        ({"how": "Room 4", "contact": "comes"}, "The child may also come to you."),
        ({"how": "", "contact": "said"}, "The child says that the voice message has the name in it."),
    ],
)
def test_readers_are_told_how_they_find_a_child_to_whom_somebody_should_come(
    team: Team, said: dict[str, str], line: str
) -> None:
    """S13: an adult who waits in a quiet room waits in vain, and so does the child."""
    told = tell(team.site_id, [team.asha], words="", said={"come": True, "where": "anywhere", **said})
    browser = team.at(team.asha)
    browser.open(told.path)
    page = browser.send(told.path).text
    goes_herself = said.get("contact") == "comes" and not said["how"]
    assert ("somebody should come and talk: You choose" in page) != goes_herself, "no order against what she said"
    assert line in page
    assert ("The child gave no name" in page) == (said == {"how": ""})


def test_the_page_says_who_reads_it_and_whom_the_child_left_out_only_to_its_readers(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.olga], left_out=[team.ravi])
    browser = team.at(team.asha)
    outside = browser.open(told.path).text
    assert "You and Olga Example can read this" in outside
    assert "Not everybody can read this" in outside
    assert "Ravi" not in outside
    assert "The child left out: Ravi Example" in browser.send(told.path).text


def test_a_clock_that_is_over_is_said_first(team: Team, clock: StillClock) -> None:
    told = tell(team.site_id, [team.asha])
    clock.move(days=5)
    browser = team.at(team.asha)
    browser.open(told.path)
    page = browser.send(told.path).text
    assert "Answer the child: 2 days over." in page
    assert 'class="late"' in page


def test_a_voice_is_behind_a_button_and_kept_nowhere(team: Team) -> None:
    sound = b"\x1aE\xdf\xa3 a voice"
    told = tell(team.site_id, [team.asha, team.olga], words="", sound=sound)
    browser = team.at(team.asha)
    browser.open(told.path)
    page = browser.send(told.path).text
    address = page.partition('class="voice" method="post" action="')[2].partition('"')[0]
    answer = browser.ask("POST", address, data=browser.hidden)
    assert (answer.data, answer.mimetype) == (sound, "audio/webm")
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.ask("GET", address).status_code in {404, 405}
    assert browser.ask("POST", address).status_code == 400
    unopened = team.at(team.olga)
    unopened.open(told.path)
    assert unopened.ask("POST", address, data=unopened.hidden).status_code == 404
    left_out = team.at(team.ravi)
    left_out.open("/staff/me/password")
    assert left_out.ask("POST", address, data=left_out.hidden).status_code == 404


def test_when_its_month_has_ended_nothing_of_it_is_shown(team: Team, app: object) -> None:
    from youthvoice import context  # noqa: PLC0415 - here alone

    told = tell(team.site_id, [team.asha])
    context.keyring().destroy("destruction-2029-11")
    team.at(team.asha).open(told.path, 410)


def test_danger_stands_above_everything_until_something_was_done(team: Team) -> None:
    """S17: what a child tapped about danger reaches whoever reads it, on every list."""
    calm = tell(team.site_id, [team.asha], case=CaseState(topic="food", clocks={"first_look": 1}))
    told = tell(team.site_id, [team.asha], case=CaseState(urgent=True, harm=True), said={"urgent": True})
    browser = team.at(team.asha)
    for path in ("/staff/", "/staff/reports/"):
        page = browser.open(path).text
        assert page.index("Somebody may be in danger: 1") < page.index(told.id.hex()) < page.index(calm.id.hex())
    asha = before(team, team.asha, told)
    assert "The child says that somebody is in danger now." in asha.reads()
    asha.does("record", action="talked", words="She is with the nurse.")
    assert "is in danger now" not in asha.reads()
    assert "Somebody may be in danger" not in browser.open("/staff/reports/").text
    unsure = tell(team.site_id, [team.asha], case=CaseState(urgent=True), said={"urgent": True, "unsure": True})
    assert "The child does not know whether somebody is in danger now." in before(team, team.asha, unsure).reads()


def test_a_wish_to_stop_and_what_she_tapped_stand_out(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    told.says(ChildMessage("put_right", answer="partly"))
    told.says(ChildMessage("withdraw"))
    page = before(team, team.asha, told).reads()
    assert "The child asks to stop." in page
    assert '<p class="answered">fixed: partly</p>' in page


def test_a_first_answer_that_was_given_is_not_due_any_more(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    asha.does("answer", words="I look at it.", again="3")
    page = asha.reads()
    thread = page[page.index("Steps") : page.index("What you can do")]
    first = thread[thread.index("First answer") : thread.index("Next answer")]
    assert "due" not in first
    assert "due" in thread[thread.index("Next answer") : thread.index("Something done")]


def test_closing_stands_there_from_the_start_with_what_it_needs_first(team: Team) -> None:
    """S15: the condition is read in time, not found out."""
    told = tell(team.site_id, [team.asha, team.ravi])
    asha = before(team, team.asha, told)
    panel = asha.reads().partition("What you can do")[2]
    assert "Ask to close<small>first record what was done</small>" in panel
    assert f"{told.path}/close" not in panel
    assert panel.index("Now") < panel.index("Record what was done") < panel.index("Later") < panel.index("Ask to close")
    asha.does("record", action="mended", words="A new lamp.")
    assert "it was repaired, or remedied" in asha.reads()
    panel = asha.reads().partition("What you can do")[2]
    assert f'href="{told.path}/close"' in panel
    assert "first record what was done" not in panel
    asha.does("close", outcome="It shines.", words="There is a new lamp.")
    assert "Ask to close" not in asha.reads().partition("What you can do")[2]


def test_a_service_that_no_directory_holds_is_written_by_hand(team: Team) -> None:
    """S18: no dead end where the directory of a site is empty."""
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    typed: dict[str, Any] = {"service": "0", "state": "asked", "on": "2026-11-24", "words": "They come on Friday."}
    page = asha.does("refer", status=422, **typed, other="  ")
    assert "Write the name of the service." in page
    assert "They come on Friday." in page, "nothing typed is lost"
    asha.does("refer", **typed, other="Example Legal Aid, 080 1234")
    assert "referred to Example Legal Aid, 080 1234 on " in asha.reads()
    form = asha.browser.open(f"{told.path}/refer").text
    assert 'value="Example Legal Aid, 080 1234"' in form, "what was asked last is there to go on with"
