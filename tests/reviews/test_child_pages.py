"""What a child finds on her pages besides the way itself: her words, nothing said, no slip, the next time (S30)."""

import re
from io import BytesIO
from pathlib import Path

import pytest

from tests.conftest import StillClock
from tests.reviews.test_child_walk import dealt, prepares
from tests.support.people import on_tablet
from tests.support.reviews import WORDS, Panel, make_review, read_by, review_now, say, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.audit_log import Log
from youthvoice.reviews import decisions, store
from youthvoice.reviews.child_review import MAX_FOR_NEXT, add_for_next_review
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.statement import Statement
from youthvoice.sites.tablets.store import list_tablets, set_tablet_voices
from youthvoice.threads.handover_items import list_handovers

BEEP = (Path(__file__).parents[1] / "journeys/beep.webm").read_bytes()


def decided(panel: Panel, review: Review, *answers: Decision) -> None:
    for answer in answers:
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            assert held
            decisions.decide(session, held, answer, held.version, panel.rosa.id, Log(today(), "rosa"))


def back(tablet: Visitor, keys: dict[str, object]) -> str:
    tablet.open("/reply")
    return tablet.send("/reply", keys).text


def with_voice(**more: object) -> dict[str, object]:
    return {"voice": (BytesIO(BEEP), "voice.webm", "audio/webm"), **more}


def test_she_finds_what_she_said_before_the_day_and_after_it(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=2)
    more = with_voice(words=WORDS, good=["school"], not_there=[panel.carol.id], readers=[panel.rosa.id])
    tablet, keys = prepares(panel, review, **more)
    for _day in range(2):
        seen = back(tablet, keys)
        for words in (WORDS, "School", "Carol Example", "Rosa Example", "Hear my voice"):
            assert words in seen
        heard = tablet.open("/reply/review/voice")
        assert heard.data == BEEP
        assert heard.content_type == "audio/webm"
        clock.move(days=2)


