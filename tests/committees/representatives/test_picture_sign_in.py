"""A representative's pictures and sign-in: only at a tablet of her site, alike in words and time, never recorded."""

import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support import people
from tests.support.committees import House, make_committee, put
from tests.support.people import on_tablet, signed_in
from tests.support.representatives import chosen, comes, cookie, dealt, make, now, other
from tests.support.visitor import Visitor
from youthvoice import context, db, metadata
from youthvoice.committees.representatives import picture_sign_in
from youthvoice.committees.representatives.store import end_term
from youthvoice.privacy.crypto import argon2
from youthvoice.threads.models import CodeAttemptRow
from youthvoice.web.encrypted_cookie import LEFT

WRONG = "These pictures do not open it."


@pytest.fixture
def tablet(house: House, visitor: Callable[[], Visitor]) -> Visitor:
    return on_tablet(visitor(), house.site_id)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with db.reading(db.engine()) as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in metadata.full_metadata().sorted_tables
        }


@pytest.mark.dialect("what a thief reads in the rows")
def test_no_sign_in_is_recorded_anywhere(house: House, tablet: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """PRIVACY.md, Times: the database before and after is the same, row by row, and nothing is logged."""
    representative = make(house.committee("dormitory"))
    put(house.committee("flip_club"))
    code = dealt(representative, house.site_id)
    before = everything()
    tablet.send("/agenda/mine", chosen(representative.key, code))
    for page in ("/agenda/mine", "/agenda/post", "/agenda/mine/order", "/agenda/mine/friend", "/agenda/mine/stop"):
        tablet.open(page)
    tablet.open("/agenda/mine/bye")
    assert everything() == before
    assert not [one for one in caplog.records if "agenda" in one.getMessage()]


def test_the_pictures_are_dealt_with_a_word_and_shown_twice(
    house: House, tablet: Visitor, visitor: Callable[[], Visitor]
) -> None:
    committee = house.committee("dormitory")
    representative = make(committee)
    desk = signed_in(visitor(), house.joshi)
    desk.open(f"/staff/committees/{committee.id}/representatives")
    page = desk.send(f"/staff/committees/{committee.id}/representatives/{representative.key}/word").text
    word = page.split('<b class="typed">')[1].split("<")[0]
    assert "Type your code." in tablet.open("/agenda/mine/word").text
    page = tablet.send("/agenda/mine/word", {"word": word.lower()}).text
    assert page.count('<ol class="code">') == 2
    assert page.count('class="nth"') == 4 * 7, "shown twice, a trial, and once more for who has no script"
    assert "This code does not work." in tablet.send("/agenda/mine/word", {"word": word}, 422).text, "it works once"


def test_a_word_works_for_a_quarter_of_an_hour_and_at_her_site_only(
    house: House, tablet: Visitor, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    representative = make(house.committee("dormitory"))
    with db.writing(db.engine()) as session:
        other_site = people.make_site(session, "other-house").id
        word = picture_sign_in.new_word(session, representative, by=0, day=context.today())
    elsewhere = on_tablet(visitor(), other_site)
    elsewhere.send("/agenda/mine/word", {"word": word}, 422)
    visitor().open("/agenda/mine/word", status=403)
    clock.move(minutes=15)
    tablet.send("/agenda/mine/word", {"word": word}, 422)


def test_new_pictures_end_the_old_ones_and_every_sign_in_with_them(house: House, tablet: Visitor) -> None:
    representative = make(house.committee("dormitory"))
    old = comes(tablet, representative, house.site_id)
    dealt(representative, house.site_id)
    assert "Who are you?" in tablet.open("/agenda/mine").text
    assert WRONG in tablet.send("/agenda/mine", chosen(representative.key, old), 422).text


def test_a_tablet_shows_nicknames_and_pictures_and_nothing_else(house: House, tablet: Visitor) -> None:
    make(house.committee("dormitory"), "River")
    make(house.committee("flip_club"), "نجمة")
    representative = make(house.committee("flip_club", name="Another"), "Gone")
    with db.writing(db.engine()) as session:
        end_term(session, representative, context.today(), "left")
        stranger = people.make_site(session, "other-house").id
    make(make_committee(stranger, house.joshi, "dormitory"), "Elsewhere")
    page = tablet.open("/agenda/mine").text
    assert "<bdi>River</bdi>" in page
    assert "<bdi>نجمة</bdi>" in page, "right to left in a list from left to right"
    for word in ("Gone", "Elsewhere", "Speaker", "Member", "Dormitory", "last", "<img", "ago", "2026"):
        assert word not in page.split("<main")[1].split("</main>")[0], word


def test_wrong_unknown_and_gone_are_answered_alike(house: House, tablet: Visitor) -> None:
    committee = house.committee("dormitory")
    one = make(committee)
    code = dealt(one, house.site_id)
    gone = make(house.committee("flip_club"), "Gone")
    her_code = dealt(gone, house.site_id)
    with db.writing(db.engine()) as session:
        end_term(session, gone, context.today(), "left")
    asked = [chosen(one.key, other(code)), chosen("ab" * 16, code), chosen("", code), chosen(gone.key, her_code)]
    answers = [tablet.send("/agenda/mine", each, 422) for each in asked]
    assert len({answer.text for answer in answers}) == 1
    assert WRONG in answers[0].text
    said = [tablet.ask("POST", "/agenda/mine", data=each, headers={"Accept": "application/json"}) for each in asked]
    assert {(answer.status_code, answer.text) for answer in said} == {(422, said[0].text)}
    assert not cookie(tablet.client)


def test_every_try_costs_one_run_of_argon2_and_as_much_time(house: House, tablet: Visitor) -> None:
    representative = make(house.committee("dormitory"))
    code = dealt(representative, house.site_id)
    kinds = {
        "right": chosen(representative.key, code),
        "wrong": chosen(representative.key, other(code)),
        "unknown": chosen("ab" * 16, code),
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    runs = 0
    with patch.object(argon2._queue, "run", wraps=argon2._queue.run) as run:  # noqa: SLF001 - counted here
        for _ in range(6):
            for name, form in kinds.items():
                begun = time.process_time()
                tablet.ask("POST", "/agenda/mine", data=form, headers={"Accept": "application/json"})
                times[name].append(time.process_time() - begun)
                runs += 1
        assert run.call_count == runs
    least = {name: min(found) for name, found in times.items()}  # what others of this machine took away is not in it
    assert max(least.values()) < 2 * min(least.values()), least


def test_a_tablet_has_twenty_wrong_tries_a_day_and_children_keep_theirs(
    house: House, tablet: Visitor, clock: StillClock
) -> None:
    representative = make(house.committee("dormitory"))
    code = dealt(representative, house.site_id)
    for _ in range(20):
        tablet.send("/agenda/mine", chosen(representative.key, other(code)), 422)
    assert "tried often enough today" in tablet.send("/agenda/mine", chosen(representative.key, code), 429).text
    assert "tried often enough today" in tablet.send("/agenda/mine/word", {"word": "KITE-0000"}, 429).text
    her_thread = tablet.ask("POST", "/reply", data=chosen("", code))
    assert her_thread.status_code == 303, "whoever guesses here takes no try from a child who comes for her answer"
    clock.move(days=1)
    tablet.send("/agenda/mine", chosen(representative.key, code))
    assert cookie(tablet.client)


def test_advocates_are_warned_where_somebody_guesses_at_many_tablets(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    representative = make(house.committee("dormitory"))
    code = dealt(representative, house.site_id)
    with db.writing(db.engine()) as session:
        session.add(CodeAttemptRow(who=_of_all_tablets(house), day=context.today("Asia/Kolkata"), tries=99))
    on_tablet(visitor(), house.site_id).send("/agenda/mine", chosen(representative.key, other(code)), 422)
    desk = signed_in(visitor(), house.asha).open("/staff/").text
    assert "Somebody guesses at picture codes" in desk


def _of_all_tablets(house: House) -> bytes:
    from youthvoice.threads.child_codes import code_attempts  # noqa: PLC0415 - for this one test

    return code_attempts.tablets_counter(
        context.keyring().key("pepper"), house.site_id, context.today("Asia/Kolkata")
    ).who


def test_a_missing_picture_is_asked_for(house: House, tablet: Visitor) -> None:
    representative = make(house.committee("dormitory"))
    form = chosen(representative.key, dealt(representative, house.site_id))
    del form["p3"]
    page = tablet.send("/agenda/mine", form, 422).text
    assert "Tap one picture first.</p>" in page
    with db.reading(db.engine()) as session:
        assert not session.scalars(select(CodeAttemptRow)).all(), "nothing was tried"


def test_she_is_signed_out_after_fifteen_minutes_and_after_thirty_in_any_case(
    house: House, tablet: Visitor, clock: StillClock
) -> None:
    representative = make(house.committee("dormitory"))
    code = comes(tablet, representative, house.site_id)
    clock.move(minutes=15)
    assert "Who are you?" in tablet.open("/agenda/mine").text
    tablet.send("/agenda/mine", chosen(representative.key, code))
    for _ in range(2):
        clock.move(minutes=14)
        assert "Put on the list" in tablet.open("/agenda/mine").text
    clock.move(minutes=2)
    assert "Who are you?" in tablet.open("/agenda/mine").text


def test_her_cookie_is_hers_at_this_tablet_and_nowhere_else(
    house: House, tablet: Visitor, visitor: Callable[[], Visitor]
) -> None:
    representative = make(house.committee("dormitory"))
    code = dealt(representative, house.site_id)
    answer = tablet.ask("POST", "/agenda/mine", data=chosen(representative.key, code))
    (set_cookie,) = (each for each in answer.headers.getlist("Set-Cookie") if each.startswith("representative="))
    for part in ("HttpOnly", "SameSite=Strict", "Path=/agenda"):
        assert part in set_cookie
    assert "Expires" not in set_cookie
    assert representative.key not in set_cookie
    thief = on_tablet(visitor(), house.site_id, "Tablet 2")
    thief.client.set_cookie("representative", cookie(tablet.client), path="/agenda")
    assert "Who are you?" in thief.open("/agenda/mine").text
    tablet.client.set_cookie("representative", cookie(tablet.client)[:-4] + "AAAA", path="/agenda")
    assert "Who are you?" in tablet.open("/agenda/mine").text


@pytest.mark.parametrize("way", ["done", "beacon", "away", "stop"])
def test_every_way_out_signs_her_out(house: House, tablet: Visitor, way: str) -> None:
    representative = make(house.committee("dormitory"))
    comes(tablet, representative, house.site_id)
    if way == "done":
        tablet.open("/agenda/mine/bye")
    elif way == "beacon":
        assert tablet.ask("POST", "/agenda/mine/bye").status_code == 204
    elif way == "away":
        assert tablet.ask("GET", "/agenda/mine/bye/hi").location == "/exit/hi"
    else:
        assert "Both are fine." in tablet.open("/agenda/mine/stop").text
        tablet.send("/agenda/mine/stop")
        assert now(representative).why == "herself"
    assert not cookie(tablet.client)
    assert "Put on the list" not in tablet.open("/agenda/mine").text


def test_a_page_that_went_away_signed_her_out_though_its_word_never_came(house: House, tablet: Visitor) -> None:
    """What `reply.js` sets beside her cookie, which no script can reach; the next one who signs in takes it away."""
    representative = make(house.committee("dormitory"))
    code = comes(tablet, representative, house.site_id)
    tablet.client.set_cookie(LEFT, "1", path="/agenda")
    for _ in range(2):
        assert "Who are you?" in tablet.open("/agenda/mine").text
    assert tablet.ask("GET", "/agenda/post").location == "/agenda/mine"
    assert "data-bye" not in tablet.open("/agenda/meetings").text
    assert tablet.client.get_cookie(LEFT, path="/agenda")
    tablet.send("/agenda/mine", chosen(representative.key, code))
    assert not tablet.client.get_cookie(LEFT, path="/agenda")
    assert "Put on the list" in tablet.open("/agenda/mine").text


def test_an_answer_that_was_on_its_way_when_she_left_signs_nobody_in(house: House, tablet: Visitor) -> None:
    representative = make(house.committee("dormitory"))
    code = dealt(representative, house.site_id)
    answer = tablet.ask("POST", "/agenda/mine", data=chosen(representative.key, code))
    assert not [each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"{LEFT}=")]
    tablet.client.set_cookie(LEFT, "1", path="/agenda")
    assert "Who are you?" in tablet.open("/agenda/mine").text


def test_a_term_that_is_over_signs_her_out_at_once(house: House, tablet: Visitor) -> None:
    representative = make(house.committee("dormitory"))
    comes(tablet, representative, house.site_id)
    with db.writing(db.engine()) as session:
        end_term(session, representative, context.today(), "left")
    assert tablet.ask("POST", "/agenda/post", data={"topic": "food", "wish": "more"}).location == "/agenda/mine"
    assert tablet.ask("GET", "/agenda/post").location == "/agenda/mine"


def test_there_is_no_profile_no_photo_no_last_seen_and_no_message(app: Flask) -> None:
    """Columns, addresses and pages: nothing where a child could be looked up, followed or written to."""
    columns = {column.name for column in metadata.full_metadata().tables["representatives"].columns}
    assert columns == {
        "id", "committee_id", "post", "way", "starts_on", "ends_on", "ended_on", "handed_over_on", "body", "verifier",
        "code_hash", "code_until",
    }  # fmt: skip
    items = {column.name for column in metadata.full_metadata().tables["items"].columns}
    assert not {name for name in items if any(word in name for word in ("by", "author", "person", "representative"))}
    folder = Path(app.root_path, "committees/templates/committees")
    wanted = [f"representatives/{name}" for name in ("sign_in", "word_entry", "pictures", "home", "handover")]
    wanted += ["representatives/friend_report"]
    wanted += [f"agenda/{name}" for name in ("post", "post_check", "order", "adult_answers")]
    for name in wanted:
        text = (folder / f"{name}.html").read_text("utf-8").lower()
        for word in ("<img", "photo", "last seen", "online", "message", "profile", "chat"):
            assert word not in text, f"{name}: {word}"
    rules = " ".join(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("rep"))
    for word in ("profile", "photo", "message", "chat"):
        assert word not in rules


def test_the_first_screen_and_the_pages_of_meetings_leave_nobody_signed_in(house: House, tablet: Visitor) -> None:
    representative = make(house.committee("dormitory"))
    code = comes(tablet, representative, house.site_id)
    page = tablet.open("/agenda/meetings").text
    assert 'data-front="/agenda/mine/bye"' in page
    assert 'data-bye="/agenda/mine/bye"' in page
    tablet.open("/language")
    assert not cookie(tablet.client)
    assert "data-bye" not in tablet.open("/agenda/meetings").text
    tablet.send("/agenda/mine", chosen(representative.key, code))
    assert cookie(tablet.client)


def test_whoever_gives_new_pictures_is_named_to_her_and_to_every_adult_who_sees_the_committee(
    house: House, tablet: Visitor, visitor: Callable[[], Visitor]
) -> None:
    """A facilitator gives new pictures, types the word himself and speaks in her name: she and others find out."""
    committee = house.committee("dormitory")
    representative = make(committee)
    old = dealt(representative, house.site_id)
    browser = signed_in(visitor(), house.joshi)
    browser.open(f"/staff/committees/{committee.id}/representatives")
    browser.send(f"/staff/committees/{committee.id}/representatives/{representative.key}/word")
    tablet.send("/agenda/mine", chosen(representative.key, old), 422)
    assert "Did somebody give new ones? Ask an advocate." in tablet.page
    words = f"given by {house.joshi.name}"
    assert words in browser.open(f"/staff/committees/{committee.id}/representatives").text
    assert words in signed_in(visitor(), house.asha).open(f"/staff/committees/{committee.id}").text
    tablet.send("/agenda/mine", chosen(representative.key, dealt(now(representative), house.site_id, house.joshi.id)))
    assert words in tablet.open("/agenda/mine").text
