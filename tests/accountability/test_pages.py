"""The pages of what is owed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import Somebody, house, make_person, make_site, signed_in
from tests.support.publications import make_house, starter
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import escalation_job, replies
from youthvoice.accountability.entities import AnswerablePart, AnswerDue
from youthvoice.accountability.store import create_answer_due, find_answer_due, find_by_subject, set_answerable_parts
from youthvoice.web.i18n.formats import format_day

NewVisitor = Callable[[], Visitor]
ROLES = ("facilitator", "advocate", "coordinator")


@pytest.fixture
def home(app: Flask) -> tuple[int, dict[str, Somebody]]:
    return house(ROLES)


def owe(home: tuple[int, dict[str, Somebody]], kind: str, due: date, subject: str = "maple") -> int:
    site_id, people = home
    owner: dict[str, object] = {"owner_id": people["facilitator"].id} if kind == "round" else {"owner_role": "advocate"}
    with db.writing(db.engine()) as session:
        about = {"en": "Afraid at night"} if kind == "safety" else {"en": "Days here"}
        return create_answer_due(
            session, site_id=site_id, kind=kind, subject=subject, about=about, due=due,
            **owner,  # type: ignore[arg-type]
        ).id  # fmt: skip


def approve() -> None:
    with db.writing(db.engine()) as session:
        food = AnswerablePart("food", {"en": "How was the food?"})
        set_answerable_parts(session, "round", "maple", (food,), date(2026, 11, 24))


def about() -> AnswerDue:
    with db.reading(db.engine()) as session:
        answer_due = find_by_subject(session, "round", "maple")
    assert answer_due is not None
    return answer_due


def said(answer_due_id: int) -> str:
    """What children, or advocates, read of it in English."""
    reply = given(answer_due_id).reply()
    assert reply is not None
    return reply.words["en"]


def owes_an_answer(home: tuple[int, dict[str, Somebody]], visitor: NewVisitor) -> tuple[int, Visitor]:
    """The named adult, signed in, may answer a round."""
    owed_id = owe(home, "round", date(2026, 12, 1))
    approve()
    return owed_id, signed_in(visitor(), home[1]["facilitator"])


def test_the_decider_answers_and_children_can_read_it(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """S9, S10, S11."""
    owed_id, browser = owes_an_answer(home, visitor)
    assert "Answer the children: Days here" in browser.open("/staff/answers/").text
    browser.open(f"/staff/answers/{owed_id}")
    answer = {"kind": "yes", "words_en": "Fruit comes on Monday."}
    assert "Children see it" in browser.send(f"/staff/answers/{owed_id}", answer).text  # type: ignore[arg-type]
    reply = about().reply()
    assert reply is not None
    assert (reply.kind, reply.words) == ("yes", {"en": "Fruit comes on Monday."})
    assert "No answer is due from you." in browser.open("/staff/answers/").text


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"kind": "noted", "words_en": "We read it."}, "not an answer"),
        ({"words_en": "We read it."}, "not an answer"),
        ({"kind": "no_because", "words_en": ""}, "right to the reason"),
        ({"kind": "yes", "words_en": "x" * 601}, "Make it shorter"),
    ],
)
def test_what_is_no_answer_is_sent_back_with_its_words(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor, answer: dict[str, object], told: str
) -> None:
    """S11."""
    owed_id, browser = owes_an_answer(home, visitor)
    browser.open(f"/staff/answers/{owed_id}")
    page = browser.send(f"/staff/answers/{owed_id}", answer, 422).text
    assert told in page
    assert str(answer["words_en"]) in page
    assert about().replies == ()


def test_one_published_question_has_a_page_of_its_own(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    owed_id, browser = owes_an_answer(home, visitor)
    assert "How was the food?" in browser.open(f"/staff/answers/{owed_id}/food").text
    browser.send(f"/staff/answers/{owed_id}/food", {"kind": "partly", "words_en": "Soon."})
    assert about().settled_on == date(2026, 11, 24)
    browser.open(f"/staff/answers/{owed_id}/sleep", 404)


def test_before_the_view_is_approved_there_is_no_form(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    owed_id = owe(home, "round", date(2026, 12, 1))
    browser = signed_in(visitor(), home[1]["facilitator"])
    assert "as soon as an advocate has approved" in browser.open(f"/staff/answers/{owed_id}").text
    browser.send(f"/staff/answers/{owed_id}", {"kind": "yes", "words_en": "We will."}, 422)
    assert about().replies == ()


def test_what_another_owes_is_not_to_be_found(home: tuple[int, dict[str, Somebody]], visitor: NewVisitor) -> None:
    task = owe(home, "safety", date(2026, 12, 1))
    for role in ("facilitator", "coordinator"):
        browser = signed_in(visitor(), home[1][role])
        browser.open(f"/staff/answers/{task}", 404)
        assert "Afraid at night" not in browser.open("/staff/answers/").text


def test_a_coordinator_sees_that_something_is_overdue_but_not_what_the_advocates_owe(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """S13: silence past its date raises an alarm to adults; S22: without a hint."""
    owe(home, "round", date(2026, 11, 20))
    owe(home, "safety", date(2026, 11, 21))
    page = signed_in(visitor(), home[1]["coordinator"]).open("/staff/answers/").text
    assert "2 answers are overdue" in page
    assert "A task of the child advocates" in page
    assert "Days here" in page
    assert "Afraid at night" not in page
    assert "4 days overdue" in page


def test_neither_days_nor_numbers_of_the_advocates_tasks_tell_a_coordinator_of_which_round_they_are(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """A9: three days after closing only harm is due, one task for each question."""
    page = ""
    desk = signed_in(visitor(), home[1]["coordinator"])
    for subjects in (("maple/night",), ("maple/food", "birch/night")):
        for at, subject in enumerate(subjects):
            owe(home, "safety", date(2026, 11, 21 + at), subject)
        before, page = page, desk.open("/staff/answers/").text.partition("<main")[2]
    assert page == before
    assert page.count("A task of the child advocates") == 1
    assert "days overdue" not in page


def test_the_advocates_task_says_what_to_do_and_is_done_with_a_sentence(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """A9."""
    task = owe(home, "safety", date(2026, 11, 20))
    browser = signed_in(visitor(), home[1]["advocate"])
    page = browser.open(f"/staff/answers/{task}").text
    assert "Never ask who it was" in page
    assert "4 days overdue" in page
    done = {"kind": "done", "words_en": "We talked with everyone."}
    browser.send(f"/staff/answers/{task}", done)  # type: ignore[arg-type]
    assert "late, on" in browser.open("/staff/answers/").text


def test_what_a_colleague_wrote_in_her_language_stays_beside_and_its_box_says_which_it_is(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """Two boxes had one label. The second advocate had opened the page before the first one answered."""
    task = owe(home, "safety", date(2026, 11, 20))
    browser = signed_in(visitor(), home[1]["advocate"])
    assert "(English)" not in browser.open(f"/staff/answers/{task}").text
    with db.writing(db.engine()) as session:
        day = date(2026, 11, 24)
        replies.record_reply(session, task, "", "done", {"hi": "हमने बात की।"}, home[1]["advocate"].id, day)
    said: dict[str, object] = {"kind": "done", "words_en": "We talked, twice."}
    assert "हमने बात की।" in browser.send(f"/staff/answers/{task}", said, 409).text
    browser.send(f"/staff/answers/{task}", said)
    page = browser.open(f"/staff/answers/{task}").text
    assert "without a word about any child (English)" in page
    assert "without a word about any child (हिन्दी)" in page
    reply = given(task).reply()
    assert reply is not None
    assert reply.words == {"en": "We talked, twice.", "hi": "हमने बात की।"}


@pytest.mark.parametrize("kind", ["round", "safety"])
def test_of_two_who_answer_at_once_the_second_compares_before_her_words_replace_the_first(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor, kind: str
) -> None:
    """Nothing an adult wrote is undone in silence."""
    task = owe(home, kind, date(2026, 12, 1))
    approve()
    adult = home[1]["facilitator" if kind == "round" else "advocate"]
    first, second = signed_in(visitor(), adult), signed_in(visitor(), adult)
    for browser in (first, second):
        browser.open(f"/staff/answers/{task}")
    answer = "yes" if kind == "round" else "done"
    hers: dict[str, object] = {"kind": answer, "words_en": "The lamp works."}
    others: dict[str, object] = {"kind": answer, "words_en": "We bought a lamp."}
    first.send(f"/staff/answers/{task}", others)
    page = second.send(f"/staff/answers/{task}", hers, 409).text
    assert "Somebody else changed this while you were writing." in page
    assert page.index("Now it says:") < page.index("We bought a lamp.") < page.index("The lamp works.")
    assert said(task) == "We bought a lamp."
    second.send(f"/staff/answers/{task}", hers)
    assert said(task) == "The lamp works."


def test_an_answer_that_is_sent_twice_counts_once_and_is_no_conflict(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    task, browser = owes_an_answer(home, visitor)
    browser.open(f"/staff/answers/{task}")
    answer: dict[str, object] = {"kind": "yes", "words_en": "The lamp works.", "done_by": "2026-12-01"}
    seen = browser.hidden
    for _tap in range(2):
        browser.hidden = seen
        assert "Your answer is kept." in browser.send(f"/staff/answers/{task}", answer).text


def test_who_corrects_an_answer_that_children_opened_again_is_told_so(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    task, browser = owes_an_answer(home, visitor)
    browser.open(f"/staff/answers/{task}")
    browser.send(f"/staff/answers/{task}", {"kind": "yes", "words_en": "The lamp works."})
    browser.open(f"/staff/answers/{task}")
    with db.writing(db.engine()) as session:
        replies.reopen(session, task, date(2026, 11, 24))
    corrected: dict[str, object] = {"kind": "yes", "words_en": "The lamp works since Monday."}
    page = browser.send(f"/staff/answers/{task}", corrected, 409).text
    assert page.index("The lamp works since Monday.") < page.index("Answers before") < page.index("The lamp works.")
    browser.send(f"/staff/answers/{task}", corrected)
    assert [reply.words["en"] for reply in given(task).earlier] == ["The lamp works."]


def test_the_form_asks_for_the_sentence_in_every_language_that_children_can_choose(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    owed_id, browser = owes_an_answer(home, visitor)
    page = browser.open(f"/staff/answers/{owed_id}").text
    for code, tag in (("en", 'dir="ltr"'), ("hi", 'lang="hi"'), ("ar", 'dir="rtl"')):
        assert tag in page[page.index(f'id="words_{code}"') - 80 :][:200]
    assert "If empty, people who chose this language read the first sentence" in page
    said = {"words_en": "More fruit.", "words_ar": "فاكهة أكثر."}
    page = browser.send(f"/staff/answers/{owed_id}", {"kind": "yes", **said}).text
    reply = about().reply()
    assert reply is not None
    assert reply.words == {"en": "More fruit.", "ar": "فاكهة أكثر."}
    assert [reply.read_in(code) for code in ("en", "hi", "ar")] == ["en", "en", "ar"]
    assert "Those who chose हिन्दी read it in English." in page


def test_one_language_is_enough_and_the_first_one_there_is_stands_in(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    owed_id, browser = owes_an_answer(home, visitor)
    browser.open(f"/staff/answers/{owed_id}")
    browser.send(f"/staff/answers/{owed_id}", {"kind": "yes", "words_hi": "ज़्यादा फल।"})
    reply = about().reply()
    assert reply is not None
    assert reply.read_in("ar") == "hi"


def test_a_sentence_that_is_too_long_is_named_in_its_own_language(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    owed_id, browser = owes_an_answer(home, visitor)
    browser.open(f"/staff/answers/{owed_id}")
    long = {"kind": "yes", "words_en": "Yes.", "words_hi": "x" * 601}
    page = browser.send(f"/staff/answers/{owed_id}", long, 422).text  # type: ignore[arg-type]
    assert 'href="#words_hi"' in page
    assert 'href="#words_en"' not in page


def test_guardians_read_languages_that_no_child_of_the_site_is_offered(app: Flask, visitor: NewVisitor) -> None:
    with db.writing(db.engine()) as session:
        site_id = make_site(session, languages=["hi"]).id
        decider = make_person(session, "facilitator", site_id)
    owed_id = owe((site_id, {"facilitator": decider}), "round", date(2026, 12, 1))
    approve()
    page = signed_in(visitor(), decider).open(f"/staff/answers/{owed_id}").text
    assert page.index('id="words_hi"') < page.index('id="words_en"')  # the view can be read in English, too


def owe_an_item(home: tuple[int, dict[str, Somebody]], kind: str = "item", **more: object) -> int:
    usual: dict[str, object] = {
        "site_id": home[0], "subject": "ab" * 16, "about": {"en": "The stairs are dark"}, "due": date(2026, 11, 27),
        "owner_id": home[1]["facilitator"].id, "day": date(2026, 11, 20),
    }  # fmt: skip
    with db.writing(db.engine()) as session:
        return create_answer_due(session, kind=kind, **(usual | more)).id  # type: ignore[arg-type]


def given(owed_id: int) -> AnswerDue:
    with db.reading(db.engine()) as session:
        answer_due = find_answer_due(session, owed_id)
    assert answer_due is not None
    return answer_due


def test_an_item_is_answered_with_a_day_and_stands_on_the_to_do_page(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """S9, S11."""
    owed_id = owe_an_item(home)
    browser = signed_in(visitor(), home[1]["facilitator"])
    todo = browser.open("/staff/").text
    assert "The stairs are dark" in todo
    assert f'href="/staff/answers/{owed_id}"' in todo
    assert "Answer the committee: The stairs are dark" in browser.open("/staff/answers/").text
    browser.open(f"/staff/answers/{owed_id}")
    answer = {"kind": "partly", "words_en": "A lamp comes.", "done_by": "2026-12-01"}
    page = browser.send(f"/staff/answers/{owed_id}", answer).text  # type: ignore[arg-type]
    assert 'value="2026-12-01"' in page
    assert given(owed_id).reply().done_by == date(2026, 12, 1)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "answer", "told"),
    [
        ("item", {"kind": "yes", "done_by": "soon"}, "Write a day of the calendar"),
        ("item", {"kind": "no_because", "done_by": "2026-12-01"}, "A no has no day"),
        ("item", {"kind": "yes", "done_by": "2036-12-01"}, "more than a year away"),
        ("choice", {"kind": "partly", "done_by": ""}, "Not yet needs a day"),
        ("choice", {"kind": "partly", "done_by": "2026-11-01"}, "This day is over"),
        ("item", {"kind": "noted", "done_by": ""}, "not an answer"),
    ],
)
def test_a_refused_day_is_told_beside_its_box_and_nothing_typed_is_lost(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor, kind: str, answer: dict[str, object], told: str
) -> None:
    """S11, S33."""
    owed_id = owe_an_item(home, kind)
    browser = signed_in(visitor(), home[1]["facilitator"])
    browser.open(f"/staff/answers/{owed_id}")
    page = browser.send(f"/staff/answers/{owed_id}", {"words_en": "A lamp comes.", **answer}, 422).text
    assert told in page
    assert "A lamp comes." in page
    assert f'value="{answer["done_by"]}"' in page or not answer["done_by"]
    assert given(owed_id).replies == ()


def test_a_coordinator_names_who_decides_and_a_page_says_where_silence_went(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor, clock: StillClock
) -> None:
    """S13."""
    owed_id = owe_an_item(home)
    desk = signed_in(visitor(), home[1]["coordinator"])
    assert "Nobody yet: the child advocates are asked immediately" in desk.open("/staff/answers/").text
    page = f"/staff/answers/decision-makers/{home[0]}"
    assert "Advocate Example" not in desk.open(page).text
    for wrong in ("999", "x", str(home[1]["advocate"].id)):
        desk.send(page, {"person": wrong}, 422)
    desk.send(page, {"person": str(home[1]["coordinator"].id)})
    clock.move(days=4)
    escalation_job.escalate_overdue_answers()
    desk = signed_in(visitor(), home[1]["coordinator"])
    for address in ("/staff/answers/", f"/staff/answers/{owed_id}"):
        shown = desk.open(address).text
        assert "Facilitator Example did not answer by Fri\xa027\xa0Nov\xa02026." in shown
        assert "Coordinator Example was asked then, until Fri\xa04\xa0Dec\xa02026." in shown
    assert "It was not answered in time: answer the children" in desk.open("/staff/").text
    desk.open(f"/staff/answers/{owed_id}")
    desk.send(f"/staff/answers/{owed_id}", {"kind": "yes", "words_en": "A lamp is there."})
    assert given(owed_id).reply().by == home[1]["coordinator"].id  # type: ignore[union-attr]


def test_advocates_are_told_that_nobody_decides_at_their_site(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor, clock: StillClock
) -> None:
    owed_id = owe_an_item(home)
    clock.move(days=4)
    escalation_job.escalate_overdue_answers()
    browser = signed_in(visitor(), home[1]["advocate"])
    assert "No other decision-maker is named at this site" in browser.open(f"/staff/answers/{owed_id}").text
    assert "talk with the decision-maker, then answer" in browser.open("/staff/").text


def test_nobody_names_who_decides_at_another_site(home: tuple[int, dict[str, Somebody]], visitor: NewVisitor) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
    signed_in(visitor(), home[1]["coordinator"]).open(f"/staff/answers/decision-makers/{other}", 404)
    signed_in(visitor(), home[1]["advocate"]).open(f"/staff/answers/decision-makers/{home[0]}", 403)


def test_an_answer_that_children_opened_again_is_kept_as_an_earlier_one(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """S9."""
    owed_id, today = owe_an_item(home), context.today()
    with db.writing(db.engine()) as session:
        replies.record_reply(session, owed_id, "", "yes", {"en": "It shines."}, home[1]["facilitator"].id, today)
        replies.reopen(session, owed_id, today)
    browser = signed_in(visitor(), home[1]["facilitator"])
    page = browser.open(f"/staff/answers/{owed_id}").text
    assert "Children say that it is not done yet." in page
    assert "Answers before" in page
    assert "It shines." in page
    browser.send(f"/staff/answers/{owed_id}", {"kind": "yes", "words_en": "The lamp was changed."})
    with db.writing(db.engine()) as session:
        replies.confirm_done(session, owed_id, today)
    assert (
        "Children said on Tue\xa024\xa0Nov\xa02026 that it is done." in browser.open(f"/staff/answers/{owed_id}").text
    )


def test_two_rounds_and_two_choices_of_one_name_can_be_told_apart(
    app: Flask, visitor: NewVisitor, clock: StillClock
) -> None:
    """Where it is owed, where it was answered, and where another is late with it."""
    home, days = make_house(), []
    decider = home.people["coordinator"]
    for at in range(2):
        (facts,), (chosen,) = (home.open(starter(name)) for name in ("daily-life-10-12", "everyday-choice"))
        days.append(format_day(facts.last_day("Asia/Kolkata")))
        with db.writing(db.engine()) as session:
            create_answer_due(
                session, site_id=home.site_id, kind="choice", subject=chosen.slug,
                about={"en": "Fly kites"}, due=date(2027, 6, 1), owner_id=decider.id
            )  # fmt: skip
            set_answerable_parts(session, "round", facts.slug, (), date(2026, 11, 24))
            answer_due = find_by_subject(session, "round", facts.slug)
            assert answer_due is not None
            if at == 0:
                said = (answer_due.id, "", "yes", {"en": "Fruit."}, decider.id, date(2026, 11, 24))
                replies.record_reply(session, *said)
        clock.move(days=120)
    assert answer_due is not None
    page = signed_in(visitor(), decider).open("/staff/answers/").text
    for one in days:
        assert page.count(f"<small>asked until {one}") == 1
        assert page.count(f"<small>{chosen.title['en']} · asked until {one}</small>") == 1
    assert f"asked until {days[1]}" in signed_in(visitor(), decider).open(f"/staff/answers/{answer_due.id}").text


def test_of_a_task_about_safety_the_advocates_read_its_round_and_a_coordinator_nothing(
    app: Flask, visitor: NewVisitor, clock: StillClock
) -> None:
    """S22."""
    home = make_house()
    (facts,) = home.open(starter("daily-life-10-12"))
    with db.writing(db.engine()) as session:
        create_answer_due(
            session, site_id=home.site_id, kind="safety", subject=f"{facts.slug}/night",
            about={"en": "Afraid at night"}, due=date(2026, 11, 25), owner_role="advocate"
        )  # fmt: skip
    clock.move(days=9)
    round_ = f"{facts.title['en']} · asked until {format_day(facts.last_day('Asia/Kolkata'))}"
    assert round_ in signed_in(visitor(), home.people["advocate"]).open("/staff/answers/").text
    page = signed_in(visitor(), home.people["coordinator"]).open("/staff/answers/").text
    assert "A task of the child advocates" in page
    assert round_ not in page


def test_of_many_answers_fifty_are_shown_on_each_page_of_either_list(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """S13: whoever is late at a thousand sites, none of them is lost from sight."""
    for number in range(60):
        owe(home, "round", date(2026, 11, 1) + timedelta(days=number % 20), f"round-{number}")
    for role, parameter in (("facilitator", "owed"), ("coordinator", "late")):
        browser = signed_in(visitor(), home[1][role])
        pages = [browser.open(f"/staff/answers/?sites=1&{parameter}={page}").text for page in (1, 2)]
        assert [page.count("Days here") for page in pages] == [50, 10]
        assert ["60 answers" in page for page in pages] == [True, True]
        assert ["23 days overdue" in page for page in pages] == [True, False], "what waits longest is on top"
        assert f"/staff/answers/?sites=1&amp;{parameter}=2#{parameter}" in pages[0]
        assert f"/staff/answers/?sites=1&amp;{parameter}=1#{parameter}" in pages[1]
        assert browser.open(f"/staff/answers/?{parameter}=99").text.count("Days here") == 10


def test_what_is_due_from_her_stands_above_what_others_are_late_with(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    site_id, people = home
    owe(home, "round", date(2026, 11, 20))
    page = signed_in(visitor(), people["coordinator"])
    text = page.open("/staff/answers/").text
    assert text.index("1 answer is overdue at your sites") < text.index("No answer is due from you.")
    with db.writing(db.engine()) as session:
        create_answer_due(
            session, site_id=site_id, kind="choice", subject="oak", about={"en": "Fly kites"},
            due=date(2027, 6, 1), owner_id=people["coordinator"].id
        )  # fmt: skip
    text = page.open("/staff/answers/").text
    assert text.index("Fly kites") < text.index("1 answer is overdue at your sites") < text.index("Days here")


def test_the_line_of_the_advocates_has_nothing_of_a_round_that_is_late_beside_it(
    home: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """A9: the day of its round would tell which one it is, and no day that it is a task about harm."""
    slug = open_round([home[0]], home[1]["facilitator"].id).slug
    owe(home, "round", date(2026, 11, 18), slug)
    desk = signed_in(visitor(), home[1]["coordinator"])
    lines = []
    for kind, subject in (("too_many", slug), ("safety", f"{slug}/night")):
        owe(home, kind, date(2026, 11, 19), subject)
        page = desk.open("/staff/answers/").text.partition("A task of the child advocates")[2]
        lines.append(page.partition("</td>")[0])
    assert lines[0] == lines[1]
    assert "asked until" not in lines[0]
