"""Who knows all that a tablet shows knocks as often as she likes, and takes the database: what she gets for it.

Duties: PRIVACY.md A10, "A knock"; C, "The tablet's queue".
"""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from tests.conftest import StillClock
from tests.support.knocks import KnockSite
from tests.support.offline import deliver, manifest_of, seal
from tests.support.visitor import Visitor
from youthvoice import db

NewVisitor = Callable[[], Visitor]


@pytest.fixture
def site(app: Flask, visitor: NewVisitor) -> KnockSite:
    assert app
    made = KnockSite(visitor)
    made.passes()
    return made


def rows() -> dict[str, list[tuple[object, ...]]]:
    """All that a thief of the database sees: every value that is no bytes, and of bytes the length."""
    with db.reading(db.engine()) as session:
        tables = inspect(session.connection()).get_table_names()
        everything = {name: session.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables}  # noqa: S608
    return {
        name: sorted((tuple(_seen(value) for value in row) for row in found), key=repr)
        for name, found in everything.items()
    }


def _seen(value: object) -> object:
    return f"{len(value)} bytes" if isinstance(value, bytes | memoryview) else value


def boxes() -> dict[int, bytes]:
    """The box of each site, as it is stored."""
    with db.reading(db.engine()) as session:
        return {row[0]: bytes(row[1]) for row in session.execute(text("SELECT site_id, locked FROM knock_boxes"))}


def _changed(before: dict[str, list[tuple[object, ...]]]) -> dict[str, tuple[int, int]]:
    return {name: (len(before[name]), len(found)) for name, found in rows().items() if found != before[name]}


def test_a_flood_costs_receipts_and_one_call(site: KnockSite, clock: StillClock) -> None:
    before = rows()
    for _nth in range(50):
        site.knocks("lata")
        site.knocks("asha", "not_there")
    assert set(_changed(before)) == {"receipts"}, "no table but that of receipts tells how often"
    clock.move(hours=2)
    site.passes()
    assert site.sees("lata").slot is not None
    assert len(site.sees("ravi").missed) == 1


def test_more_than_a_tablet_sends_is_refused(site: KnockSite) -> None:
    statuses = [
        site.tablet.ask("POST", "/talk", data={**site.fields(), "sheet": f"{nth:032x}"}).status_code
        for nth in range(140)
    ]
    assert 429 in statuses


def test_the_database_is_the_same_whomever_a_child_chose_and_left_out(site: KnockSite, clock: StillClock) -> None:
    def at(name: str, wish: str, without: tuple[str, ...]) -> Iterator[dict[str, list[tuple[object, ...]]]]:
        site.knocks(name, wish, without)
        yield rows()
        clock.move(hours=24)
        site.passes()
        yield rows()

    first, second = list(at("lata", "talk", ())), list(at("asha", "not_there", ("ravi",)))
    for one, other in zip(first, second, strict=True):
        for name in one.keys() - {"receipts", "knock_boxes"}:
            assert one[name] == other[name], name
        assert [row[2] for row in one["knock_boxes"]] == [row[2] for row in other["knock_boxes"]]


def test_every_box_is_written_at_the_fixed_hour_whether_anybody_knocked_or_not(
    site: KnockSite, clock: StillClock, visitor: NewVisitor
) -> None:
    quiet = KnockSite(visitor, "quiet-house")
    quiet.passes()
    site.knocks("lata")
    before = boxes()
    clock.move(hours=2)
    site.passes()
    after = boxes()
    assert before.keys() == after.keys() == {site.site.id, quiet.site.id}
    assert all(before[number] != after[number] for number in before)
    assert len({len(sealed) for sealed in [*before.values(), *after.values()]} - {0}) == 1


def test_nobody_knocks_at_an_adult_of_another_site(site: KnockSite, clock: StillClock, visitor: NewVisitor) -> None:
    other = KnockSite(visitor, "other-house")
    form = {**other.fields("lata"), "sheet": "cd" * 16}
    assert site.tablet.ask("POST", "/talk", data=form).status_code == 422
    said = deliver(site.visitor(), seal(manifest_of(site.tablet), "/talk", other.fields("lata")))
    assert (said.status_code, said.get_json()["late"]) == (201, True)
    clock.move(hours=2)
    site.passes()
    assert not site.box().calls
    assert not site.box().missed
    assert not other.box().waiting


def test_an_adult_marks_and_settles_nothing_of_others(site: KnockSite, clock: StillClock, visitor: NewVisitor) -> None:
    site.knocks("lata", without=("ravi",))
    clock.move(hours=2)
    site.passes()
    assert "No knock waits for you any more" in site.marks("asha", "away", 422)
    site.marks("lata", "away")
    box = site.box()
    for name in ("ravi", "lata", "meera"):
        browser = site.browser(name)
        browser.open("/staff/knocks/")
        browser.send(f"/staff/knocks/{site.site.id}/settle/{site.people['lata'].id}")
    other = KnockSite(visitor, "other-house").browser("asha")
    other.open("/staff/knocks/")
    other.send(f"/staff/knocks/{site.site.id}/settle/{site.people['lata'].id}", status=404)
    assert site.box() == box


def test_a_left_out_id_of_nobody_hides_the_knock_from_nobody(site: KnockSite, clock: StillClock) -> None:
    numbers = [site.people["lata"].id, site.people["joshi"].id, 99999, 0]
    form = {**site.fields("lata"), "left_out": numbers, "sheet": "ab" * 16}
    assert site.tablet.ask("POST", "/talk", data=form).status_code == 303
    assert site.box().waiting == {site.people["lata"].id: {()}}
