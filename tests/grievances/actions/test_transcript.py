"""A reader writes down what a child says by voice and asks her; the sound ends a day after her yes (S5; C, "Ends")."""

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.attacks.stolen_house import stolen_files
from tests.support.child_at_tablet import WEBM
from tests.support.people import Somebody
from tests.support.report_actions import At, before
from tests.support.reports import Told, tell
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.grievances import transcripts
from youthvoice.grievances.child_thread import ChildMessage, TranscriptCheck, child_thread_view
from youthvoice.grievances.deadlines.transcript_job import settle_transcripts
from youthvoice.grievances.intake.receive import QuestionSettled
from youthvoice.grievances.transcripts import KEEP, NO, YES
from youthvoice.threads.case_state import HELD, REPORTED
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.models import ThreadEntryRow, ThreadReplyRow
from youthvoice.threads.store import ReaderKey, open_thread, read_entries

SAID = "he took my shoe and I did not got it back"
OTHER = "he took my shoes, and I did not get them back"
SOUND = WEBM + b"a long voice" * 3000


@pytest.fixture
def told(team: Team) -> Told:
    return tell(team.site_id, [team.asha, team.ravi, team.olga], left_out=[team.lead], sound=SOUND)


def entries(told: Told, team: Team, reader: Somebody | None = None) -> Sequence[ThreadEntry]:
    who = reader or team.asha
    with db.reading(db.engine()) as session:
        reader_key = ReaderKey(who.id, who.public_key, frozenset({team.site_id}))
        thread = open_thread(session, reader_key, told.id, who.private_key)
        return read_entries(session, thread) if thread else []


def recording(told: Told, team: Team) -> ThreadEntry:
    return next(entry for entry in entries(told, team) if entry.kind == "voice")


def writes(at: At, team: Team, words: str = SAID, then: str = "ask", voice: str = "") -> str:
    """She writes them down; to ask, Olga listens afterwards and asks the child."""
    voice = voice or recording(at.told, team).id.hex()
    page = at.does("transcript", recording=voice, words=words, then="wait")
    if then == "ask":
        before(team, team.olga, at.told).does("transcript", recording=voice, words=words, then="ask")
        page = at.reads()
    return read(page)


def checks(told: Told) -> tuple[TranscriptCheck, ...]:
    return child_thread_view(told.replies(), told.marks).checks


def read(page: str) -> str:
    """A page with plain spaces in its days."""
    return page.replace("\N{NO-BREAK SPACE}", " ")


def answers(told: Told, answer: str, nth: int = -1) -> None:
    told.says(ChildMessage("transcript_right", answer=answer, ask=checks(told)[nth].entry.id.hex()))


def steps(told: Told) -> list[str]:
    return [str(entry.said.get("step")) for entry in told.replies() if entry.kind == "step"]


def a_day_passes(clock: StillClock, **time: float) -> None:
    clock.move(**time or {"days": 2})
    settle_transcripts()


Rows = dict[bytes, tuple[str, bytes]]


def rows(told: Told) -> Rows:
    """Day and body of each row of a report, by id."""
    found: Rows = {}
    with db.reading(db.engine()) as session:
        for table in (ThreadEntryRow, ThreadReplyRow):
            query = select(table.id, table.day, table.body).where(table.thread_id == told.id)
            found |= {row.id: (row.day.isoformat(), row.body) for row in session.execute(query)}
    return found


# ---- Written down ----


def test_what_one_reader_wrote_another_one_finds_with_name_and_day_and_writes_anew(team: Team, told: Told) -> None:
    page = writes(before(team, team.asha, told), team, then="wait")
    assert SAID in page
    assert "Written down: You, Tue 24 Nov 2026" in page
    assert "Somebody else listens first, and then asks the child." in page
    assert checks(told) == ()
    ravi = before(team, team.ravi, told)
    form = ravi.browser.open(f"{told.path}/transcript?recording={recording(told, team).id.hex()}").text
    assert SAID in form, "he begins with what is there"
    page = writes(ravi, team, OTHER, then="wait")
    assert "Written down: You" in page
    assert OTHER in page
    assert SAID in page, "nothing that was written is gone"
    assert "Written down: Ravi Example" in before(team, team.asha, told).reads()