def test_her_voice_alone_is_called_her_own_words_and_can_be_heard(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    tablet, keys = prepares(panel, review, **with_voice())
    clock.move(days=1)
    seen = back(tablet, keys)
    assert "Your own words" in seen
    assert "In her own words" not in seen
    assert "/reply/review/voice" in seen


def test_whoever_is_both_wanted_and_unwanted_is_asked_about_again_and_nothing_is_lost(panel: Panel) -> None:
    """Without a script both boxes can be ticked; which of the two she means nobody guesses for her."""
    tablet, picks = on_tablet(panel.visitor(), panel.site_id), dealt(make_review(panel, days=2))
    tablet.send("/plan", picks)
    rows = [panel.carol.id, panel.lata.id]
    page = tablet.send("/plan/words", {**picks, "words": WORDS, "there": rows, "not_there": rows[:1]}, 422).text
    assert "Somebody should be there and should stay away. Tap only one of the two." in page
    for name, row in (("there", rows[0]), ("there", rows[1]), ("not_there", rows[0])):
        assert re.search(rf'name="{name}" value="{row}"[^>]* checked', page)
    assert WORDS in page


@pytest.mark.parametrize(
    ("language", "says", "never"),
    [
        ("en", "runs this place", ("Facilitator", "Coordinator", "Safeguarding lead")),
        ("hi", "यहाँ के काम की देखरेख", ("सुगमकर्ता", "समन्वयक", "समीक्षा")),
        ("ar", "تدبير شؤون هذا المكان", ("تيسير الجلسات", "التنسيق", "مراجعة")),
    ],
)
def test_she_reads_what_adults_do_and_never_what_they_are_called_in_the_office(
    panel: Panel, language: str, says: str, never: tuple[str, ...]
) -> None:
    tablet, picks = on_tablet(panel.visitor(), panel.site_id), dealt(make_review(panel, days=2))
    tablet.open(f"/language/{language}", follow=False, status=302)
    tablet.open("/plan")
    page = tablet.send("/plan", picks).text
    assert says in page
    assert [word for word in never if word in page] == []


def test_what_she_took_back_stays_with_her(panel: Panel) -> None:
    review = make_review(panel, days=2)
    tablet, keys = prepares(panel, review, words=WORDS)
    back(tablet, keys)
    tablet.open("/reply/review/take-back")
    assert WORDS in tablet.send("/reply/review/take-back").text


def test_she_may_say_nothing_and_reads_what_is_decided(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    tablet, keys = prepares(panel, review, readers=[panel.rosa.id])
    assert "This is what you said" in back(tablet, keys), "she said who may read it"
    clock.move(days=1)
    statement = read_by(review, panel.rosa)
    assert statement
    assert statement.says_nothing
    rosa = panel.at(panel.rosa)
    rosa.open(f"/staff/reviews/{review.key}")
    page = rosa.send(f"/staff/reviews/{review.key}/open").text
    assert "She was asked and chose not to say anything." in page
    assert "Nobody asked her." not in page
    decided(panel, review, Decision("plan", "kept", {"en": "It goes on as it is."}))
    assert "It goes on as it is." in back(tablet, keys)


@pytest.mark.parametrize(
    "said", [{"good": ("school",)}, {"words": "x"}, {"not_there": (1,)}, {"comes": "no"}, {"voice": BEEP}]
)
def test_whoever_says_something_does_not_say_nothing(said: dict[str, object]) -> None:
    assert not Statement(**said).says_nothing  # type: ignore[arg-type]
    assert Statement(hears="told", readers=frozenset({1}), words="  ").says_nothing


def test_without_a_slip_she_tells_an_advocate_that_she_wants_to_talk(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("reviews.routes.public", "grievances.routes.public.tell"):
        monkeypatch.setattr(f"youthvoice.{module}.is_channel_open", lambda _site: True)
    tablet = on_tablet(panel.visitor(), panel.site_id)
    tablet.open("/language/en")
    assert "My review" in tablet.open("/mine").text, "the door is there for everybody, whoever has a review"
    page = tablet.open("/plan").text
    assert "I have no slip" in page
    assert 'action="/tell"' in page
    begun = tablet.send("/tell").text
    assert "I want to talk about my plan." in begun
    assert re.search(r'name="whom" value="me" checked', begun)


def test_where_nobody_can_be_told_the_help_card_opens(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("youthvoice.reviews.routes.public.is_channel_open", lambda _site: False)
    tablet = on_tablet(panel.visitor(), panel.site_id)
    page = tablet.open("/plan").text
    assert 'href="/help"' in page
    assert 'form="no-slip"' not in page


def test_the_next_time_goes_to_her_advocate_alone_and_stays_with_her(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    tablet, keys = prepares(panel, review, words=WORDS, readers=[panel.rosa.id])
    back(tablet, keys)
    assert "What do you want to say next time?" not in tablet.open("/reply/review/next").text, (
        "until the day she changes it"
    )
    clock.move(days=1)
    assert "For the next time" in back(tablet, keys)
    tablet.open("/reply/review/next")
    assert "Write or speak first." in tablet.send("/reply/review/next", {"words": " "}, status=422).text
    seen = tablet.send("/reply/review/next", with_voice(words="Next time I bring a song")).text
    assert "Next time I bring a song" in seen
    assert tablet.open("/reply/review/next/0").data == BEEP
    assert tablet.open("/reply/review/next/1", status=404)
    asha = panel.at(panel.asha)
    page = asha.open(f"/staff/reviews/{review.key}").text
    found = re.search(r"/staff/handed/[0-9a-f]{32}", page)
    assert found
    assert "Next time I bring a song" not in asha.open(found[0]).text
    opened = asha.send(found[0]).text
    assert "Next time I bring a song" in opened
    assert "Write back" not in opened
    assert asha.ask("POST", f"{found[0]}/voice/0", data=asha.hidden).data == BEEP
    for other in (panel.ravi, panel.rosa, panel.carol):
        with db.reading(db.engine()) as session:
            assert not list_handovers(session, other.id)
    for _more in range(MAX_FOR_NEXT - 1):
        tablet.open("/reply/review/next")
        tablet.send("/reply/review/next", {"words": "more"})
    tablet.open("/reply/review/next")
    assert "It is full." in tablet.send("/reply/review/next", {"words": "and more"}, status=422).text


def test_her_advocate_finds_it_at_the_next_review_of_the_case(panel: Panel, clock: StillClock) -> None:
    first = make_review(panel, days=1)
    child = say(first)
    clock.move(days=1)
    with db.writing(db.engine()) as session:
        add_for_next_review(session, child.own(), "Next time I bring a song")
    review = make_review(panel, days=30)
    assert re.search(r"/staff/handed/[0-9a-f]{32}", panel.at(panel.asha).open(f"/staff/reviews/{review.key}").text)
    other = make_review(panel, days=30, case="K-18")
    assert not re.search(r"/staff/handed/[0-9a-f]{32}", panel.at(panel.asha).open(f"/staff/reviews/{other.key}").text)


def test_what_is_not_right_stands_beside_the_wish_for_her_readers_alone(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    tablet, keys = prepares(panel, review, words=WORDS, readers=[panel.rosa.id])
    clock.move(days=1)
    decided(
        panel,
        review,
        Decision("own", "no_because", {"en": "There is no bus."}),
        Decision("plan", "kept", {"en": "It goes on."}),
    )
    back(tablet, keys)
    tablet.open("/reply/review/not-right/own")
    seen = tablet.send("/reply/review/not-right/own", with_voice(words="There is a bus at noon")).text
    assert "You said: this is not right." in seen
    assert "There is a bus at noon" in seen
    rosa = panel.at(panel.rosa)
    assert "There is a bus at noon" not in rosa.open(f"/staff/reviews/{review.key}").text, "her words wait to be opened"
    page = rosa.send(f"/staff/reviews/{review.key}/open").text
    assert "There is a bus at noon" in page
    voice = re.search(r"/staff/reviews/[0-9a-f]{32}/voice/[0-9a-f]{32}", page)
    assert voice
    assert rosa.ask("POST", voice[0], data=rosa.hidden).data == BEEP
    carol = panel.at(panel.carol)
    assert "There is a bus at noon" not in carol.open(f"/staff/reviews/{review.key}").text
    assert carol.ask("POST", voice[0], data=carol.hidden).status_code == 404


@pytest.mark.parametrize("path", ["/reply/review/next", "/reply/review/not-right/plan"])
def test_what_cannot_be_taken_says_so_and_her_words_stay(panel: Panel, clock: StillClock, path: str) -> None:
    review = make_review(panel, days=1)
    tablet, keys = prepares(panel, review, words=WORDS)
    clock.move(days=1)
    decided(
        panel,
        review,
        Decision("own", "no_because", {"en": "There is no bus."}),
        Decision("plan", "kept", {"en": "It goes on."}),
    )
    back(tablet, keys)
    assert 'data-idle="300"' in tablet.open(path).text, "who speaks is not thrown out"
    bad: dict[str, object] = {"words": "This stays", "voice": (BytesIO(b"no sound at all"), "voice.webm", "audio/webm")}
    refused = tablet.send(path, bad, status=422).text
    assert "This is not a voice that we can keep." in refused
    assert "This stays" in refused
    long = tablet.send(path, {"words": "ab " * 1700}, status=413).text
    assert "ab ab ab" in long
    assert "too long" in long
    assert review_now(review).decided_on, "nothing was taken"


def test_forged_statements_are_refused_kindly_or_what_is_forged_is_left_out(panel: Panel) -> None:
    review, other = make_review(panel, days=2), make_review(panel, days=3, case="K-21")
    tablet, mine, hers = on_tablet(panel.visitor(), panel.site_id), dealt(review), dealt(other)
    tablet.send("/plan", mine)
    for bad in ({"change": ["everything"]}, {"comes": "perhaps"}):
        assert "not one of ours" in tablet.send("/plan/words", {**mine, **bad, "words": WORDS}, status=422).text
    noise = {"voice": (BytesIO(b"no sound at all"), "voice.webm", "audio/webm")}
    page = tablet.send("/plan/words", {**mine, **noise, "words": WORDS}, status=422).text
    assert "This is not a voice that we can keep." in page
    assert WORDS in page
    forged = {
        "readers": [panel.lata.id, panel.lee.id, 9999, panel.carol.id],
        "there": [9999, panel.lata.id],
        "words": WORDS,
    }
    tablet.send("/plan/words", {**mine, **forged}, status=201)
    statement = read_by(review, panel.asha)
    assert statement
    assert (statement.readers, statement.there) == (frozenset({panel.carol.id}), (panel.lata.id,))
    assert read_by(review, panel.lata) is None
    assert review_now(other).body.statement is None
    assert hers


def test_a_slip_that_became_void_while_she_wrote_loses_no_word(panel: Panel) -> None:
    review = make_review(panel, days=2)
    tablet, first = on_tablet(panel.visitor(), panel.site_id), dealt(review)
    tablet.send("/plan", first)
    dealt(review)
    page = tablet.send("/plan/words", {**first, "words": WORDS, "good_words": "My room"}, status=410).text
    assert "Your words are still here." in page
    assert f"My room\n{WORDS}" in page


def test_from_the_day_on_nothing_invites_her_to_change_what_stands(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    tablet, keys = prepares(panel, review, words=WORDS)
    back(tablet, keys)
    assert 'action="/reply/review/change"' in tablet.open("/reply/review/change").text
    assert 'action="/reply/review/take-back"' in tablet.open("/reply/review/take-back").text
    clock.move(days=1)
    back(tablet, keys)
    for path in ("/reply/review/change", "/reply/review/take-back"):
        page = tablet.open(path).text
        assert f'action="{path}"' not in page
        assert WORDS in page


def test_one_slip_is_given_not_drawn(panel: Panel) -> None:
    review = make_review(panel, days=3)
    asha = panel.at(panel.asha)
    asha.open(f"/staff/reviews/{review.key}")
    page = asha.send(f"/staff/reviews/{review.key}/slip").text
    assert "Give it to the child, and to nobody else" in page
    assert "mix them" not in page


def test_she_knows_the_adults_whom_she_named_by_their_pictures(panel: Panel) -> None:
    tablet, keys = prepares(panel, make_review(panel, days=2), not_there=[panel.carol.id], readers=[panel.rosa.id])
    back(tablet, keys)
    asked = tablet.open("/reply/review/change")
    pictures = {
        name: re.search(rf'href="([^"]*)" x="12"[^>]*/></svg>\s*<span[^>]*><bdi>{name} Example', asked.text)
        for name in ("Carol", "Rosa")
    }
    seen = tablet.open("/reply/review").text
    for name, found in pictures.items():
        assert found
        assert re.search(rf'href="{re.escape(found[1])}"/></svg><b [^>]*><bdi>{name} Example', seen), name


def test_what_she_changes_can_be_heard_and_her_own_words_only_on_a_tablet_of_ours(panel: Panel) -> None:
    tablet, keys = prepares(panel, make_review(panel, days=2), words=WORDS)
    with db.writing(db.engine()) as session:
        for one in list_tablets(session, [panel.site_id]):
            set_tablet_voices(session, one.id, ["en"])
    own = f'<p class="said-words own heard" lang="en" dir="auto">{WORDS}</p>'
    assert own in back(tablet, keys)
    changed = tablet.open("/reply/review/change").text
    assert 'data-voices="en"' in changed
    assert "data-hush" not in changed
    phone = panel.visitor()
    phone.open("/reply?at=example-house")
    seen = phone.send("/reply", keys).text
    assert own.replace(" heard", " unsaid") in seen, "a phone does not say them either"
    assert 'data-voices="en"' in seen
    changed = phone.open("/reply/review/change").text
    assert 'data-voices="en"' in changed, "the questions are said"
    assert "data-hush" in changed, "her words are not"
