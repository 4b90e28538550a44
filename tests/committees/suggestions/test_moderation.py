"""An advocate decides about a suggestion (S3, S22, S26, S38): five ways, one transaction each, nothing left behind."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.committees import House, again, put
from tests.support.offline import deliver, manifest_of, seal_broken_voice
from tests.support.reports import Told
from tests.support.suggestions import DESK, Tablet, a_tablet, voice
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.store import create_answer_due
from youthvoice.audit.models import AuditEntryRow
from youthvoice.committees.agenda.entities import HeldSuggestion, ItemBody
from youthvoice.committees.store import change_committee
from youthvoice.grievances.deadlines.letter_job import escalate_late_letters
from youthvoice.grievances.models import LateSuggestionsRow
from youthvoice.threads.content_check import ContentNotice, find_notices, notice_code
from youthvoice.threads.letters.due_job import suggestions_due
from youthvoice.threads.models import LetterKeyWrapRow, ThreadRow


@pytest.fixture
def tablet(house: House, visitor: Callable[[], Visitor], clock: StillClock) -> Tablet:
    return a_tablet(house, visitor, clock)


def given(tablet: Tablet, **suggested: object) -> None:
    """A child suggests something, and it is shown."""
    tablet.suggests(201, **suggested)
    tablet.shown()


def agenda(tablet: Tablet) -> str:
    """What children see."""
    return str(tablet.browser.open("/agenda").text)


def test_an_empty_list_says_what_to_expect(tablet: Tablet) -> None:
    assert "No suggestion waits" in tablet.at(tablet.house.asha).open(DESK).text


def test_a_suggestion_is_opened_by_a_button_and_the_log_says_whose_agenda(tablet: Tablet) -> None:
    given(tablet, topic="broken", wish="mend", words="teh <stairs> ar dark\nat nite")
    browser = tablet.at(tablet.house.asha)
    (path,) = re.findall(rf'action="({DESK}[0-9a-f]{{32}})"', browser.open(DESK).text)
    assert "stairs" not in browser.open(path).text
    page = browser.send(path).text
    assert "teh &lt;stairs&gt; ar dark<br>at nite" in page
    assert "Mend it" in page
    with db.reading(db.engine()) as session:
        entry = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "suggestion.open")).one()
    assert (entry.actor, entry.subject) == ("asha", str(tablet.committee.id))


@pytest.mark.parametrize("words", ["teh stairs ar dark", ""])
def test_a_voice_that_cannot_be_played_is_told_to_who_decides(tablet: Tablet, words: str) -> None:
    """It came from a tablet without a network: she cannot be asked to speak again."""
    envelope = seal_broken_voice(manifest_of(tablet.browser), "/agenda/suggest", {"words": words})
    assert deliver(tablet.visitor(), envelope).status_code == 201
    tablet.shown()
    browser, path = tablet.opened_by(tablet.house.asha)
    page = browser.open(path).text
    assert "The child spoke, and the recording cannot be heard." in page
    assert words in page


def test_it_stands_on_the_agenda_as_given_and_the_sealed_one_is_gone(tablet: Tablet) -> None:
    """S3: prefilled with the child's own words, spelled as given."""
    given(tablet, topic="broken", wish="mend", words="teh stairs ar dark")
    (letter,) = tablet.letters()
    browser, path = tablet.opened_by(tablet.house.asha)
    page = browser.open(f"{path}/publish").text
    assert ">\nteh stairs ar dark</textarea>" in page.replace("\r", "")
    browser.send(f"{path}/publish", {"topic": "broken", "wish": "mend", "words_en": "teh stairs ar dark"})
    (item,) = tablet.items()
    assert (item.state, item.body) == ("on_agenda", ItemBody("broken", "mend", {"en": "teh stairs ar dark"}))
    assert item.day == context.today("Asia/Kolkata")
    assert item.id != letter.id
    assert tablet.letters() == []
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(LetterKeyWrapRow)) == 0
    assert "teh stairs ar dark" in agenda(tablet)


