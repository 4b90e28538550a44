"""What comes once more under the number of a sheet, with other words or other pictures: kept, flagged, and never dear.

Duties: PRIVACY.md C, "Codes" and "The tablet's queue"; S14.
"""

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import StillClock
from tests.support.child_at_tablet import Child, a_child, voice
from tests.support.offline import deliver, outer_of, seal
from tests.support.village_day import CODE, VillageDay, count_rows
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.credentials.picture_codes import read_code
from youthvoice.threads.case_state import CAME_AGAIN, CODE_TAKEN
from youthvoice.threads.child_codes.code_attempts import (
    MAX_DRAWN_OF_TABLET,
    drawn_code_counter,
    tablet_counter,
    tablets_counter,
)
from youthvoice.threads.child_codes.code_visit import CodeScope, open_visit
from youthvoice.threads.models import CodeAttemptRow, ThreadRow
from youthvoice.threads.store import (
    ReaderKey,
    find_thread,
    list_all_threads,
    list_threads,
    open_thread,
    read_entries,
)

OTHER_CODE = "7654321"


@pytest.fixture
def day(app: Flask, visitor: Callable[[], Visitor]) -> VillageDay:
    return VillageDay(visitor)


@pytest.fixture
def child(app: Flask, visitor: Callable[[], Visitor]) -> Child:
    found = a_child(visitor())
    found.opens()
    return found


def tells(day: VillageDay, sheet: str, code: str = "", **told: str) -> TestResponse:
    headers = {"Accept": "application/json", **({"Youth-Voice-Code": code} if code else {})}
    given = {"topic": "broken", "words": "the lamp", "sheet": sheet, **told}
    return day.tablet.ask("POST", "/tell", data=given, headers=headers)


def pictures(said: TestResponse) -> list[str]:
    screens = said.get_json()["screens"]
    return re.findall(r'<li data-words="([^"]+)"', screens)[: picture_codes.CODE_LENGTH]


def flags() -> list[tuple[str, ...]]:
    with db.reading(db.engine()) as session:
        return sorted(thread.case.flags for thread in list_all_threads(session))


def opens(day: VillageDay, code: str) -> bytes | None:
    """The report that a code opens."""
    picked = read_code(tuple(code))
    assert picked
    visit = open_visit(picked, CodeScope(day.house.site_id, context.today(), None), context.now())
    with db.reading(db.engine()) as session:
        return getattr(find_thread(session, visit.thread_id), "id", None)


def wrong_tries(day: VillageDay, of: Callable[..., Any]) -> int:
    pepper = context.keyring().key("pepper")
    with db.reading(db.engine()) as session:
        row = session.get(CodeAttemptRow, of(pepper, 1, context.today()).who)
        return row.tries if row else 0


@pytest.mark.dialect("put in once")
def test_other_words_under_the_same_number_are_kept_and_flagged(child: Child) -> None:
    child.tells(topic="food", words="the soup is cold")
    (line,) = child.lines("asha")
    assert CAME_AGAIN not in line.case.flags
    child.tells(topic="food", words="all is well")
    (line,) = child.lines("asha")
    assert CAME_AGAIN in line.case.flags
    assert [entry.said["words"] for entry in child.reads("asha")] == ["the soup is cold", "all is well"]


def test_the_same_once_more_is_no_reason_for_a_flag(child: Child) -> None:
    for _time in range(3):
        child.tells(topic="food", words="the soup is cold")
    assert CAME_AGAIN not in child.lines("asha")[0].case.flags


def test_a_voice_alone_that_is_added_is_not_lost(child: Child) -> None:
    child.tells(topic="food", words="the soup is cold")
    child.tells(topic="food", words="the soup is cold", voice=voice())
    assert [entry.kind for entry in child.reads("asha")] == ["told", "told", "voice"]