def test_nobody_asks_her_about_words_that_nobody_else_listened_to(team: Team, told: Told) -> None:
    """One adult alone cannot put words in the place of her voice, by a slip or to spare a friend."""
    asha, voice = before(team, team.asha, told), recording(told, team).id.hex()
    page = asha.does("transcript", recording=voice, words=SAID, then="ask")  # there is no such answer on her form
    assert "Somebody else listens first, and then asks the child." in page
    assert 'name="then"' not in asha.browser.open(f"{told.path}/transcript").text
    assert told.marks.clocks["listen"], "it stands among what a second person owes"
    assert "Listen, then ask the child" not in page
    olga = before(team, team.olga, told)
    assert "Listen, then ask the child" in olga.reads()
    page = olga.does("transcript", recording=voice, words=OTHER, then="ask", status=422)
    assert "Somebody else must listen to these words first." in page
    assert OTHER in page, "what she typed stays"
    assert checks(told) == ()
    page = read(olga.does("transcript", recording=voice, words=SAID, then="ask"))
    assert "listen" not in told.marks.clocks
    assert [check.entry.said["words"] for check in checks(told)] == [SAID]
    assert "Written down: Asha Example, Tue 24 Nov 2026" in page
    assert "Listened to all of it: You, Tue 24 Nov 2026" in page
    assert page.count("listened to a voice message and its words, and asked the child") == 1
    assert page.count("wrote down what the child says in a voice message") == 1
    assert "Listen, then ask the child" not in page, "she is asked already"


def test_who_puts_others_words_right_needs_a_second_one_too(team: Team, told: Told) -> None:
    writes(before(team, team.asha, told), team, then="wait")
    writes(before(team, team.olga, told), team, OTHER, then="wait")
    assert told.marks.clocks["listen"]
    voice = recording(told, team).id.hex()
    asha = before(team, team.asha, told)
    page = read(asha.does("transcript", recording=voice, words=OTHER, then="ask"))
    assert "Written down: Olga Example, Tue 24 Nov 2026" in page
    assert "Listened to all of it: You" in page
    assert "listen" not in told.marks.clocks, "nobody owes her first words an answer"


def test_the_writer_does_not_ask_again_what_the_second_one_asked(team: Team, told: Told, clock: StillClock) -> None:
    asha, voice = before(team, team.asha, told), recording(told, team).id.hex()
    writes(asha, team)
    a_day_passes(clock, days=32)
    asha = before(team, team.asha, told)
    assert "The child was asked and did not answer. Somebody else can ask again." in asha.reads()
    asha.does("transcript", recording=voice, words=SAID, then="ask")
    assert checks(told) == ()
    ravi = before(team, team.ravi, told)
    page = read(ravi.does("transcript", recording=voice, words=SAID, then="ask"))
    assert "Listened to all of it: You" in page
    assert len(checks(told)) == 1


def test_who_reads_a_report_alone_asks_alone(team: Team) -> None:
    told = tell(team.site_id, [team.asha], left_out=[team.ravi, team.olga, team.lead], sound=SOUND)
    asha = before(team, team.asha, told)
    page = asha.does("transcript", recording=recording(told, team).id.hex(), words=SAID, then="ask")
    assert "The child is asked whether it is right" in page
    assert len(checks(told)) == 1
    assert "listen" not in told.marks.clocks


def test_each_recording_has_words_of_its_own(team: Team, told: Told) -> None:
    told.says(ChildMessage("child", sound=WEBM, sound_kind="audio/webm"))
    later = next(entry for entry in entries(told, team) if entry.kind == "child_voice")
    asha = before(team, team.asha, told)
    writes(asha, team)
    writes(asha, team, OTHER, voice=later.id.hex())
    first, second = checks(told)
    assert (first.entry.said["words"], first.entry.sound) == (SAID, SOUND)
    assert (second.entry.said["words"], second.entry.sound) == (OTHER, WEBM)
    answers(told, YES, 1)
    assert [check.answer for check in checks(told)] == ["", YES]


def test_whoever_was_left_out_finds_no_words_and_no_page(team: Team, told: Told) -> None:
    writes(before(team, team.asha, told), team)
    assert entries(told, team, team.lead) == []
    for end in ("", "/transcript"):
        team.at(team.lead).open(f"{told.path}{end}", 404)
    assert SAID in before(team, team.olga, told).reads()