def test_pictures_may_stand_alone_but_no_word_of_a_child_is_lost(tablet: Tablet) -> None:
    given(tablet, topic="food", wish="more", words="froot")
    page = tablet.decides(tablet.house.asha, "publish", 422, topic="food", wish="more", words_en=" ")
    assert "Write the words in one language at least." in page
    tablet.decides(tablet.house.asha, "publish", topic="food", words_hi="फल", words_en="")
    assert [item.body.words for item in tablet.items()] == [{"hi": "फल"}]


def test_an_advocate_finds_a_picture_that_fits_better_than_the_topics(tablet: Tablet) -> None:
    given(tablet, topic="broken", wish="mend", words="the stairs are dark")
    words = "The stairs are dark"
    tablet.decides(tablet.house.asha, "publish", 422, topic="broken", words_en=words, picture="1F9A0")
    tablet.decides(tablet.house.asha, "publish", topic="broken", words_en=words, picture="1F4A1")
    assert [item.body.picture for item in tablet.items()] == ["1F4A1"]
    assert "#p-1F4A1" in agenda(tablet)


def test_two_pictures_become_an_item_without_words(tablet: Tablet) -> None:
    given(tablet, topic="food", wish="more")
    tablet.decides(tablet.house.asha, "publish", topic="food", wish="more", words_en="")
    assert "Food: More of it" in agenda(tablet)


def test_a_voice_is_heard_at_the_desk_and_never_published(tablet: Tablet) -> None:
    given(tablet, topic="play", voice=voice())
    browser, path = tablet.opened_by(tablet.house.asha)
    browser.open(path)
    heard = browser.ask("POST", f"{path}/voice", data=browser.hidden)
    assert (heard.status_code, heard.content_type) == (200, "audio/webm")
    page = tablet.decides(tablet.house.asha, "publish", 422, topic="play", words_en="")
    assert "a voice tells who she is" in page
    tablet.decides(tablet.house.asha, "publish", topic="play", words_en="Football after homework")
    assert [item.body.words for item in tablet.items()] == [{"en": "Football after homework"}]


@pytest.mark.parametrize(
    "words",
    ["Ms Joshi is loud", "he hits me", "वह मुझे मारता है", "هو يضربني", "she ran away", "Call me at 98765 43210"],
)
def test_words_that_may_be_about_one_person_are_looked_at_twice(tablet: Tablet, words: str) -> None:
    """S26: a warning, and an advocate decides."""
    given(tablet, topic="other", words=words)
    page = tablet.decides(tablet.house.asha, "publish", 422, topic="other", words_en=words)
    assert "does this name somebody" in page
    assert words in page
    assert tablet.items() == []
    tablet.decides(tablet.house.asha, "publish", topic="other", words_en=words, as_it_stands="y")
    assert len(tablet.items()) == 1


def test_what_is_found_is_a_whole_word_or_nothing() -> None:
    names = ["Ms Joshi", "Al Rao"]
    assert find_notices(["joshi, and JOSHI's dog"], [], names) == [
        ContentNotice("name", "joshi"),
        ContentNotice("name", "JOSHI"),
    ]
    assert find_notices(["Lobo asks"], [], ["vina lobo"]) == [ContentNotice("name", "Lobo")]
    assert find_notices(["A wall around the well"], [], ["Vina Lobo, head of the village"]) == []
    assert find_notices(["The whitest shirts. Also: heartbeat", "al dente"], [], names) == []
    assert find_notices(["Somebody hit me"], [], names) == [ContentNotice("hurting", "hit")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("he SHOUTS", ContentNotice("hurting", "SHOUTS")),  # each of these stood in one of two lists only
        ("she ran away", ContentNotice("hurting", "ran away")),
        ("वह चिल्लाता है", ContentNotice("hurting", "चिल्लाता")),
        ("वह भाग गया", ContentNotice("hurting", "भाग गया")),
        ("هو يصرخ", ContentNotice("hurting", "يصرخ")),
        ("هو يَضرِب", ContentNotice("hurting", "يَضرِب")),
        ("يريد أن يموت", ContentNotice("hurting", "يريد أن يموت")),
        ("Blue Kite said so", ContentNotice("name", "Blue Kite")),
        ("+91 98765-43210, ask there", ContentNotice("number", "91 98765-43210")),
        ("०९८७६५४३२१", ContentNotice("number", "०९८७६५४३२१")),
    ],
)
def test_one_list_serves_representatives_and_advocates_alike(words: str, found: ContentNotice) -> None:
    """S26."""
    assert find_notices([words], ["Blue Kite"], ["Ms Joshi"]) == [found]
    assert notice_code([words], ["Blue Kite"], ["Ms Joshi"]) == ("safety" if found.kind == "hurting" else "names")


