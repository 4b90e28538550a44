"""An interpreter reads one entry by the child's yes, for two weeks; her rendering stands beside it (S5, S14, S31)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.child_at_tablet import WEBM
from tests.support.people import Somebody, make_person
from tests.support.report_actions import At, before
from tests.support.reports import Told, tell
from tests.support.unattended_reports import mailed
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.interpreters import record_languages
from youthvoice.accounts.models import InterpreterRow
from youthvoice.accounts.people.store import change_person, close_account, set_address
from youthvoice.accounts.store import find_person_row, get_person_row
from youthvoice.audit.audit_log import Log
from youthvoice.audit.log_lines import list_lines
from youthvoice.errors import CannotOpen
from youthvoice.grievances import interpretations, transcripts
from youthvoice.grievances.child_thread import ChildMessage, TranscriptCheck, child_thread_view
from youthvoice.grievances.deadlines.notices import send_daily_notices
from youthvoice.grievances.deadlines.transcript_job import settle_transcripts
from youthvoice.grievances.intake.receive import QuestionSettled
from youthvoice.grievances.transcripts import INTERPRETER, LATER, NO, YES
from youthvoice.threads import handover_items
from youthvoice.threads.content_check import contacts_in
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.models import HandoverItemRow
from youthvoice.threads.store import ReaderKey, list_threads, open_thread, read_entries
from youthvoice.web.i18n.languages import LANGUAGES

WORDS = "ও আমার জুতো নিয়ে গেছে, আর আমি ফেরত পাইনি"
RENDERED = "He took my shoes, and I did not get them back"


@dataclass
class Case:
    """A report in Bengali, its advocate, and an interpreter."""

    team: Team
    told: Told
    bela: Somebody

    def at(self) -> At:
        return before(self.team, self.team.asha, self.told)

    def entries(self) -> Sequence[ThreadEntry]:
        asha = self.team.asha
        with db.reading(db.engine()) as session:
            thread = open_thread(
                session,
                ReaderKey(asha.id, asha.public_key, frozenset({self.team.site_id})),
                self.told.id,
                asha.private_key,
            )
            assert thread
            return read_entries(session, thread)

    def entry(self, *kinds: str) -> ThreadEntry:
        return next(entry for entry in self.entries() if entry.kind in (kinds or ("told",)))

    def asks(self, *, status: int = 200, entry: str = "", **more: object) -> str:
        typed = {"entry": entry or self.entry().id.hex(), "language": "bn", "into": "en", "to": str(self.bela.id)}
        return self.at().does("ask-interpreter", status=status, **typed | more)

    def checks(self) -> tuple[TranscriptCheck, ...]:
        return child_thread_view(self.told.replies(), self.told.marks).checks

    def says(self, answer: str) -> None:
        check = self.checks()[-1].entry
        self.told.says(ChildMessage("interpreter", answer=answer, ask=check.id.hex(), copy=check))

    def desk(self) -> Visitor:
        return self.team.at(self.bela)


def items() -> list[HandoverItemRow]:
    with db.reading(db.engine()) as session:
        return list(session.scalars(select(HandoverItemRow)))


def speaks(person: Somebody, *languages: str, works_at: Sequence[int] = ()) -> None:
    with db.writing(db.engine()) as session:
        record_languages(session, person.id, languages, works_at, Log(context.today(), "test"))


def interpreter(team: Team, name: str = "Bela", *, trusted: bool = True) -> Somebody:
    with db.writing(db.engine()) as session:
        person = make_person(
            session,
            "interpreter",
            team.site_id,
            handle=f"{name.lower()}-speaks".replace(" ", "-"),
            name=f"{name} Example",
            trusted=trusted,
        )
    speaks(person, "bn", "en")
    return person


@pytest.fixture
def case(team: Team) -> Case:
    told = tell(team.site_id, [team.asha, team.ravi, team.olga], left_out=[team.lead], words=WORDS)
    told.changes(language="bn")
    return Case(team, told, interpreter(team))


def opens(case: Case) -> tuple[Visitor, str]:
    """She opens the only thing that was sealed to her."""
    desk = case.desk()
    (item,) = [row for row in items() if row.person_id == case.bela.id]
    path = f"/staff/translate/{item.id.hex()}"
    desk.open(path)
    desk.send(path)
    return desk, path


# ---- The way ----


@pytest.mark.dialect("a row is deleted and made again under one key, and days are compared")
def test_after_a_yes_she_reads_one_entry_and_what_she_writes_stands_beside_it(case: Case) -> None:
    page = case.asks()
    assert "Bela Example" in page
    assert items() == [], "nothing is sealed before a yes"
    (check,) = case.checks()
    assert (check.entry.said["to"], check.entry.said["words"]) == ("Bela Example", WORDS)
    case.says(YES)
    desk, path = opens(case)
    read = desk.open(path).text
    assert WORDS in read
    for hidden in ("Example House", case.told.path[-6:], "Asha"):
        assert hidden not in read.split("<main")[1], "neither the house nor the report nor who asks"
    desk.send(f"{path}/rendering", {"words": RENDERED})
    desk.open(path)
    desk.send(f"{path}/rendering", {"words": "He stole my shoes"})
    shown = case.at().reads()
    assert shown.index(WORDS) < shown.index(RENDERED) < shown.index("He stole my shoes"), "both stand, and the original"
    assert "translated by Bela Example" in shown


def test_she_cannot_bury_a_report_under_what_she_writes_of_it(case: Case) -> None:
    case.asks()
    case.says(YES)
    desk, path = opens(case)
    for nth in range(interpretations.MAX_RENDERINGS):
        desk.open(path)
        desk.send(f"{path}/rendering", {"words": f"Rendering {nth}"})
    desk.open(path)
    refused = desk.send(f"{path}/rendering", {"words": "One more, and what I typed stays"}, 422).text
    assert "You wrote it five times" in refused
    assert "One more, and what I typed stays" in refused
    assert "One more" not in case.at().reads()


def test_an_answer_comes_back_in_the_childs_language_beside_the_original(case: Case) -> None:
    case.asks()
    case.says(YES)
    case.at().does("answer", words="We look for them today.")
    answer = next(entry for entry in case.entries() if entry.kind == "advocate")
    way = f"share-answer?message={answer.id.hex()}"
    assert way in case.at().reads(), "beside the answer, which the child cannot read yet"
    case.at().does("share-answer", message=answer.id.hex(), to=case.checks()[0].entry.id.hex())
    desk = case.desk()
    item = max(items(), key=lambda row: row.id != interpreted(case)[0])
    path = f"/staff/translate/{item.id.hex()}"
    desk.open(path)
    desk.send(path)
    assert "We look for them today." in desk.open(path).text
    desk.send(f"{path}/rendering", {"words": "আমরা আজ খুঁজব"})
    seen = child_thread_view(case.told.replies(), case.told.marks)
    (message,), (rendering,) = seen.messages, seen.renderings
    assert rendering.said["message"] == message.said["message"]
    assert (rendering.said["words"], rendering.said["language"], rendering.said["from"]) == (
        "আমরা আজ খুঁজব", "bn", "Bela Example",
    )  # fmt: skip
    assert message.said["words"] == "We look for them today."
    assert way not in case.at().reads()


def interpreted(case: Case) -> list[bytes]:
    question = next(transcripts.list_questions(case.told.marks))
    return handover_items.interpreted_item_ids(context.keyring(), case.told.id, question.question)


def test_words_without_a_space_take_no_time_to_be_checked_for_addresses() -> None:
    """Each letter was tried as the beginning of an address: of these it took minutes."""
    words = "w" * 100_000
    assert contacts_in(f"{words} Ask@example.org. {words}") == {"ask@example.org."}


@pytest.mark.parametrize(
    ("rendered", "status"),
    [
        ("আমাকে ফোন করো: ৯৮৭৬৫ ৪৩২১০", 422),
        ("+91 98765 43210", 422),
        ("write to me@example.org", 422),
        ("https://example.org/a", 422),
        ("See www.Example.org today", 422),
        ("১৮০০ ১২৩ ৪৫৬৭, help@example.org. ২৪.১১.২০২৬, 1098", 200),
    ],
)
def test_an_interpreter_gives_a_child_no_number_and_no_address_of_her_own(
    case: Case, rendered: str, status: int
) -> None:
    """Her words reach the child before anybody here can read them: they lead the child to nobody."""
    case.asks()
    case.says(YES)
    case.at().does(
        "answer", words="Call 1800 123 4567 or write to help@example.org. We look on 24.11.2026.", anyway="y"
    )
    answer = next(entry for entry in case.entries() if entry.kind == "advocate")
    case.at().does("share-answer", message=answer.id.hex(), to=case.checks()[0].entry.id.hex())
    item = max(items(), key=lambda row: row.id != interpreted(case)[0])
    desk, path = case.desk(), f"/staff/translate/{item.id.hex()}"
    desk.open(path)
    desk.send(path)
    page = desk.send(f"{path}/rendering", {"words": rendered}, status).text
    assert ("that is not in the answer goes to no child" in page) == (status == 422)
    assert len(child_thread_view(case.told.replies(), case.told.marks).renderings) == (status == 200)


# ---- No yes ----


@pytest.mark.parametrize("answer", [NO, LATER])
def test_without_a_yes_nothing_is_sealed(case: Case, answer: str) -> None:
    case.asks()
    case.says(answer)
    assert items() == []
    assert "To translate" in case.desk().open("/staff/translate/").text


def test_not_now_leaves_the_question_open_and_a_no_ends_it_a_day_later(case: Case, clock: StillClock) -> None:
    case.asks()
    case.says(LATER)
    clock.move(days=3)
    settle_transcripts()
    case.says(NO)
    clock.move(days=2)
    settle_transcripts()
    assert case.checks() == ()
    assert not any(entry.said.get("words") == WORDS for entry in case.told.replies()), "her own copy ends, too"
    assert "No interpreter can be asked for" in case.at().browser.open(f"{case.told.path}/ask-interpreter").text, (
        "nobody asks her again for a person to whom she said no"
    )


def test_a_yes_after_a_no_counts_and_she_is_offered_again(case: Case) -> None:
    case.asks()
    case.says(NO)
    assert "No interpreter can be asked for" in form(case)
    case.says(YES)
    assert "Bela Example" in form(case)


def test_a_yes_without_what_the_code_opened_seals_nothing(case: Case) -> None:
    case.asks()
    check = case.checks()[0].entry
    with pytest.raises(QuestionSettled):
        case.told.says(ChildMessage("interpreter", answer=YES, ask=check.id.hex()))
    with pytest.raises(QuestionSettled):
        case.told.says(ChildMessage("interpreter", answer=YES, ask="00" * 16, copy=check))
    with pytest.raises(QuestionSettled):
        case.told.says(ChildMessage("transcript_right", answer=YES, ask=check.id.hex()))
    forged = replace(check, said={**check.said, "to_id": case.team.lata.id})
    with pytest.raises(QuestionSettled):
        case.told.says(ChildMessage("interpreter", answer=YES, ask=check.id.hex(), copy=forged))
    assert items() == []


# ---- Ends ----


def test_it_ends_after_two_weeks_for_her_and_in_the_database(case: Case, clock: StillClock) -> None:
    case.asks()
    case.says(YES)
    (item,) = items()
    assert item.ends_on == item.day + timedelta(days=14)
    clock.move(days=14)
    interpretations.end_interpretations()
    path = f"/staff/translate/{item.id.hex()}"
    assert case.desk().open(path)
    case.says(YES)
    assert items()[0].ends_on == item.ends_on, "a second yes prolongs nothing"
    clock.move(days=1)
    desk = case.desk()
    desk.open(path, 404)
    desk.send(path, {}, 404)
    assert "Nothing to translate" in desk.open("/staff/translate/").text
    interpretations.end_interpretations()
    interpretations.end_interpretations()
    assert items() == []
    settle_transcripts()
    assert case.checks() == ()
    assert case.told.marks.transcripts == {}


@pytest.mark.parametrize("by", ["child", "child not now", "advocate"])
def test_taken_back_she_opens_it_no_more(case: Case, by: str) -> None:
    case.asks()
    case.says(YES)
    desk, path = opens(case)
    if by == "advocate":
        case.at().does("take-back-entry", item=case.checks()[0].entry.id.hex())
        assert case.checks() == (), "the child is not asked any more"
    else:
        case.says(NO if by == "child" else LATER)
    assert items() == []
    desk.open(path, 404)
    assert "You can no longer read this" in desk.send(f"{path}/rendering", {"words": RENDERED}, 404).text
    desk.send(f"{path}/voice", {}, 404)


def test_with_her_account_ends_what_she_reads(case: Case) -> None:
    case.asks()
    case.says(YES)
    desk, path = opens(case)
    with db.writing(db.engine()) as session:
        row = find_person_row(session, case.bela.id)
        assert row
        change_person(session, row, left_on=context.today())
    assert "Sign in" in desk.open(path).text
    assert "No interpreter can be asked for" in form(case)


def test_a_voice_that_ends_by_the_childs_wish_ends_for_the_interpreter_too(team: Team, clock: StillClock) -> None:
    told = tell(team.site_id, [team.asha, team.ravi], sound=WEBM)
    case = Case(team, told, interpreter(team))
    voice = case.entry("voice").id.hex()
    case.asks(entry=voice)
    case.says(YES)
    desk, path = opens(case)
    assert desk.send(f"{path}/voice").data == WEBM
    case.at().does("transcript", recording=voice, words=RENDERED)
    before(team, team.ravi, told).does("transcript", recording=voice, words=RENDERED, then="ask")
    check = next(check.entry for check in case.checks() if check.entry.said["ask"] == transcripts.QUESTION)
    told.says(ChildMessage("transcript_right", answer=YES, ask=check.id.hex()))
    clock.move(days=2)
    settle_transcripts()
    assert items() == []
    assert not any(entry.sound for entry in told.replies())


def answers(case: Case) -> dict[str, str]:
    """An answer to the child, as it is typed into the form that seals it to her interpreter."""
    case.at().does("answer", words="We look for them today.")
    answer = next(entry for entry in case.entries() if entry.kind == "advocate")
    return {"message": answer.id.hex(), "to": case.checks()[0].entry.id.hex()}


@pytest.mark.parametrize("since", ["key", "name", "house", "house, named by the child"])
def test_an_answer_goes_only_to_the_person_to_whom_the_child_said_yes(case: Case, since: str) -> None:
    """A reset account may be somebody else's; and whoever came to work in the house is not she to whom she said yes."""
    is_named = "named" in since
    if is_named:
        speaks(case.bela, "bn", "en", works_at=[case.team.site_id])
    case.asks(named="y" if is_named else "")
    case.says(YES)
    typed = answers(case)
    with db.writing(db.engine()) as session:
        row = find_person_row(session, case.bela.id)
        assert row
        changes: dict[str, dict[str, object]] = {"key": {"key_version": 2}, "name": {"name": "Somebody Else"}}
        change_person(session, row, **changes.get(since, {}))
    if since == "house":
        speaks(case.bela, "bn", "en", works_at=[case.team.site_id])
    page = case.at().does("share-answer", status=200 if is_named else 422, **typed)
    assert ("Nothing can be sealed to her now." in page) != is_named
    assert len(items()) == (2 if is_named else 1)


