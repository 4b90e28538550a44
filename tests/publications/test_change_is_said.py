"""What changed between two waves stands everywhere a view does (A6), and a quiz is answered in words of its own."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import on_tablet, signed_in
from tests.support.publications import House, counts_of, link_to, make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.store import find_by_subject
from youthvoice.audit.audit_log import Log
from youthvoice.publications import render
from youthvoice.publications.board.board_cards import BoardCard, BoardEntry
from youthvoice.publications.board.children_board import BoardPage
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.render import RenderedFinding
from youthvoice.publications.review import drafting
from youthvoice.publications.snapshot import Frozen
from youthvoice.publications.store import list_waiting_editions
from youthvoice.surveys.rounds.entities import Round

N = 25  # few is 0 to 8, about half 9 to 16, most 17 to 25


def counts(right: int, n: int = N) -> dict[str, dict[str, int]]:
    """So many know each item of the quiz."""
    questionnaire = starter("rights")
    found = counts_of(questionnaire, n)
    for question in questionnaire.coded:
        if question.publish == "right" and question.right:
            wrong = next(key for key in question.keys if key != question.right)
            found[question.name] = dict.fromkeys(found[question.name], 0) | {question.right: right, wrong: n - right}
    return found


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def told(home: House, clock: StillClock, before: int, after: int, n: int = N) -> Round:
    """Two waves that are not linked, counted and approved."""
    waves = home.open(starter("rights"), pair=True)
    for facts, right in zip(waves, (before, after), strict=True):
        clock.move(days=8)
        home.count(facts, n, counts(right, n))
        drafting.draft_due()
        with db.writing(db.engine()) as session:
            (edition,) = list_waiting_editions(session, [home.site_id])
            log = Log(context.today(), "advocate")
            drafting.approve_edition(session, edition, home.people["advocate"].id, context.today(), log)
    return waves[1]


def frozen(home: House) -> Frozen:
    return home.edition().rows["guardians"].frozen


def of_family(home: House, visitor: Callable[[], Visitor]) -> str:
    """The page that a family opens."""
    with db.writing(db.engine()) as session:
        add_address(session, home.site_id, "one@example.org", "en", home.people["advocate"].id)
    return visitor().open(f"/views/{link_to(home.edition().rows['guardians'].slug)}").text


def said_of_quiz(view: Frozen) -> set[str]:
    return {line["change"] for one in view["questions"] if one["as"] == "right" for line in one["lines"]}


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [(10, 24, "more"), (15, 17, "no_clear_change"), (24, 10, "fewer"), (9, 16, "too_wide"), (2, 24, "more")],
)
def test_the_verdict_is_frozen_with_the_view(
    home: House, clock: StillClock, before: int, after: int, change: str
) -> None:
    told(home, clock, before, after)
    assert said_of_quiz(frozen(home)) == {change}


def test_a_family_a_child_and_an_advocate_read_what_changed(
    home: House, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    told(home, clock, 10, 24)
    page = of_family(home, visitor)
    first = page.partition('class="first">')[2]
    assert first.startswith("More answers than before say that every child has rights.")
    assert page.count("More than before") >= 6
    board = on_tablet(visitor(), home.site_id).open("/we-did").text
    assert 'It changed</p><p class="verdict">More of us now say that every child has rights.</p>' in board
    view = frozen(home)
    assert ",more," in render.export_csv(view)
    assert '"change": "more"' in render.export_json(view)
    staff = signed_in(visitor(), home.people["advocate"])
    for audience in ("", "/children", "/review"):
        shown = staff.open(f"/staff/publications/{home.edition().first.slug}{audience}").text
        assert "More than before" in shown or "More of us now" in shown


def test_what_the_ranges_hide_is_said_once_folded_and_never_as_no_change(
    home: House, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    told(home, clock, 9, 16)
    page = of_family(home, visitor)
    board = on_tablet(visitor(), home.site_id).open("/we-did").text
    for shown in (page, board):
        assert shown.count("These ranges are too wide to show a change.") == 1
        assert shown.count("It may have changed:") == 1
        assert "No clear change" not in shown
        assert "tell yet" not in shown
    details = page.partition('<details class="fold">')[2].partition("</details>")[0]
    assert details.count("<li>") >= 6


def test_where_a_rule_leaves_a_question_out_silence_may_be_that_nobody_asked(app: Flask) -> None:
    home = make_house()
    home.counted("daily-life-10-12")
    view = home.edition().rows["guardians"].frozen
    with app.test_request_context():
        shown = {finding.name: finding for finding in render.render_view(view, "en").findings}
    silent = {name: [bar[0] for bar in one.bars if bar[0].startswith("did not say")] for name, one in shown.items()}
    assert silent["more_of"] == ["did not say or was not asked"]


def card(name: str, reply: str = "", changed: str = "") -> BoardCard:
    finding = RenderedFinding(
        name, name, "", (), (0, 8, 25, ""), "more", changed, change_sentence=changed, question_text=name
    )
    return BoardCard(sentence=name, finding=finding, reply=reply)


def names(page: BoardPage) -> list[str]:
    return [str(one.card.sentence) for one in page.open_stories]


def test_a_board_shows_four_matters_what_is_answered_first_and_a_change_among_them() -> None:
    first = BoardEntry("June", tuple(card(f"answered {nth}", "yes") for nth in range(5)))
    waits = BoardEntry("July", (card("waits"), card("waits too")))
    changed = BoardEntry("May", (card("changed", changed="More of us."),))
    page = BoardPage((first, waits, changed), None)
    assert names(page) == ["answered 0", "answered 1", "answered 2", "changed"]
    assert [str(one.card.sentence) for one in page.folded_stories] == ["answered 3", "answered 4", "waits", "waits too"]
    both = BoardEntry("May", (card("answered and changed", "yes", "More of us."),))
    assert names(BoardPage((first, both), None))[0] == "answered and changed"


def test_good_news_stands_open_on_a_board_of_many_answers() -> None:
    """Adults answer good news with nothing more, so it would always be folded away."""
    answered = BoardEntry("June", tuple(card(f"answered {nth}", "yes") for nth in range(5)))
    news = [BoardEntry("", (card(f"swing {nth}"),), is_good=True) for nth in range(2)]
    changed = BoardEntry("May", (card("changed", changed="More of us."),))
    page = BoardPage((answered, *news, changed), None)
    assert names(page) == ["answered 0", "answered 1", "swing 0", "changed"]
    assert "swing 1" in [str(one.card.sentence) for one in page.folded_stories]
    assert names(BoardPage((answered, *news), None)) == ["answered 0", "answered 1", "swing 0", "answered 3"]


def test_a_quiz_is_answered_with_what_adults_do_about_what_children_did_not_know(
    home: House, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    round_ = told(home, clock, 10, 24)
    with db.reading(db.engine()) as session:
        answer_due = find_by_subject(session, "round", round_.pair or "") or find_by_subject(
            session, "round", round_.slug
        )
        assert answer_due
    quiz = next(part.name for part in answer_due.parts if part.is_quiz)
    wish = next(part.name for part in answer_due.parts if not part.is_quiz)
    assert (answer_due.wording(quiz), answer_due.wording(wish), answer_due.wording("")) == ("quiz", "round", "mixed")
    decider = signed_in(visitor(), home.people["coordinator"])
    first = decider.open(f"/staff/answers/{answer_due.id}").text
    assert "What do you do about it?" in first, "of both together nothing is asked that yes or no would answer"
    assert "Say yes, partly, or no" not in first
    form = decider.open(f"/staff/answers/{answer_due.id}/{quiz}").text
    assert "What do you do about what they did not know?" in form
    assert "We do something about it" in form
    assert "No, because" not in form
    assert "No, because" in decider.open(f"/staff/answers/{answer_due.id}/{wish}").text
    decider.open(f"/staff/answers/{answer_due.id}/{quiz}")
    decider.send(f"/staff/answers/{answer_due.id}/{quiz}", {"kind": "noted", "words_en": "Noted."}, 422)  # S11
    with db.writing(db.engine()) as session:
        who = home.people["coordinator"].id
        replies.record_reply(session, answer_due.id, quiz, "yes", {"en": "We play it again."}, who, context.today())
    assert "We do something about it" in decider.open(f"/staff/rounds/{round_.slug}").text
    board = on_tablet(visitor(), home.site_id).open("/we-did").text
    assert '<p class="eyebrow">They did</p><p class="adult-words"><b class="verdict">We do this:</b>' in board
    page = of_family(home, visitor)
    assert "We do this:" in page


def single(home: House, clock: StillClock, food: int) -> Frozen:
    """A round of its own, a quarter after the last; gives its view for reviews."""
    clock.move(days=100)
    (facts,) = home.open(starter("daily-life-10-12"))
    counted = counts_of(starter("daily-life-10-12"), N)
    counted["food"] = dict.fromkeys(counted["food"], 0) | {"good": food, "bad": N - food}
    home.count(facts, N, counted)
    edition = home.edition()
    with db.writing(db.engine()) as session:
        (waiting,) = list_waiting_editions(session, [home.site_id])
        log = Log(context.today(), "advocate")
        drafting.approve_edition(session, waiting, home.people["advocate"].id, context.today(), log)
    return edition.rows["review"].frozen


def since(view: Frozen) -> str:
    (line,) = (line for one in view["questions"] if one["name"] == "food" for line in one["lines"])
    return str((line.get("since") or {}).get("change", ""))


def test_round_after_round_says_what_changed_where_the_whole_row_bears_it(
    home: House, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    views = [single(home, clock, food) for food in (3, 14, 24, 20, 12)]
    assert [since(view) for view in views] == ["", "more", "more", "", "fewer"], "most twice is too wide"
    assert "since" not in str(home.edition().rows["guardians"].frozen["questions"]), "reviews alone read trends"
    staff = signed_in(visitor(), home.people["advocate"])
    page = staff.open(f"/staff/publications/{home.edition().rows['review'].slug}/review").text
    assert "Fewer than on" in page


def test_a_second_verdict_is_not_said_where_two_would_leave_too_little(home: House, clock: StillClock) -> None:
    """Each alone is safe; see `tests/attacks/disclosure/test_change_in_a_row.py`."""
    pair = told_row(home, clock, (13, 20, 28), 40)
    assert pair == ["", "no_clear_change", ""]


def told_row(home: House, clock: StillClock, foods: tuple[int, ...], n: int) -> list[str]:
    found = []
    for food in foods:
        clock.move(days=100)
        (facts,) = home.open(starter("daily-life-10-12"))
        counted = counts_of(starter("daily-life-10-12"), n)
        counted["food"] = dict.fromkeys(counted["food"], 0) | {"good": food, "bad": n - food}
        home.count(facts, n, counted)
        found.append(since(home.edition().rows["review"].frozen))
    return found


@pytest.mark.parametrize(("rounds_before", "change"), [([], "no_clear_change"), ([13], "too_wide")])
def test_a_pair_is_silent_where_its_first_wave_was_told_of_already(
    home: House, clock: StillClock, rounds_before: list[int], change: str
) -> None:
    for right in rounds_before:
        (facts,) = home.open(starter("rights"))
        home.count(facts, 40, counts(right, 40))
        drafting.draft_due()
        with db.writing(db.engine()) as session:
            (edition,) = list_waiting_editions(session, [home.site_id])
            log = Log(context.today(), "advocate")
            drafting.approve_edition(session, edition, home.people["advocate"].id, context.today(), log)
        clock.move(days=100)
    told(home, clock, 20, 28, 40)
    assert said_of_quiz(frozen(home)) == {change}