@pytest.mark.parametrize("words", ["A\u200bsha", "As\u00adha", "\u2060Asha\u200d", "98\u200b765 43\u00ad210"])
def test_a_sign_that_nobody_sees_hides_neither_a_name_nor_a_number(words: str) -> None:
    """`07fef576`: such a sentence went past the check, on the children's board too."""
    assert [notice.words for notice in find_notices([words], [], ["Asha Rao"])] == [words]


def test_days_and_small_numbers_are_no_numbers_to_call() -> None:
    for words in ("From 24.11.2026 on", "until 2026-11-24", "we are 120 children", "3 balls, 4 bats, 20 cups"):
        assert find_notices([words], [], []) == [], words


def test_what_is_on_the_agenda_already_counts_as_one_more_me_too(tablet: Tablet) -> None:
    item = put(tablet.committee)
    given(tablet, topic="food", words="froot evry day")
    page, browser = "", tablet.opened_by(tablet.house.asha)
    page = browser[0].open(f"{browser[1]}/join").text
    assert "<bdi" in page
    browser[0].send(f"{browser[1]}/join", {"item": item.subject})
    assert again(item).support == 1
    assert len(tablet.items()) == 1
    assert tablet.letters() == []


def test_what_children_talk_about_alone_is_shown_to_no_advocate(tablet: Tablet) -> None:
    """Not as something to join, and not to whoever has its number."""
    alone = put(tablet.committee, words="canary of the night", alone=True)
    shared = put(tablet.committee, words="Fruit every day")
    given(tablet, topic="food", wish="more")
    browser, path = tablet.opened_by(tablet.house.asha)
    page = browser.open(f"{path}/join").text
    assert "Fruit every day" in page
    assert "canary" not in page
    browser.send(f"{path}/join", {"item": alone.subject}, 422)
    way = f"/staff/committees/{tablet.committee.id}/agenda"
    browser.open(f"{way}/{shared.subject}/move")
    browser.open(f"{way}/{alone.subject}/move", status=404)


def test_an_item_of_another_agenda_cannot_be_joined(tablet: Tablet) -> None:
    other = put(tablet.house.committee("dormitory"))
    given(tablet, topic="food", committee=str(tablet.committee.id))
    assert "Nothing is on this agenda yet" in tablet.decides(tablet.house.asha, "join", 422, item=other.subject)
    assert again(other).support == 0


def test_what_waits_says_why_who_decides_and_until_when(tablet: Tablet) -> None:
    """Moderation explains itself, and the holder owes it."""
    given(tablet, topic="food", words="canary")
    tablet.decides(tablet.house.ravi, "hold", why="names", by=str(tablet.house.asha.id), until="2026-11-27")
    (item,) = tablet.items()
    assert item.state == "suggested"
    assert item.body.held == HeldSuggestion("names", tablet.house.asha.id, date(2026, 11, 27))
    page = agenda(tablet)
    assert "One suggestion waits: it may name somebody." in page
    assert "Asha decides by 27\N{NO-BREAK SPACE}November." in page
    assert "canary" not in page
    (owed,) = tablet.owed("held")
    assert (owed.owner_id, owed.due, owed.subject) == (tablet.house.asha.id, date(2026, 11, 27), item.subject)
    assert "waits: Asha decides" in tablet.at(tablet.house.ravi).open(DESK).text
    browser, path = tablet.opened_by(tablet.house.asha)
    assert "Let it wait" not in browser.open(path).text
    browser.open(f"{path}/hold")
    tablet.decides(tablet.house.asha, "publish", topic="food", words_en="Fruit")
    (published,) = tablet.items()
    assert (published.state, published.body.words) == ("on_agenda", {"en": "Fruit"})
    assert (published.body.held, published.body.letter) == (None, "")
    assert tablet.owed("held") == []
    assert tablet.letters() == []