@pytest.mark.parametrize("answer", [NO, LATER])
def test_a_slow_yes_seals_nothing_after_the_child_said_otherwise(case: Case, answer: str) -> None:
    case.asks()
    check = case.checks()[-1].entry
    case.says(answer)
    with pytest.raises(QuestionSettled):
        case.told.says(ChildMessage("interpreter", answer=YES, ask=check.id.hex(), copy=check, before=""))
    assert items() == []
    case.told.says(ChildMessage("interpreter", answer=YES, ask=check.id.hex(), copy=check, before=answer))
    assert len(items()) == 1, "whoever saw what she said may say otherwise"
    case.told.says(ChildMessage("interpreter", answer=NO, ask=check.id.hex(), copy=check, before=""))
    assert items() == [], "a no counts whenever it comes"


def test_what_she_speaks_and_where_she_works_ends_with_her_account(case: Case) -> None:
    with db.writing(db.engine()) as session:
        close_account(session, get_person_row(session, case.bela.id), context.today())
        assert session.get(InterpreterRow, case.bela.id) is None


def test_the_report_says_until_when_the_child_is_asked_and_her_yes_holds(case: Case) -> None:
    case.asks()
    assert "to translate it? (the child is asked until " in case.at().reads()
    case.says(YES)
    assert "to translate it? (yes, until " in case.at().reads()
    case.says(NO)
    assert " until " not in case.at().reads().partition("to translate it?")[2].partition("</p>")[0]