@pytest.mark.dialect("put in once")
def test_once_she_has_her_pictures_a_later_sheet_takes_neither_them_nor_her_readers(child: Child) -> None:
    """Whoever goes back to her page has its number; he tells something under it and leaves her advocate out."""
    child.tells(topic="food", words="the soup is cold")
    (before,) = child.lines("asha")
    child.tablet.send("/tell/done", {}, 303, follow=False)
    child.tells(topic="food", words="all is well", left_out=child.id_of("asha"))
    (after,) = child.lines("asha")
    assert (after.id, after.case) == (before.id, before.case), "she reads it still, and answers there"
    assert sorted(CAME_AGAIN in summary.case.flags for summary in child.lines("ravi")) == [False, True]


@pytest.mark.dialect("put in once")
def test_a_delivered_report_keeps_the_pictures_that_she_saw_on_the_tablet(day: VillageDay) -> None:
    """Whatever else comes under its number (A12)."""
    sheet = secrets.token_hex(16)
    hers = seal(day.manifest, "/tell", {"topic": "broken", "words": "he hit me"}, sheet, code=CODE)
    his = seal(day.manifest, "/tell", {"topic": "food", "words": "all is well"}, sheet, code=OTHER_CODE)
    assert [deliver(day.visitor(), one).status_code for one in (hers, his)] == [201, 201]
    assert opens(day, CODE)
    assert opens(day, OTHER_CODE) is None
    assert flags() == [(CAME_AGAIN,)]
    assert pictures(tells(day, sheet, words="show them to me")) == [], "she has seen them"


def test_other_pictures_with_the_same_words_are_flagged_too(day: VillageDay) -> None:
    sheet = secrets.token_hex(16)
    told = {"topic": "broken", "words": "he hit me"}
    assert deliver(day.visitor(), seal(day.manifest, "/tell", told, sheet, code=OTHER_CODE)).status_code == 201
    assert flags() == [()]
    assert deliver(day.visitor(), seal(day.manifest, "/tell", told, sheet, code=CODE)).status_code == 201
    assert flags() == [(CAME_AGAIN,)]


def test_of_a_report_that_is_delivered_a_third_topic_is_kept_as_nobody_can_take_it_back(day: VillageDay) -> None:
    fields = {"topic": ["food", "sleep", "hit"], "words": "x"}
    assert deliver(day.visitor(), seal(day.manifest, "/tell", fields, code=CODE)).status_code == 201
    reader_key = ReaderKey(day.meera.id, day.meera.public_key, frozenset({day.house.site_id}))
    with db.reading(db.engine()) as session:
        (line,) = list_threads(session, reader_key)
        thread = open_thread(session, reader_key, line.id, day.meera.private_key)
        assert thread
        (report,) = read_entries(session, thread)
    assert [report.said["topic"], *report.said["also"]] == ["hit", "sleep", "food"]


def test_a_report_in_the_second_format_bears_no_mark(day: VillageDay) -> None:
    assert deliver(day.visitor(), day.seals("tell")).status_code == 201
    assert flags() == [()]


def test_a_code_that_is_in_use_is_no_code_for_a_sealed_report_and_her_advocate_knows(day: VillageDay) -> None:
    """She saw those pictures and no others, so the report lies under none."""
    tells(day, secrets.token_hex(16), CODE)
    first = opens(day, CODE)
    sheet = secrets.token_hex(16)
    assert deliver(day.visitor(), day.seals("tell", sheet=sheet)).get_json()["sheet"] == outer_of(sheet)
    assert sorted(flags()) == [(), (CODE_TAKEN,)]
    assert opens(day, CODE) == first
    with db.reading(db.engine()) as session:
        assert [thread.case.answerable for thread in list_all_threads(session) if thread.case.flags] == [False]