@pytest.mark.parametrize("until", ["2026-11-23", "2026-12-09", "", "soon"])
def test_a_day_that_children_cannot_be_told_is_refused(tablet: Tablet, until: str) -> None:
    given(tablet, topic="food")
    tablet.decides(tablet.house.asha, "hold", 422, why="names", by=str(tablet.house.asha.id), until=until)
    assert tablet.items() == []


def test_what_is_declined_leaves_its_reason_and_nothing_else_for_two_weeks(tablet: Tablet) -> None:
    given(tablet, topic="food", words="canary")
    tablet.decides(tablet.house.asha, "decline", why="not_ours")
    said = "One suggestion is not on the list, because no adult here can decide it."
    assert said in agenda(tablet)
    assert "canary" not in agenda(tablet)
    (item,) = tablet.items()
    assert item.body == ItemBody("other", why="not_ours")
    tablet.clock.move(days=14)
    assert said in agenda(tablet)
    tablet.clock.move(days=1)
    assert said not in agenda(tablet)


@pytest.mark.dialect("writers wait for each other")
def test_what_concerns_one_child_becomes_a_report_in_one_transaction(tablet: Tablet) -> None:
    """S26: words in, a thread out; the agenda says who answers by when, and nothing more."""
    given(tablet, topic="other", words="rosa hits me", voice=voice())
    page = tablet.decides(tablet.house.asha, "move", topic="unsafe", hurt="yes", danger="no")
    assert "It is now a report" in page
    (item,) = tablet.items()
    assert item.state == "moved"
    assert item.body.moved
    assert item.body.moved.names == ("Asha",)
    assert (item.body.topic, dict(item.body.words)) == ("other", {})
    assert tablet.letters() == []
    with db.reading(db.engine()) as session:
        told = Told(session.scalars(select(ThreadRow.id)).one(), None)
    asha = tablet.at(tablet.house.asha)
    asha.open(told.path)
    asha.send(told.path)
    page = asha.open(told.path).text
    assert "rosa hits me" in page
    assert "for the agenda of “Flip Club”" in page
    assert "nobody knows who suggested it" in page
    assert f'action="{told.path}/voice/' in page or "data-voice" in page
    assert told.marks.harm
    said = agenda(tablet)
    assert "One suggestion went to <bdi>Asha</bdi>." in said
    assert "rosa" not in said


def test_how_pressing_it_is_does_not_show_on_the_agenda(tablet: Tablet) -> None:
    lines = []
    for number, danger in enumerate(("yes", "no")):
        given(tablet, topic="other", words=f"secret {number}")
        tablet.clock.move(hours=-3)
        tablet.clock.move(hours=3)
        tablet.decides(tablet.house.asha, "move", topic="food", hurt="no", danger=danger)
        tablet.clock.move(hours=-3)
        lines.append(tablet.items()[-1].body)
    assert lines[0] == lines[1]


def test_whoever_is_left_out_finds_no_report_and_is_not_named(tablet: Tablet) -> None:
    house = tablet.house
    given(tablet, topic="other", words="asha is unfair")
    tablet.decides(house.asha, "move", topic="other", hurt="no", danger="no", left_out=str(house.asha.id))
    (item,) = tablet.items()
    assert item.body.moved
    assert item.body.moved.names == ("Ravi",)
    with db.reading(db.engine()) as session:
        told = Told(session.scalars(select(ThreadRow.id)).one(), None)
    tablet.at(house.asha).open(told.path, 404)
    tablet.at(house.ravi).open(told.path)


def test_where_nobody_would_read_the_report_nothing_happens(tablet: Tablet) -> None:
    house = tablet.house
    given(tablet, topic="other", words="all of them")
    everybody = [str(one.id) for one in (house.asha, house.ravi, house.outside)]
    page = tablet.decides(house.asha, "move", 422, topic="other", hurt="no", danger="no", left_out=everybody)
    assert "Then nobody would read it" in page
    assert len(tablet.letters()) == 1
    assert tablet.items() == []
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(ThreadRow)) == 0


