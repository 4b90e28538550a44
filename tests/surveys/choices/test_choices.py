"""An everyday choice comes full circle: prepared, opened by an advocate's yes, won, owed, told (S33, A11)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.films import SIGN, offer_signs, sign_texts
from tests.support.long_tests import long_test
from tests.support.offline import deliver, manifest_of, seal
from tests.support.people import Somebody, make_person, make_site, on_tablet, signed_in
from tests.support.rounds import taken_of
from tests.support.visitor import Visitor, calm
from youthvoice import context, db
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.accountability.store import find_by_subject
from youthvoice.accounts.models import PersonRow
from youthvoice.clips.text_collector import clip_name, film_voice
from youthvoice.read_aloud.commands import clips
from youthvoice.sites.store import change_site
from youthvoice.surveys.batches import closing_job
from youthvoice.surveys.choices.store import list_waiting_choices
from youthvoice.surveys.models import ChoiceRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import list_rounds_by_id

NewVisitor = Callable[[], Visitor]
EVENING = date(2026, 11, 24)  # the clock stands at half past two there
FOOD = {
    "question_en": "What for Friday?",
    "picture_1": "curry-and-rice",
    "word_1_en": "Dal and rice",
    "picture_2": "steaming-bowl",
    "word_2_en": "Noodles",
    "ties": "lot",
    "invited": 12,
    "closes": EVENING.isoformat(),
    "due": "2026-11-27",
}


@dataclass(frozen=True)
class Home:
    """A site with a facilitator and two advocates."""

    site_id: int
    lata: Somebody
    asha: Somebody
    visitor: NewVisitor

    def prepares(self, status: int = 200, other: Mapping[str, object] | None = None) -> Visitor:
        """Lata asks for food."""
        desk = signed_in(self.visitor(), self.lata)
        address = f"/staff/choices/new/{self.site_id}/own"
        desk.open(address)
        desk.send(address, {**FOOD, "decider": self.lata.id, **(other or {})}, status)
        return desk

    def says_yes(self, choice_id: int, status: int = 200, **other: object) -> Visitor:
        """Asha looks at every picture and says yes."""
        desk = signed_in(self.visitor(), self.asha)
        desk.open(f"/staff/choices/{choice_id}")
        desk.send(f"/staff/choices/{choice_id}/yes", other, status)
        return desk

    def opened(self, **other: object) -> Round:
        """A choice that children can make."""
        self.prepares(other=other)
        choice_id = newest()
        self.says_yes(choice_id)
        return round_of(choice_id)

    def votes(self, round_: Round, *pictures: str) -> None:
        """So many children choose."""
        tablet = on_tablet(self.visitor(), self.site_id)
        for picture in pictures:
            taken_of(tablet, round_, choice=picture)

    def board(self) -> str:
        """What children read."""
        tablet = on_tablet(self.visitor(), self.site_id)
        tablet.client.set_cookie("language", "en")
        return tablet.open("/choose").text


def newest() -> int:
    """The choice that was prepared last."""
    with db.reading(db.engine()) as session:
        return max(one.id for one in session.query(ChoiceRow))


def round_of(choice_id: int) -> Round:
    """The round of a choice."""
    with db.reading(db.engine()) as session:
        row = session.get_one(ChoiceRow, choice_id)
        assert row.round_id
        return list_rounds_by_id(session, [row.round_id])[0]


def owed(slug: str) -> AnswerDue | None:
    """What the decider owes."""
    with db.reading(db.engine()) as session:
        return find_by_subject(session, "choice", slug)


def close(clock: StillClock) -> None:
    """The evening comes."""
    clock.move(hours=4)
    closing_job.close_due_job()


@pytest.fixture
def home(app: Flask, visitor: NewVisitor) -> Home:
    with db.writing(db.engine()) as session:
        site_id = make_site(session).id
        lata = make_person(session, "facilitator", site_id, handle="lata")
        asha = make_person(session, "advocate", site_id, handle="asha")
        make_person(session, "advocate", site_id, handle="ravi")
    return Home(site_id, lata, asha, visitor)


@pytest.mark.dialect("writers wait for each other")
def test_a_facilitator_prepares_and_an_advocates_yes_opens(home: Home) -> None:
    desk = home.prepares()
    assert "An advocate looks at it" in desk.page
    assert "nothing to choose" in home.board().lower()
    round_ = home.opened(question_en="What for Saturday?")
    assert round_.purpose == "choice"
    assert round_.state(context.now()) == "open"
    assert "What for Saturday?" in home.board()


def test_the_two_who_opened_it_are_whoever_prepared_it_and_the_advocate(home: Home) -> None:
    from youthvoice.surveys.models import RoundRow  # noqa: PLC0415 - only this test looks at signatures

    round_ = home.opened()
    with db.reading(db.engine()) as session:
        row = session.get_one(RoundRow, round_.id)
        assert (row.opened_by, row.seconded_by) == (home.lata.id, home.asha.id)


def test_it_stands_on_the_advocates_to_do_page_and_not_among_questionnaires(home: Home) -> None:
    home.prepares()
    desk = signed_in(home.visitor(), home.asha)
    page = desk.open("/staff/").text
    assert "Look at every picture, then say yes" in page
    assert "Look at every screen, then approve" not in page


def test_what_won_is_seen_the_same_evening_without_anybodys_approval(home: Home, clock: StillClock) -> None:
    round_ = home.opened()
    home.votes(round_, *["picture_1"] * 4, "picture_2")
    close(clock)
    page = home.board()
    assert "Dal and rice" in page
    assert "Asked." in page
    answer_due = owed(round_.slug)
    assert answer_due
    assert (answer_due.owner_id, answer_due.due, answer_due.about["en"]) == (
        home.lata.id,
        date(2026, 11, 27),
        "Dal and rice: What for Friday?",
    )
    assert answer_due.ready


@long_test("RUN")
def test_what_won_is_heard_and_signed_as_the_choice_was(
    app: Flask, home: Home, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S33: on the page of the choice an advocate finds where it is recorded, and `youthvoice clips` takes its films."""
    offer_signs(home.site_id)
    home.prepares()
    choice_id, voice = newest(), film_voice("en", SIGN)
    home.says_yes(choice_id)
    desk, round_ = signed_in(home.visitor(), home.asha), round_of(choice_id)
    address = f"/staff/aloud/{round_.questionnaire_id}?round={round_.slug}"
    assert f'href="{address}"' in desk.open(f"/staff/choices/{choice_id}").text
    assert desk.open(address).status_code == 200
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"{home.asha.handle}:{home.asha.password}")
    words = ("What for Friday?", "Dal and rice", "Noodles")
    listed = app.test_cli_runner().invoke(clips, [str(round_.questionnaire_id), voice]).stdout
    assert all(f"missing\t{clip_name(voice, text)}\t{text}\n" in listed for text in words)
    question, rice, _noodles = sign_texts("en", words)
    tablet = on_tablet(home.visitor(), home.site_id)
    page = tablet.open(f"/survey/{round_.slug}").text
    assert all(f'data-film="{film}"' in page for film in (question, rice))
    home.votes(round_, *["picture_1"] * 6)
    close(clock)
    board = on_tablet(home.visitor(), home.site_id).open("/choose").text
    assert f'data-film="{question}">What for Friday?' in board
    assert f'data-film="{rice}">Dal and rice</h2>' in board
    desk = signed_in(home.visitor(), home.asha)
    assert "You chose it." in desk.open(f"/staff/aloud/{round_.questionnaire_id}/en").text


