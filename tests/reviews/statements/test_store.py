"""Her words reach whom she chose, on the day, and nobody else (S29, S31; PRIVACY.md C)."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings as trials, strategies as st
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.reviews import WORDS, Panel, make_review, read_by, review_now, say
from youthvoice import db
from youthvoice.accountability import store as due_store
from youthvoice.errors import Refused
from youthvoice.reviews.statements.statement import Statement
from youthvoice.threads.models import ThreadEntryRow, ThreadKeyWrapRow, ThreadRow


def test_the_advocate_reads_at_once_and_chosen_readers_from_the_day_on(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=2)
    say(review, readers=[panel.rosa])
    assert (statement := read_by(review, panel.asha))
    assert statement.words == WORDS
    assert read_by(review, panel.rosa) is None, "she may change it until the day"
    clock.move(days=2)
    assert read_by(review, panel.rosa) == statement
    for other in (panel.ravi, panel.carol, panel.lata, panel.lee):
        assert read_by(review, other) is None, other.name


def test_nobody_gets_a_yes_who_was_not_asked_about(panel: Panel, clock: StillClock) -> None:
    """A browser may send what it likes: a facilitator who was not invited reads nothing (S31)."""
    review = make_review(panel, days=1, invited=["coordinator"])
    statement = Statement(words=WORDS, readers=frozenset({panel.lata.id, panel.carol.id, panel.ravi.id, 99999}))
    child = say(review, statement)
    clock.move(days=1)
    assert child.own().statement == replace(statement, readers=frozenset({panel.carol.id}))
    assert read_by(review, panel.carol)
    assert read_by(review, panel.lata) is None
    assert read_by(review, panel.ravi) is None


def test_said_anew_to_others_nothing_opens_for_who_lost_her_yes(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    child = say(review, readers=[panel.rosa, panel.carol])
    child.says_anew(Statement(words="Only this", readers=frozenset({panel.carol.id})))
    clock.move(days=1)
    assert read_by(review, panel.rosa) is None
    statement = read_by(review, panel.carol)
    assert statement
    assert statement.words == "Only this"
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(ThreadEntryRow.id)).all()) == 1, "what she said before is gone"


def test_taken_back_it_opens_for_nobody_and_she_can_give_it_again(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    child = say(review, readers=[panel.rosa])
    child.takes_back()
    assert read_by(review, panel.asha) is None
    assert review_now(review).words_of_child() == "taken_back"
    statement = child.own().statement
    assert statement
    assert statement.words == WORDS, "her own copy stays hers"
    child.says_anew(statement)
    clock.move(days=1)
    assert read_by(review, panel.rosa) == statement
    assert review_now(review).words_of_child() == "given"


def test_from_the_day_on_nothing_of_it_changes(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    child = say(review, readers=[panel.rosa])
    clock.move(days=1)
    for change in (child.takes_back, lambda: child.says_anew(Statement(words="other"))):
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.code == "too_late"
    assert (statement := read_by(review, panel.rosa))
    assert statement.words == WORDS


def test_of_one_review_there_is_one_statement(panel: Panel) -> None:
    review = make_review(panel)
    say(review)
    with pytest.raises(Refused) as refused:
        say(review)
    assert refused.value.code == "has_one"


def test_whom_she_chose_shows_in_no_row(panel: Panel) -> None:
    """T6: rows of readers and of others are alike, and there is one for everybody with an account at the site."""
    review = make_review(panel)
    child = say(review, readers=[panel.rosa])

    def rows() -> list[tuple[int, int, int]]:
        with db.reading(db.engine()) as session:
            found = session.execute(select(ThreadKeyWrapRow.person_id, ThreadKeyWrapRow.wrapped, ThreadKeyWrapRow.tag))
            return sorted((row[0], len(row[1]), len(row[2])) for row in found)

    given = rows()
    assert [row[0] for row in given] == sorted(one.id for one in panel.everybody)
    assert len({row[1:] for row in given}) == 1
    child.takes_back()
    assert rows() == given, "nor that she took it back"


def test_every_wish_gets_a_decision_that_is_owed(panel: Panel) -> None:
    review = make_review(panel)
    child = say(review, Statement(words=WORDS, change=("family", "school")))
    with db.reading(db.engine()) as session:
        owed = due_store.find_by_subjects(session, "review", [review.key])[review.key]
    assert [part.name for part in owed.parts] == ["plan", "own", "family", "school"]
    child.takes_back()
    with db.reading(db.engine()) as session:
        owed = due_store.find_by_subjects(session, "review", [review.key])[review.key]
    assert [part.name for part in owed.parts] == ["plan"]


_NAMES = ("rosa", "carol", "lata")
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.frozensets(st.sampled_from(_NAMES))),
        st.tuples(st.just("back"), st.just(frozenset())),
    ),
    max_size=5,
)


@trials(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_in_whatever_order_only_her_last_yes_counts(panel: Panel, steps: list[tuple[str, frozenset[str]]]) -> None:
    """S31: no order of saying, saying anew and taking back shows a word to somebody without her yes, or loses it."""
    review = make_review(panel, days=0 + 1, invited=["coordinator", "facilitator"])
    child, chosen = say(review, readers=[panel.rosa]), frozenset({"rosa"})
    for what, names in steps:
        chosen = names if what == "say" else frozenset()
        readers = frozenset(getattr(panel, name).id for name in names)
        child.says_anew(Statement(words=WORDS, readers=readers)) if what == "say" else child.takes_back()
    given = not steps or steps[-1][0] == "say"
    assert child.own().statement
    assert bool(read_by(review, panel.asha)) is given
    with db.reading(db.engine()) as session:
        thread = session.scalars(select(ThreadRow).where(ThreadRow.id == child.thread_id)).one()
        readers_now = {name for name in _NAMES for one in [getattr(panel, name)] if _opens(session, thread.id, one)}
    assert readers_now == (chosen if given else set())


def _opens(session: object, thread_id: bytes, who: object) -> bool:
    from youthvoice.threads.store import ReaderKey, open_thread  # noqa: PLC0415

    return open_thread(session, ReaderKey(who.id, who.public_key, who.site_ids), thread_id, who.private_key) is not None  # type: ignore[attr-defined, arg-type]