def test_a_language_is_named_for_a_reader_who_does_not_know_its_script(case: Case) -> None:
    page = form(case)
    assert "বাংলা (Bangla)" in page
    assert "English (English)" not in page


def test_two_entries_of_one_interpreter_are_told_apart(case: Case) -> None:
    case.asks()
    case.says(YES)
    case.told.says(ChildMessage("child", words="আমি ভালো আছি"))
    second = next(entry for entry in case.entries() if entry.said.get("words") == "আমি ভালো আছি")
    case.asks(entry=second.id.hex())
    page = case.at().browser.open(f"{case.told.path}/take-back-entry").text
    assert f"Bela Example: {WORDS}" in page
    assert "Bela Example: আমি ভালো আছি" in page


def test_she_is_asked_to_sign_in_at_the_daily_hour_while_something_is_unopened(case: Case, clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        set_address(session, case.bela.id, "bela@example.org")

    def asked() -> list[str]:
        send_daily_notices()
        return [str(mail["To"]) for mail in mailed()]

    clock.move(hours=3)  # half an hour after the daily one
    asked()
    case.asks()
    case.says(YES)
    assert asked() == [], "no mail tells when the child said yes"
    clock.move(days=1)
    assert asked() == ["bela@example.org"]
    opens(case)
    clock.move(days=1)
    assert asked() == []


# ---- Her account ----


def test_she_finds_the_way_to_the_face_and_greeting_that_a_child_is_shown(case: Case) -> None:
    assert "Introduce yourself" in case.desk().open("/staff/me").text


def test_a_coordinator_reads_what_she_speaks(case: Case) -> None:
    with db.writing(db.engine()) as session:
        coordinator = make_person(session, "coordinator", case.team.site_id, handle="tomas", name="Tomas Example")
    page = f"/staff/people/{case.bela.id}"
    assert "English, বাংলা" in case.team.at(coordinator).open(page).text
    speaks(case.bela)
    assert "Nobody has entered what she speaks." in case.team.at(coordinator).open(page).text
    assert "Until then nobody can ask a child for her." in case.team.at(case.team.asha).open(page).text


# ---- Who is offered ----


def form(case: Case) -> str:
    return case.at().browser.open(f"{case.told.path}/ask-interpreter").text


def test_who_works_in_the_house_is_not_asked_for_unless_the_child_named_her(case: Case) -> None:
    speaks(case.bela, "bn", "en", works_at=[case.team.site_id])
    assert "works in this house" in form(case)
    assert "She works in the house where the child lives." in case.asks(status=422)
    assert case.checks() == ()
    case.asks(named="y")
    assert case.checks()[0].entry.said["works_here"]
    case.says(YES)
    assert len(items()) == 1


def test_who_came_to_work_in_the_house_since_gets_nothing(case: Case) -> None:
    case.asks()
    speaks(case.bela, "bn", "en", works_at=[case.team.site_id])
    with pytest.raises(QuestionSettled):
        case.says(YES)
    assert items() == []


def test_whom_the_child_left_out_is_not_offered_by_another_account(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi], left_out=[team.lead], words=WORDS)
    case = Case(team, told, interpreter(team, "Lee"))
    assert case.bela.name == team.lead.name
    assert "No interpreter can be asked for" in form(case)