@pytest.mark.dialect("writers wait for each other")
def test_whoever_is_second_is_told_so_and_loses_nothing_typed(tablet: Tablet) -> None:
    given(tablet, topic="food", words="froot")
    asha, path = tablet.opened_by(tablet.house.asha)
    ravi, _path = tablet.opened_by(tablet.house.ravi)
    for browser in (asha, ravi):
        browser.open(f"{path}/publish")
    asha.send(f"{path}/publish", {"topic": "food", "words_en": "Fruit"})
    page = ravi.send(f"{path}/publish", {"topic": "food", "words_en": "Fruit <every> day"}, 409).text
    assert "A colleague has already done this" in page
    assert "Fruit &lt;every&gt; day" in page
    assert [item.body.words for item in tablet.items()] == [{"en": "Fruit"}]
    tablet.at(tablet.house.joshi).open(path, 403)
    assert ravi.open(path, 404)


def test_two_who_let_it_wait_are_two_as_well(tablet: Tablet) -> None:
    given(tablet, topic="food")
    asha, path = tablet.opened_by(tablet.house.asha)
    ravi, _path = tablet.opened_by(tablet.house.ravi)
    typed = {"why": "names", "by": str(tablet.house.asha.id), "until": "2026-11-25"}
    for browser in (asha, ravi):
        browser.open(f"{path}/hold")
    asha.send(f"{path}/hold", dict(typed))
    assert "A colleague has already done this" in ravi.send(f"{path}/hold", dict(typed), 409).text
    assert len(tablet.items()) == 1


def test_nobody_but_advocates_comes_near(tablet: Tablet) -> None:
    given(tablet, topic="food")
    (path,) = tablet.paths(tablet.house.asha)
    for who in (tablet.house.joshi, tablet.house.boss, tablet.house.outside):
        for address in (DESK, path, f"{path}/publish"):
            tablet.at(who).open(address, 403)
    tablet.at(tablet.house.asha).open(f"{path}/nothing", 404)


def test_whoever_answers_the_committee_cannot_decide_even_with_a_key(tablet: Tablet) -> None:
    given(tablet, topic="food")
    browser, path = tablet.opened_by(tablet.house.asha)
    with db.writing(db.engine()) as session:
        change_committee(session, tablet.committee.id, {"facilitator_id": tablet.house.asha.id})
    browser.open(path, 404)
    assert re.findall('action="/staff/suggestions/', browser.open(DESK).text) == []


def test_the_clock_is_that_of_the_promise_and_ends_with_the_last_decision(tablet: Tablet) -> None:
    """S38: settled when every suggestion of that day was decided, not merely opened."""
    tablet.suggests(topic="food")
    given(tablet, topic="play")
    suggestions_due()
    (owed,) = tablet.owed("suggestions")
    assert (owed.due, owed.owner_role) == (date(2026, 11, 26), "advocate")
    assert not re.search(r"[0-9]", owed.about["en"])
    first, second = tablet.paths(tablet.house.asha)
    browser, _path = tablet.opened_by(tablet.house.asha, first)
    tablet.opened_by(tablet.house.asha, second)
    suggestions_due()
    assert len(tablet.owed("suggestions")) == 1
    browser.open(f"{first}/publish")
    browser.send(f"{first}/publish", {"topic": "food", "words_en": ""})
    assert len(tablet.owed("suggestions")) == 1
    tablet.decides(tablet.house.ravi, "hold", why="asking", by=str(tablet.house.ravi.id), until="2026-11-26")
    assert tablet.owed("suggestions") == []
    assert len(tablet.owed("held")) == 1


@pytest.mark.dialect("put in once")
def test_what_nobody_decides_asks_the_next_people_to_sign_in(tablet: Tablet) -> None:
    """S13, S22: as late letters do, without a word about what or how much."""
    given(tablet, topic="food", words="canary")
    tablet.clock.move(days=2)
    suggestions_due()
    escalate_late_letters()
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(LateSuggestionsRow)) == 0
    tablet.clock.move(days=1)
    escalate_late_letters()
    escalate_late_letters()
    with db.reading(db.engine()) as session:
        (late,) = session.scalars(select(LateSuggestionsRow)).all()
        assert (late.site_id, late.day, late.step) == (tablet.house.site_id, date(2026, 11, 26), 1)
    assert "1 day over" in tablet.at(tablet.house.asha).open("/staff/").text
    for _rung in range(3):
        tablet.clock.move(days=3)
        escalate_late_letters()
    assert "Suggestions that the advocates have not decided" in tablet.at(tablet.house.outside).open("/staff/").text
    tablet.decides(tablet.house.asha, "decline", why="unclear")
    escalate_late_letters()
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(LateSuggestionsRow)) == 0