def test_a_child_who_says_that_something_is_different_is_asked_anew_and_one_who_said_yes_is_not(
    team: Team, told: Told, clock: StillClock
) -> None:
    asha = before(team, team.asha, told)
    asha.does("answer", words="Thank you.")
    page = writes(asha, team)
    assert "The child is asked whether it is right, until Thu 24 Dec 2026." in page
    answers(told, NO)
    assert told.marks.clocks["child_wrote"], "somebody must look again"
    page = asha.reads()
    assert "what was written down: something is different" in page
    writes(asha, team, OTHER)
    assert "child_wrote" not in told.marks.clocks, "asking again is the answer"
    (check,) = checks(told)
    assert (check.entry.said["words"], check.answer) == (OTHER, "")
    answers(told, YES)
    assert f"{told.path}/transcript" not in asha.reads()
    olga, voice = before(team, team.olga, told), recording(told, team).id.hex()
    olga.sends("transcript", recording=voice, words=SAID, then="ask", status=409)
    a_day_passes(clock)
    assert not recording(told, team).sound


@pytest.mark.parametrize("answer", ["", NO])
@pytest.mark.parametrize("then", ["ask", "wait"])
def test_once_other_words_are_written_her_yes_to_the_old_ones_ends_nothing(
    team: Team, told: Told, clock: StillClock, answer: str, then: str
) -> None:
    writes(before(team, team.asha, told), team)
    question = checks(told)[0].entry.id.hex()
    if answer:
        answers(told, answer)
    writes(before(team, team.ravi, told), team, OTHER, then=then)
    assert [check.entry.said["words"] for check in checks(told)] == [OTHER] * (then == "ask")
    with pytest.raises(QuestionSettled):
        told.says(ChildMessage("transcript_right", answer=YES, ask=question))
    a_day_passes(clock)
    assert recording(told, team).sound == SOUND
    assert SAID not in repr([entry.said for entry in told.replies()]), "her copy of the old words ends"
    assert "The child said that it is right" not in before(team, team.asha, told).reads()


def test_she_is_asked_about_four_recordings_at_a_time(team: Team, told: Told) -> None:
    for _nth in range(transcripts.MAX_QUESTIONS):
        told.says(ChildMessage("child", sound=WEBM, sound_kind="audio/webm"))
    asha = before(team, team.asha, told)
    *voices, last = [entry.id.hex() for entry in entries(told, team) if entry.sound]
    for voice in voices:
        writes(asha, team, voice=voice)
    writes(asha, team, then="wait", voice=last)
    olga = before(team, team.olga, told)
    page = olga.does("transcript", recording=last, words=SAID, then="ask", status=422)
    assert "The child is asked about four recordings already." in page
    assert len(checks(told)) == transcripts.MAX_QUESTIONS


def test_words_that_are_changed_again_and_again_are_asked_about_in_two_days(
    team: Team, told: Told, clock: StillClock
) -> None:
    asha = before(team, team.asha, told)
    for nth in range(transcripts.MAX_QUESTIONS):
        writes(asha, team, f"{SAID} {nth}")
    writes(asha, team, OTHER, then="wait")
    voice = recording(told, team).id.hex()
    olga = before(team, team.olga, told)
    page = olga.does("transcript", recording=voice, words=OTHER, then="ask", status=422)
    assert "Words were changed too often since yesterday." in page
    assert "four recordings" not in page
    a_day_passes(clock)
    before(team, team.olga, told).does("transcript", recording=voice, words=OTHER, then="ask")
    assert [check.entry.said["words"] for check in checks(told)] == [OTHER]


def test_a_child_without_a_code_is_not_asked_and_the_page_says_what_becomes_of_the_sound(team: Team) -> None:
    told = tell(team.site_id, [team.asha], sound=SOUND, answerable=False)
    asha = before(team, team.asha, told)
    assert "Nobody can ask this child." in asha.browser.open(f"{told.path}/transcript").text
    page = asha.sends("transcript", recording=recording(told, team).id.hex(), words=SAID)
    assert "Nobody can ask this child. The recording ends with the report." in page
    asha.does("transcript", recording=recording(told, team).id.hex(), words=OTHER)
    assert told.marks.transcripts == {}


# ---- Asked, answered, ended ----


@pytest.mark.dialect("bytes, and rows that are replaced")
def test_after_her_yes_the_sound_ends_when_the_next_day_is_over_and_the_words_stay(
    team: Team, told: Told, clock: StillClock
) -> None:
    asha = before(team, team.asha, told)
    writes(asha, team)
    answers(told, YES)
    assert "The recording ends at the end of Wed 25 Nov 2026." in read(asha.reads())
    a_day_passes(clock, days=1)
    assert recording(told, team).sound == SOUND, "it is still tomorrow"
    answers(told, YES)
    a_day_passes(clock)
    ended = recording(told, team)
    assert (ended.sound, ended.said["ended"], ended.turn) == (b"", "2026-11-26", 1)
    asha = before(team, team.asha, told)
    page = read(asha.reads())
    assert SAID in page
    assert "The recording ended on Thu 26 Nov 2026." in page
    assert "voice/" not in page
    asha.browser.send(f"{told.path}/voice/{ended.id.hex()}", {}, 404)
    assert steps(told)[-1] == "voice_ended"
    assert checks(told) == ()
    assert told.marks.transcripts == {}
    settled = rows(told)
    settle_transcripts()
    assert rows(told) == settled, "twice is once"


