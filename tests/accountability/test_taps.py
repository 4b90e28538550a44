"""Taps of children: locked, alike, of nobody; counted once a day (A10, S9)."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings as with_settings, strategies as st
from sqlalchemy import inspect, select

from tests.support.batches import DECIDER, OTHER_SITE, SITE, House, house
from youthvoice import db
from youthvoice.accountability import replies, taps
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.models import TapRow
from youthvoice.accountability.store import create_answer_due, find_answer_due, withdraw_answer_due
from youthvoice.accountability.taps import TapSubject
from youthvoice.config import Settings

TODAY, TOMORROW = date(2026, 12, 1), date(2026, 12, 2)
SUBJECTS = st.text(max_size=40)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "keys") as made:
        yield made


def tap(home: House, sheet: bytes, subject: str, what: str, kind: str = "me_too") -> None:
    with db.writing(home.engine) as session:
        taps.tap(session, sheet, kind, subject, what)


def take(home: House, kind: str = "me_too") -> dict[tuple[str, str], int]:
    with db.writing(home.engine) as session:
        return dict(taps.count_and_delete_taps(session, [kind]))


def rows(home: House) -> list[tuple[bytes, str, bytes]]:
    with db.reading(home.engine) as session:
        found = session.execute(select(TapRow.id, TapRow.kind, TapRow.blob)).all()
    return [(bytes(row.id), row.kind, bytes(row.blob)) for row in found]


@pytest.mark.dialect("put in once")
def test_one_page_counts_once_about_one_thing_however_often_it_is_sent(home: House) -> None:
    sheet, other = secrets.token_bytes(16), secrets.token_bytes(16)
    for what in ("yes", "yes", "not_yet"):
        tap(home, sheet, "a", what)
    tap(home, sheet, "b", "yes")
    tap(home, other, "a", "not_yet")
    assert take(home) == {("a", "not_yet"): 2, ("b", "yes"): 1}
    assert take(home) == {}


def test_a_tap_can_be_taken_back_until_it_is_counted(home: House) -> None:
    sheet = secrets.token_bytes(16)
    tap(home, sheet, "a", "yes")
    with db.writing(home.engine) as session:
        taps.untap(session, sheet, "me_too", "a")
        taps.untap(session, sheet, "me_too", "never")
    assert take(home) == {}


def test_only_its_own_kind_is_counted(home: House) -> None:
    tap(home, secrets.token_bytes(16), "a", "yes", "me_too")
    tap(home, secrets.token_bytes(16), "a", "yes", "really_done/1")
    assert take(home, "really_done/1") == {("a", "yes"): 1}
    assert take(home) == {("a", "yes"): 1}


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_row_holds_no_time_no_tablet_no_order_and_nothing_of_the_sheet(home: House) -> None:
    """T6: whoever takes the database cannot tie a tap to a page, nor two taps of one page to each other."""
    columns = {column["name"] for column in inspect(home.engine).get_columns("taps")}
    assert columns == {"id", "kind", "blob"}
    sheet = secrets.token_bytes(16)
    for subject in ("a", "b"):
        tap(home, sheet, subject, "yes")
    found = rows(home)
    assert all(len(tap_id) == 16 for tap_id, _kind, _blob in found)
    assert not any(sheet in part or sheet.hex().encode() in part for row in found for part in (row[0], row[2]))
    assert len({tap_id[:4] for tap_id, _kind, _blob in found}) == 2


@given(SUBJECTS, st.sampled_from(["yes", "not_yet", ""]))
@with_settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_every_tap_is_as_long_as_any_other(home: House, subject: str, what: str) -> None:
    kind = "lengths"
    tap(home, secrets.token_bytes(16), subject, what, kind)
    assert {len(blob) for _id, _kind, blob in rows(home)} == {542}
    assert take(home, kind) == {(subject, what): 1}


def test_what_would_be_longer_is_refused(home: House) -> None:
    for kind, subject in (("k" * 41, "a"), ("me_too", "a" * 400)):
        with pytest.raises(ValueError, match="short"):
            tap(home, secrets.token_bytes(16), subject, "yes", kind)
    assert rows(home) == []


@pytest.mark.dialect("writers wait for each other")
def test_two_who_count_at_once_count_each_tap_once(home: House) -> None:
    for _ in range(12):
        tap(home, secrets.token_bytes(16), "a", "yes")
    with ThreadPoolExecutor(3, initializer=home.enter) as pool:
        found = list(pool.map(lambda _: take(home).get(("a", "yes"), 0), range(3)))
    assert sum(found) == 12


def test_what_no_longer_opens_counts_nothing_and_goes(home: House) -> None:
    tap(home, secrets.token_bytes(16), "a", "yes")
    home.keyring.renew("kept-words")
    tap(home, secrets.token_bytes(16), "b", "yes")
    home.keyring.destroy("kept-words", 1)
    assert take(home) == {("b", "yes"): 1}
    assert rows(home) == []


# --- is it really done?


def answered(home: House, kind: str = "yes", **more: object) -> int:
    usual: dict[str, object] = {"site_id": SITE, "subject": "ab" * 16, "about": {"en": "A lamp"}, "due": TOMORROW}
    with db.writing(home.engine) as session:
        owed_id = create_answer_due(session, kind="item", owner_id=DECIDER, **(usual | more)).id  # type: ignore[arg-type]
        replies.record_reply(session, owed_id, "", kind, {"en": "A lamp is there."}, DECIDER, TODAY)
    return owed_id


def facts(home: House, owed_id: int) -> AnswerDue:
    with db.reading(home.engine) as session:
        answer_due = find_answer_due(session, owed_id)
    assert answer_due is not None
    return answer_due


def said(home: House, owed_id: int, yes: int = 0, not_yet: int = 0, subject: TapSubject | None = None) -> None:
    answer_due = facts(home, owed_id)
    with db.writing(home.engine) as session:
        for what in ["yes"] * yes + ["not_yet"] * not_yet:
            sheet = secrets.token_bytes(16)
            taps.record_tap(session, sheet, answer_due, subject or taps.tap_subject(answer_due), what)


def count(home: House, day: date = TODAY, site: int = SITE) -> None:
    with db.writing(home.engine) as session:
        taps.count_taps(session, [site], day)


def test_more_who_say_not_yet_open_the_answer_again_and_it_is_kept(home: House) -> None:
    """S9, S13: it is owed anew, within 14 days, by whoever owed it first."""
    owed_id = answered(home)
    said(home, owed_id, yes=1, not_yet=2)
    assert facts(home, owed_id).settled_on == TODAY, "nothing changes at once"
    count(home)
    answer_due = facts(home, owed_id)
    assert (answer_due.settled_on, answer_due.due, answer_due.rung, answer_due.again) == (
        None,
        date(2026, 12, 15),
        "owner",
        ("",),
    )
    assert [reply.words["en"] for reply in answer_due.earlier] == ["A lamp is there."]
    assert answer_due.reply() is None


def test_three_who_say_yes_confirm_it(home: House) -> None:
    owed_id = answered(home)
    said(home, owed_id, yes=3, not_yet=1)
    count(home)
    reply = facts(home, owed_id).reply()
    assert reply is not None
    assert reply.confirmed_on == TODAY
    assert not reply.may_ask_children(TOMORROW)


def test_another_promise_is_asked_about_again_and_better_words_are_not(home: House) -> None:
    owed_id = answered(home)
    said(home, owed_id, yes=3)
    count(home)
    for kind, words, confirmed_on in (("yes", "A new lamp is there.", TODAY), ("partly", "One of two is there.", None)):
        with db.writing(home.engine) as session:
            replies.record_reply(session, owed_id, "", kind, {"en": words}, DECIDER, TODAY)
        assert facts(home, owed_id).reply().confirmed_on == confirmed_on  # type: ignore[union-attr]


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_too_few_wait_for_those_of_the_next_day(home: House) -> None:
    owed_id = answered(home)
    said(home, owed_id, yes=2)
    count(home)
    assert rows(home) == []
    assert facts(home, owed_id).reply().confirmed_on is None  # type: ignore[union-attr]
    said(home, owed_id, yes=1)
    count(home, TOMORROW)
    assert facts(home, owed_id).reply().confirmed_on == TOMORROW  # type: ignore[union-attr]


def test_taps_about_an_earlier_answer_say_nothing_about_the_new_one(home: House) -> None:
    owed_id = answered(home)
    old = taps.tap_subject(facts(home, owed_id))
    with db.writing(home.engine) as session:
        replies.reopen(session, owed_id, TODAY)
        replies.record_reply(session, owed_id, "", "yes", {"en": "Now it is."}, DECIDER, TODAY)
    said(home, owed_id, not_yet=5, subject=old)
    count(home)
    assert facts(home, owed_id).settled_on == TODAY


def test_taps_of_another_site_wait_for_its_own_hour(home: House) -> None:
    owed_id = answered(home)
    said(home, owed_id, yes=3)
    count(home, site=OTHER_SITE)
    assert len(rows(home)) == 3


def test_taps_about_what_was_withdrawn_are_dropped(home: House) -> None:
    owed_id, other = answered(home), answered(home, subject="cd" * 16)
    said(home, owed_id, not_yet=3)
    said(home, other, yes=3)
    with db.writing(home.engine) as session:
        assert withdraw_answer_due(session, "item", "ab" * 16, SITE)
        assert not withdraw_answer_due(session, "item", "ab" * 16, SITE)
    count(home)
    assert facts(home, other).reply().confirmed_on == TODAY  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", ["", "1", "1-", "1--", "-1-0-", "1-x-", "9" * 40 + "-0-", f"{2**31}-0-", "١-0-", "1-0-" + "x" * 200]
)
def test_what_no_page_of_ours_bears_is_about_nothing(text: str) -> None:
    assert TapSubject.read(text) is None


def test_what_a_page_bears_is_read_back() -> None:
    for one in (TapSubject(7, 0, ""), TapSubject(2**31 - 1, 3, "food-and-drink")):
        assert TapSubject.read(str(one)) == one


def test_a_row_of_counted_taps_is_as_long_as_any_other(home: House) -> None:
    from youthvoice.accountability.models import AnswerDueRow  # noqa: PLC0415 - only here

    owed_id = answered(home)

    def length() -> int:
        with db.reading(home.engine) as session:
            return len(session.scalars(select(AnswerDueRow.locked).where(AnswerDueRow.id == owed_id)).one())

    before = length()
    said(home, owed_id, yes=2)
    count(home)
    assert length() == before