def test_the_decider_says_not_yet_and_children_read_it(home: Home, clock: StillClock) -> None:
    round_ = home.opened()
    home.votes(round_, *["picture_1"] * 5)
    close(clock)
    answer_due = owed(round_.slug)
    assert answer_due
    desk = signed_in(home.visitor(), home.lata)
    assert "Do it, or say why not" in desk.open("/staff/").text
    desk.open(f"/staff/answers/{answer_due.id}")
    words: dict[str, object] = {"kind": "partly", "words_en": "The market was closed.", "done_by": "2026-11-28"}
    desk.send(f"/staff/answers/{answer_due.id}", words)
    page = home.board()
    assert "Not yet:" in page
    assert "The market was closed." in page


def test_while_it_is_counted_the_board_does_not_say_that_something_won(home: Home, clock: StillClock) -> None:
    home.votes(home.opened(), *["picture_1"] * 6)
    clock.move(hours=4)
    assert "We are counting." in home.board()
    assert "What won" not in home.board()


def test_of_four_votes_nothing_is_owed_and_it_is_said_kindly(home: Home, clock: StillClock) -> None:
    round_ = home.opened()
    home.votes(round_, *["picture_1"] * 4)
    close(clock)
    assert "Too few of us voted." in home.board()
    assert owed(round_.slug) is None