def test_what_is_owed_leads_to_the_list_and_takes_no_answer(tablet: Tablet) -> None:
    given(tablet, topic="food")
    suggestions_due()
    (owed,) = tablet.owed("suggestions")
    browser = tablet.at(tablet.house.asha)
    page = browser.open(f"/staff/answers/{owed.id}").text
    assert f'href="{DESK}"' in page.partition("<main")[2]
    page = browser.send(f"/staff/answers/{owed.id}", {"kind": "done", "words_en": "We did."}, 422).text
    assert "A suggestion is still waiting" in page


def test_nothing_of_a_decision_leads_back_to_the_suggestion(tablet: Tablet) -> None:
    """T6: with an older copy of the database in hand, no row of the agenda, of what is owed or of the log names it."""
    for number in range(3):
        tablet.suggests(topic="food", words=f"number {number}")
    tablet.shown()
    ids = {one.id for one in tablet.letters()}
    for path in tablet.paths(tablet.house.asha):
        browser, _path = tablet.opened_by(tablet.house.asha, path)
        browser.open(f"{path}/publish")
        browser.send(f"{path}/publish", {"topic": "food", "words_en": "Fruit"})
    found = b""
    with db.reading(db.engine()) as session:
        for table in ("items", "owed", "audit_entries", "receipts"):
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}"):  # noqa: S608 - names of ours
                found += b"|".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
    for one in ids:
        assert one not in found
        assert one.hex().encode() not in found
    assert len({item.day for item in tablet.items()}) == 1


def test_an_item_that_a_representative_posted_becomes_a_report_as_well(tablet: Tablet) -> None:
    """S26: words in, a thread out; nothing of them stays on the agenda or with whoever owes an answer."""
    house = tablet.house
    item = put(tablet.committee, {"en": "rosa cries at night", "hi": "रोज़ा रात में रोती है"}, source="representative")
    with db.writing(db.engine()) as session:
        create_answer_due(session, site_id=house.site_id, kind="item", subject=item.subject,
                    about={"en": "rosa cries at night"}, due=date(2026, 12, 1), owner_id=house.joshi.id)  # fmt: skip
    path = f"/staff/committees/{tablet.committee.id}/agenda/{item.subject}/move"
    asha = tablet.at(house.asha)
    assert path in asha.open(f"/staff/committees/{tablet.committee.id}/agenda").text
    assert "rosa cries at night" in asha.open(path).text
    asha.send(path, {}, 422)
    page = asha.send(path, {"topic": "unsafe", "hurt": "yes", "danger": "no"}).text
    assert "It is now a report" in page
    moved = again(item)
    assert moved.body == ItemBody("other", source="representative", moved=moved.body.moved)
    assert moved.state == "moved"
    assert tablet.owed("item") == []
    assert "rosa" not in agenda(tablet)
    with db.reading(db.engine()) as session:
        told = Told(session.scalars(select(ThreadRow.id)).one(), None)
    asha.open(told.path)
    asha.send(told.path)
    page = asha.open(told.path).text
    assert "rosa cries at night" in page
    assert "रोज़ा रात में रोती है" in page
    asha.open(path, 404)


def test_whoever_answers_for_an_agenda_takes_nothing_off_it(tablet: Tablet) -> None:
    house, item = tablet.house, put(tablet.committee)
    path = f"/staff/committees/{tablet.committee.id}/agenda/{item.subject}/move"
    tablet.at(house.joshi).open(path, 403)
    tablet.at(house.boss).open(path, 403)
    assert path not in tablet.at(house.joshi).open(f"/staff/committees/{tablet.committee.id}/agenda").text
    for wrong in ("x", "00" * 16):
        tablet.at(house.asha).open(path.replace(item.subject, wrong), 404)
    with db.writing(db.engine()) as session:
        change_committee(session, tablet.committee.id, {"facilitator_id": house.asha.id})
    tablet.at(house.asha).open(path, 404)
    assert path not in tablet.at(house.asha).open(f"/staff/committees/{tablet.committee.id}/agenda").text