@pytest.mark.parametrize("answer", [KEEP, NO, ""])
def test_without_a_yes_the_sound_stays_and_her_copy_ends_all_the_same(
    team: Team, told: Told, clock: StillClock, answer: str
) -> None:
    writes(before(team, team.asha, told), team)
    if answer:
        answers(told, answer)
    a_day_passes(clock, days=2 if answer else 32)
    assert recording(told, team).sound == SOUND
    assert checks(told) == ()
    assert SAID not in repr([entry.said for entry in told.replies()])
    assert all(not entry.sound for entry in told.replies())
    page = read(before(team, team.asha, told).reads())
    assert ("Write anew what was said" in page) == (answer != KEEP), "who decided is not asked again"


def test_she_takes_her_yes_back_until_it_happens_and_not_afterwards(team: Team, told: Told, clock: StillClock) -> None:
    writes(before(team, team.asha, told), team)
    answers(told, YES)
    question = checks(told)[0].entry.id.hex()
    clock.move(days=1)
    answers(told, KEEP)
    a_day_passes(clock)
    assert recording(told, team).sound == SOUND
    with pytest.raises(QuestionSettled):
        told.says(ChildMessage("transcript_right", answer=YES, ask=question))
    a_day_passes(clock)
    assert recording(told, team).sound == SOUND


@pytest.mark.parametrize("ask", ["", "00" * 16, "no id", "\N{DEVANAGARI DIGIT ONE}" * 32])
def test_nobody_answers_a_question_that_was_not_asked(team: Team, told: Told, ask: str) -> None:
    writes(before(team, team.asha, told), team)
    states = told.marks
    with pytest.raises(QuestionSettled):
        told.says(ChildMessage("transcript_right", answer=YES, ask=ask))
    assert told.marks == states


def test_a_question_of_another_child_is_none_here(team: Team, told: Told) -> None:
    other = tell(team.site_id, [team.asha, team.olga], sound=SOUND)
    writes(before(team, team.asha, other), team)
    with pytest.raises(QuestionSettled):
        told.says(ChildMessage("transcript_right", answer=YES, ask=checks(other)[0].entry.id.hex()))
    assert checks(other)[0].answer == ""


@pytest.mark.parametrize("of", ["recording", "begins alike"])
def test_an_answer_counts_only_under_the_id_by_which_readers_find_it(team: Team, told: Told, of: str) -> None:
    writes(before(team, team.asha, told), team)
    question = checks(told)[0].entry.id.hex()
    ask = recording(told, team).id.hex() if of == "recording" else question[:12] + "0" * 20
    with pytest.raises(QuestionSettled):
        told.says(ChildMessage("transcript_right", answer=YES, ask=ask))
    told.says(ChildMessage("transcript_right", answer=YES, ask=question.upper()))
    assert checks(told)[0].answer == YES
    assert "The child says that it is right." in before(team, team.asha, told).reads()


def test_asking_about_one_recording_does_not_answer_a_no_about_another_one(team: Team, told: Told) -> None:
    told.says(ChildMessage("child", sound=WEBM, sound_kind="audio/webm"))
    later = next(entry for entry in entries(told, team) if entry.kind == "child_voice")
    asha = before(team, team.asha, told)
    asha.does("answer", words="Thank you.")
    writes(asha, team)
    answers(told, NO)
    writes(before(team, team.asha, told), team, OTHER, voice=later.id.hex())
    assert "child_wrote" in told.marks.clocks
    writes(before(team, team.asha, told), team, OTHER)
    assert "child_wrote" not in told.marks.clocks


# ---- What stops it ----


@pytest.mark.parametrize("flag", [HELD, REPORTED])
def test_a_hold_or_a_report_to_an_authority_keeps_the_sound_and_its_end_lets_it_end(
    team: Team, told: Told, clock: StillClock, flag: str
) -> None:
    writes(before(team, team.asha, told), team)
    answers(told, YES)
    told.changes(flags=(flag,))
    a_day_passes(clock, days=40)
    assert recording(told, team).sound == SOUND
    assert checks(told)[0].answer == YES, "she can still say otherwise"
    assert "The recording stays while a court or an authority may need it." in before(team, team.asha, told).reads()
    told.changes(flags=())
    settle_transcripts()
    ended = recording(told, team)
    assert (ended.sound, ended.said["ended"]) == (b"", "2027-01-02"), "no page says that it was gone before"