def test_one_whom_nobody_confirmed_or_who_does_not_speak_it_is_not_asked_for(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi], words=WORDS)
    case = Case(team, told, interpreter(team, "Made Up", trusted=False))
    assert "No interpreter can be asked for" in form(case), "two colleagues compare her key first"
    case.bela = interpreter(team)
    speaks(case.bela, "hi", "en")
    other = interpreter(team, "Chandra")
    assert other
    assert "She does not speak both languages." in case.asks(status=422)
    assert items() == []


def test_a_row_of_languages_that_somebody_wrote_into_the_database_counts_for_nothing(case: Case) -> None:
    with db.writing(db.engine()) as session:
        row = session.get(InterpreterRow, case.bela.id)
        assert row
        row.works_at, row.languages = [], ["ar", "bn", "en"]
    assert "No interpreter can be asked for" in form(case)


def test_a_new_key_since_the_question_gets_nothing(case: Case) -> None:
    case.asks()
    with db.writing(db.engine()) as session:
        row = find_person_row(session, case.bela.id)
        assert row
        change_person(session, row, key_version=2)
    with pytest.raises(QuestionSettled):
        case.says(YES)
    assert items() == []


@pytest.mark.dialect("a line of the log has a longest length")
def test_the_log_says_where_somebody_entered_that_she_works(case: Case) -> None:
    """Who takes a house away lets the child be asked without the line that she works in it."""
    speaks(case.bela, "en", works_at=[case.team.site_id])
    speaks(case.bela, "en")
    speaks(case.bela, *LANGUAGES, works_at=range(1000, 1030))
    with db.reading(db.engine()) as session:
        lines = [line.subject for line in list_lines(session, date.min, date.max) if line.actor == "test"]
    assert {f"{case.bela.id} at:{case.team.site_id} en", f"{case.bela.id} en"} < set(lines)
    assert max(map(len, lines)) == 120