def test_of_five_sheets_without_five_votes_nothing_is_owed_either(home: Home, clock: StillClock) -> None:
    round_ = home.opened()
    home.votes(round_, *["picture_1"] * 4, "dont_know")
    close(clock)
    assert "Too few of us voted." in home.board()
    assert owed(round_.slug) is None


def test_a_choice_whose_decider_left_is_owed_by_the_coordinators(home: Home, clock: StillClock) -> None:
    round_ = home.opened()
    home.votes(round_, *["picture_2"] * 5)
    with db.writing(db.engine()) as session:
        session.get_one(PersonRow, home.lata.id).left_on = EVENING
    close(clock)
    answer_due = owed(round_.slug)
    assert answer_due
    assert (answer_due.owner_id, answer_due.owner_role) == (None, "coordinator")


def test_a_vote_without_a_picture_is_asked_for_one(home: Home) -> None:
    round_ = home.opened()
    tablet = on_tablet(home.visitor(), home.site_id)
    tablet.open(f"/survey/{round_.slug}")
    tablet.send(f"/survey/{round_.slug}", {}, 422)
    assert "Tap a picture first." in tablet.page


def test_a_vote_without_a_picture_that_waited_on_a_tablet_counts_nothing_and_waits_no_more(home: Home) -> None:
    round_ = home.opened()
    tablet = on_tablet(home.visitor(), home.site_id)
    said = deliver(home.visitor(), seal(manifest_of(tablet), f"/survey/{round_.slug}", {}))
    assert (said.status_code, said.get_json()["late"]) == (201, True)


def test_the_same_sheet_counts_once_and_a_late_one_is_dropped_kindly(home: Home, clock: StillClock) -> None:
    round_ = home.opened()
    home.votes(round_, *["picture_1"] * 4)
    tablet = on_tablet(home.visitor(), home.site_id)
    tablet.open(f"/survey/{round_.slug}")
    sheet = dict(tablet.hidden)
    for _ in range(3):
        tablet.hidden = dict(sheet)
        tablet.send(f"/survey/{round_.slug}", {"a-choice": "picture_2"})
    close(clock)
    assert "Dal and rice" in home.board()
    tablet.hidden = {"sheet": "0" * 31 + "1"}
    tablet.send(f"/survey/{round_.slug}", {"a-choice": "picture_2"})
    assert "The vote is over." in tablet.page
    assert "Small choices" in tablet.open(f"/survey/{round_.slug}").text  # what won stands there


def test_a_site_with_one_advocate_is_told_what_is_missing(home: Home) -> None:
    with db.writing(db.engine()) as session:
        for person in session.query(PersonRow).filter_by(handle="ravi"):
            person.left_on = EVENING
    desk = home.prepares(422)
    assert "Two are needed before children are asked" in desk.page