def test_a_hold_that_one_of_two_asked_for_keeps_it_until_the_second_answered(
    team: Team, told: Told, clock: StillClock
) -> None:
    asha = before(team, team.asha, told)
    writes(asha, team)
    answers(told, YES)
    asha.does("hold", words="A court asks.")
    a_day_passes(clock)
    assert recording(told, team).sound == SOUND


def test_what_was_handed_over_is_named_to_her_and_what_ends_is_handed_to_nobody(team: Team, told: Told) -> None:
    asha, voice = before(team, team.asha, told), recording(told, team).id.hex()
    asha.does(
        "hand-over", to=str(team.lata.id), items=[voice], words="Listen.", ground="spoken", reason="She said yes."
    )
    writes(asha, team)
    (check,) = checks(told)
    assert check.copies == ("Lata Example",)
    answers(told, YES)
    form = asha.browser.open(f"{told.path}/hand-over").text
    assert f'value="{voice}"' not in form
    assert SAID in form, "the words can go"


def test_what_is_handed_over_while_she_is_asked_is_named_to_her_until_it_is_taken_back(team: Team, told: Told) -> None:
    asha, voice = before(team, team.asha, told), recording(told, team).id.hex()
    writes(asha, team)
    asha.does(
        "hand-over", to=str(team.lata.id), items=[voice], words="Listen.", ground="spoken", reason="She said yes."
    )
    assert checks(told)[0].copies == ("Lata Example",)
    (item,) = {entry.said["item"] for entry in entries(told, team) if entry.kind == "handed"}
    before(team, team.asha, told).does("take-back", item=item, words="A mistake.")
    assert checks(told)[0].copies == ()


# ---- What a thief of the files learns ----


@pytest.mark.sqlite  # on PostgreSQL the old row stays until it is vacuumed
def test_the_sealed_sound_is_in_no_file_afterwards_and_in_all_until_then(
    app: Flask, settings: Settings, team: Team, told: Told, clock: StillClock
) -> None:
    writes(before(team, team.asha, told), team)
    voice_id, question_id = recording(told, team).id, checks(told)[0].entry.id
    bodies = {its_id: body for its_id, (_day, body) in rows(told).items() if its_id in {voice_id, question_id}}
    assert all(len(body) > len(SOUND) for body in bodies.values())
    answers(told, YES)

    def holding() -> set[str]:
        """The files in which some piece of one of the two is."""
        pieces = [body[at : at + 64] for body in bodies.values() for at in range(200, len(body) - 64, 1500)]
        return {
            name for name, data in stolen_files(app, settings, "").items() if any(piece in data for piece in pieces)
        }

    a_day_passes(clock, days=1)
    assert holding()
    a_day_passes(clock)
    assert holding() == set()


def test_two_thefts_tell_of_no_answer_which_it_was(team: Team, clock: StillClock) -> None:
    """The same rows are there and differ, in the same lengths and days, after a yes, a no and a wish to keep it."""
    told = [tell(team.site_id, [team.asha, team.olga], sound=SOUND) for _answer in transcripts.ANSWERS]
    for each in told:
        writes(before(team, team.asha, each), team)
    first = [rows(each) for each in told]
    for each, answer in zip(told, transcripts.ANSWERS, strict=True):
        answers(each, answer)
    second = [rows(each) for each in told]
    a_day_passes(clock)
    third = [rows(each) for each in told]
    for one, other, changed, new in ((first, second, 0, 2), (second, third, 2, 0)):
        differences = [_differences(*thefts) for thefts in zip(one, other, strict=True)]
        assert differences[0] == differences[1] == differences[2]
        assert [sum(shape[2] == what for shape in differences[0]) for what in ("changed", "new")] == [changed, new]
    assert len({each.facts().version for each in told}) == 1


def _differences(one: Rows, other: Rows) -> list[tuple[int, str, str]]:
    """Length, day, and whether it is new or changed, of each row of the later theft."""
    changed = {row_id: "changed" if row_id in one else "new" for row_id, row in other.items() if one.get(row_id) != row}
    return sorted((len(body), day, changed.get(row_id, "")) for row_id, (day, body) in other.items())