# ---- What she cannot ----


def test_she_opens_no_other_entry_no_report_and_nothing_of_another_interpreter(case: Case) -> None:
    other = interpreter(case.team, "Chandra")
    case.asks()
    case.says(YES)
    (item,) = items()
    desk = case.team.at(other)
    path = f"/staff/translate/{item.id.hex()}"
    desk.open(path, 404)
    desk.send(path, {}, 404)
    desk.send(f"{path}/rendering", {"words": RENDERED}, 404)
    with pytest.raises(CannotOpen):
        handover_items.open_handover(context.keyring(), item, other.private_key)
    bela = case.desk()
    for address in (
        "/staff/reports/",
        case.told.path,
        "/staff/handed/",
        f"/staff/handed/{item.id.hex()}",
        "/staff/people",
    ):
        assert bela.open(address, 403)
    with db.reading(db.engine()) as session:
        key = ReaderKey(case.bela.id, case.bela.public_key, frozenset({case.team.site_id}))
        assert list_threads(session, key) == []
        assert open_thread(session, key, case.told.id, case.bela.private_key) is None


def test_nothing_in_the_database_leads_from_her_row_to_the_report_and_lengths_are_alike(case: Case) -> None:
    case.asks()
    case.says(YES)
    (item,) = items()
    assert item.id not in case.told.id
    ids = {check.entry.id for check in case.checks()}
    assert item.id not in ids
    with db.reading(db.engine()) as session:
        length = session.scalar(select(func.length(HandoverItemRow.body)))
    short = tell(case.team.site_id, [case.team.asha], words="x")
    brief = Case(case.team, short, case.bela)
    brief.asks()
    brief.says(YES)
    assert {len(row.body) for row in items()} == {length}, "a short entry has the length of a long one"