def test_the_same_question_twice_at_once_is_refused_and_another_one_is_not(home: Home) -> None:
    home.opened()
    assert "The same question is open here" in home.prepares(422).page
    other = home.opened(question_en="What for Sunday?")
    page = home.board()
    assert other.state(context.now()) == "open"
    assert page.count("/survey/") == 2


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"closes": "2026-11-23"}, "This evening is over."),
        ({"due": "2026-11-23"}, "This day is before the vote ends."),
        ({"invited": 4}, "With fewer than 5 children nothing can win."),
        ({"picture_2": "stemming-bowl"}, "Did you mean"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_box(home: Home, other: dict[str, object], said: str) -> None:
    assert said in home.prepares(422, other).page


def test_an_advocate_who_is_too_late_opens_nothing(home: Home, clock: StillClock) -> None:
    home.prepares()
    clock.move(hours=4)
    assert "Nobody approved it in time" in signed_in(home.visitor(), home.asha).open(f"/staff/choices/{newest()}").text


def test_one_yes_opens_it_once(home: Home) -> None:
    home.prepares()
    choice_id = newest()
    home.says_yes(choice_id)
    desk = signed_in(home.visitor(), home.asha)
    desk.open(f"/staff/choices/{choice_id}")
    page = desk.send(f"/staff/choices/{choice_id}/yes", {}, 422).text
    assert "Somebody else decided" in page


def test_it_is_asked_again_in_two_taps_where_an_advocate_allowed_it(home: Home, clock: StillClock) -> None:
    home.prepares()
    first = newest()
    home.says_yes(first, again="y")
    close(clock)
    desk = signed_in(home.visitor(), home.lata)
    desk.open(f"/staff/choices/{first}/again")
    desk.send(f"/staff/choices/{first}/again", _shown(desk, home.lata))
    assert "Children can choose now." in desk.page
    assert round_of(newest()).state(context.now()) == "open"


def test_without_that_an_advocate_is_asked_again(home: Home, clock: StillClock) -> None:
    home.opened()
    first = newest()
    close(clock)
    desk = signed_in(home.visitor(), home.lata)
    desk.open(f"/staff/choices/{first}/again")
    desk.send(f"/staff/choices/{first}/again", _shown(desk, home.lata))
    assert "It waits for an advocate." in desk.page
    with db.reading(db.engine()) as session:
        assert list_waiting_choices(session, [home.site_id], context.now())


def _shown(desk: Visitor, who: Somebody) -> dict[str, object]:
    """What stands in the boxes of asking again, as a browser sends it."""
    tomorrow = EVENING + timedelta(days=1)
    assert f'value="{tomorrow.isoformat()}"' in desk.page
    due = (tomorrow + timedelta(days=1)).isoformat()
    return {"closes": tomorrow.isoformat(), "due": due, "decider": who.id, "ties": "lot", "invited": 12}


def test_what_was_dropped_is_not_asked(home: Home) -> None:
    home.prepares()
    desk = signed_in(home.visitor(), home.asha)
    desk.open(f"/staff/choices/{newest()}")
    desk.send(f"/staff/choices/{newest()}/drop")
    desk.open(f"/staff/choices/{newest()}")
    assert "Not asked" in desk.page


@pytest.mark.parametrize("role", ["facilitator", "coordinator"])
def test_only_its_preparer_or_an_advocate_drops_a_choice(home: Home, role: str) -> None:
    home.prepares()
    with db.writing(db.engine()) as session:
        other = make_person(session, role, home.site_id, handle="other")
    desk = signed_in(home.visitor(), other)
    assert "/drop" not in desk.open(f"/staff/choices/{newest()}").text
    desk.send(f"/staff/choices/{newest()}/drop", status=404)
    desk = signed_in(home.visitor(), home.lata)
    assert "/drop" in desk.open(f"/staff/choices/{newest()}").text
    desk.send(f"/staff/choices/{newest()}/drop")
    assert "Not asked" in desk.open(f"/staff/choices/{newest()}").text


def test_a_small_choice_lies_behind_answer_and_what_won_beside_it_once_one_is_over(
    home: Home, clock: StillClock
) -> None:
    tablet = on_tablet(home.visitor(), home.site_id)
    tablet.client.set_cookie("language", "en")
    assert "/choose" not in tablet.open("/open").text
    round_ = home.opened()
    assert 'href="/open"' in tablet.open("/").text
    page = tablet.open("/open").text
    assert 'href="/survey/' in page
    assert 'href="/choose"' not in page, "nothing has won yet"
    assert "What won" not in home.board()
    home.votes(round_, *["picture_1"] * 6)
    close(clock)
    assert 'href="/choose"' in tablet.open("/open").text
    home.opened(question_en="What for Saturday?", closes=(EVENING + timedelta(days=1)).isoformat())
    board = home.board()
    assert board.index("What won") < board.index("Dal and rice") < board.index("What you can choose now")
    assert board.index("What you can choose now") < board.index("What for Saturday?")


def test_a_child_whose_language_is_not_asked_reads_the_first_one_marked_and_no_markup(home: Home) -> None:
    """What is stored has its texts by their codes: Arabic came before English, and its markup was shown as text."""
    with db.writing(db.engine()) as session:
        change_site(session, home.site_id, {"languages": ("en", "ar", "de")})
    arabic = {"question_ar": "ماذا يوم الجمعة؟", "word_1_ar": "أرز", "word_2_ar": "معكرونة"}
    round_ = home.opened(**arabic)
    tablet = on_tablet(home.visitor(), home.site_id)
    tablet.client.set_cookie("language", "de")
    for path in ("/open", "/choose", f"/survey/{round_.slug}"):
        page = tablet.open(path).text
        assert '<span lang="en" dir="ltr">What for Friday?</span>' in page, path
        assert "ماذا" not in page, path
        assert "&lt;" not in page, path


def test_both_that_tie_are_told(home: Home, clock: StillClock) -> None:
    round_ = home.opened(ties="both")
    home.votes(round_, *["picture_1"] * 3, *["picture_2"] * 3)
    close(clock)
    assert "Dal and rice + Noodles" in home.board()


def test_while_it_is_open_no_page_changes_with_a_vote(home: Home) -> None:
    """A8: neither children nor staff can watch the votes come in."""
    round_ = home.opened()
    desk = signed_in(home.visitor(), home.lata)
    looked = ("/staff/choices/", f"/staff/choices/{newest()}")

    def seen() -> list[str]:
        return [home.board(), *(calm(desk.open(path).text) for path in looked)]

    before = seen()
    home.votes(round_, *["picture_1"] * 6)
    assert seen() == before


def test_what_is_owed_is_as_long_whether_something_won_or_not(home: Home, clock: StillClock) -> None:
    won, lost = home.opened(), home.opened(question_en="What for Sunday?")
    home.votes(won, *["picture_1"] * 5)
    home.votes(lost, *["dont_know"] * 5)
    close(clock)
    with db.reading(db.engine()) as session:
        rows = {row.subject: row for row in session.query(AnswerDueRow).filter_by(kind="choice")}
    assert {won.slug, lost.slug} == set(rows)
    assert len(rows[won.slug].locked) == len(rows[lost.slug].locked)
    assert owed(lost.slug) is None


def test_a_vote_is_three_taps_after_the_front_page(home: Home) -> None:
    """The question, a picture, Send: no screen stands between, and what is promised stands above the pictures."""
    round_ = home.opened()
    tablet = on_tablet(home.visitor(), home.site_id)
    tablet.client.set_cookie("language", "en")
    page = tablet.open(f"/survey/{round_.slug}").text
    assert "data-assent" not in page
    assert page.index("Everybody sees only") < page.index('value="picture_1"')
    assert "says why not" in page