@pytest.mark.dialect("counted in rows")
def test_each_code_that_is_in_use_is_a_wrong_try_and_after_three_the_house_draws(
    day: VillageDay, clock: StillClock
) -> None:
    """Whoever makes codes up sees by other pictures that one is in use (A2)."""
    hers = pictures(tells(day, secrets.token_hex(16), CODE))
    assert (wrong_tries(day, drawn_code_counter), wrong_tries(day, tablet_counter)) == (0, 0), (
        "one that is free is none"
    )
    for nth in range(MAX_DRAWN_OF_TABLET):
        assert pictures(tells(day, secrets.token_hex(16), CODE)) != hers
        assert (wrong_tries(day, drawn_code_counter), wrong_tries(day, tablet_counter)) == (nth + 1, nth + 1)
    free = tells(day, secrets.token_hex(16), OTHER_CODE)
    assert opens(day, OTHER_CODE) is None, "the house drew: whether it was free is not told"
    assert len(pictures(free)) == picture_codes.CODE_LENGTH
    clock.move(days=1)
    tells(day, secrets.token_hex(16), OTHER_CODE)
    assert opens(day, OTHER_CODE)


@pytest.mark.dialect("counted in rows")
def test_whoever_watches_the_tries_of_a_slowed_tablet_does_not_see_that_somebody_told(day: VillageDay) -> None:
    """What she told took the slot of a try, with the code that her tablet drew: it was never given back (C)."""
    with db.writing(db.engine()) as session:
        for of, key in ((tablet_counter, 1), (tablets_counter, day.house.site_id)):
            row = CodeAttemptRow(who=of(context.keyring().key("pepper"), key, context.today()).who, tries=100)
            row.day, row.slot, row.noise, row.warned = context.today(), bytes(32), bytes(8), False
            session.add(row)
    with db.reading(db.engine()) as session:
        before = {row.who: (row.tries, row.slot, row.noise) for row in session.scalars(select(CodeAttemptRow))}
    assert tells(day, secrets.token_hex(16), CODE).status_code == 201
    assert opens(day, CODE)
    with db.reading(db.engine()) as session:
        after = {row.who: (row.tries, row.slot, row.noise) for row in session.scalars(select(CodeAttemptRow))}
    assert {who: after[who] for who in before} == before


def test_whether_a_code_is_in_use_costs_as_many_turns(day: VillageDay, monkeypatch: pytest.MonkeyPatch) -> None:
    turns, real = [0], picture_codes.derive_code_keys

    def count(*given: Any, **named: Any) -> Any:
        turns[0] += 1
        return real(*given, **named)

    monkeypatch.setattr(picture_codes, "derive_code_keys", count)
    taken = []
    for _time in range(2):
        turns[0] = 0
        tells(day, secrets.token_hex(16), CODE)
        taken.append(turns[0])
    assert taken == [2, 2]


@pytest.mark.parametrize("again", ["", OTHER_CODE, CODE])
def test_what_comes_again_costs_two_turns_at_most(day: VillageDay, monkeypatch: pytest.MonkeyPatch, again: str) -> None:
    """One request made the house stretch sixty codes, eight seconds long (A3)."""
    sheet = secrets.token_hex(16)
    tells(day, sheet, CODE)
    turns, real = [0], picture_codes.derive_code_keys

    def count(*given: Any, **named: Any) -> Any:
        turns[0] += 1
        return real(*given, **named)

    monkeypatch.setattr(picture_codes, "derive_code_keys", count)
    assert tells(day, sheet, again).status_code == 201
    assert turns[0] <= 2
    assert count_rows(ThreadRow) == 1


def test_a_sheet_for_others_each_time_costs_no_more_turns_each_time(
    day: VillageDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, turns, real = secrets.token_hex(16), [0], picture_codes.derive_code_keys

    def count(*given: Any, **named: Any) -> Any:
        turns[0] += 1
        return real(*given, **named)

    monkeypatch.setattr(picture_codes, "derive_code_keys", count)
    for nth in range(8):
        turns[0] = 0
        chosen = {"left_out": str(day.house.asha.id)} if nth % 2 else {}
        assert tells(day, sheet, words=f"word {nth}", **chosen).status_code == 201
        assert turns[0] <= 5, nth