def test_a_child_is_asked_four_things_at_most_and_their_state_keeps_its_length(case: Case) -> None:
    for name in ("Chandra", "Dipa", "Esha"):
        person = interpreter(case.team, name)
        case.asks(to=str(person.id))
    case.asks()
    assert len(case.told.marks.transcripts) == transcripts.MAX_QUESTIONS
    assert "asked four things already" in case.asks(status=422, to=str(interpreter(case.team, "Fiza").id))
    assert INTERPRETER in {question.about for question in transcripts.list_questions(case.told.marks)}


def test_a_question_that_was_taken_back_is_the_reason_why_a_child_can_be_asked_nothing_more(case: Case) -> None:
    """No words were changed, and no answer frees its place."""
    case.told.says(ChildMessage("child", sound=WEBM, sound_kind="audio/webm"))
    voice = next(entry.id.hex() for entry in case.entries() if entry.sound)
    for name in ("Chandra", "Dipa", "Esha"):
        case.asks(to=str(interpreter(case.team, name).id))
    case.asks()
    case.at().does("transcript", recording=voice, words="ভালো", then="wait")
    olga, heard = before(case.team, case.team.olga, case.told), {"recording": voice, "words": "ভালো", "then": "ask"}
    assert "asked four things already" in olga.does("transcript", status=422, **heard)
    case.at().does("take-back-entry", item=case.checks()[0].entry.id.hex())
    for page in (
        olga.does("transcript", status=422, **heard),
        case.asks(status=422, to=str(interpreter(case.team, "Fiza").id)),
    ):
        assert "A question about an interpreter was taken back since yesterday." in page
        assert "Words were changed too often" not in page
        assert "Wait for an answer" not in page
