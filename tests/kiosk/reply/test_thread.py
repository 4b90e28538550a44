"""What a child finds in her thread, and what she can do there (S13, S15, S16, S38)."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.support.people import house, on_tablet
from tests.support.threads import HERS, Told, message, picks, step, told
from tests.support.visitor import Visitor
from youthvoice import context
from youthvoice.grievances.intake.intake_options import MAX_WORDS_CHARACTERS
from youthvoice.grievances.transcripts import INTERPRETER, QUESTION, with_question
from youthvoice.kiosk.reply import forms
from youthvoice.threads.case_state import CaseState, hour_after, moment_of
from youthvoice.threads.entities import CHILD, ThreadEntry

FORM = "application/x-www-form-urlencoded"
BEEP = Path(__file__).parents[2] / "journeys/beep.webm"


@pytest.fixture
def site_id(app: Flask) -> int:
    return house(["advocate", "outside_recipient"])[0]


@pytest.fixture
def tablet(site_id: int, visitor: Callable[[], Visitor]) -> Visitor:
    return on_tablet(visitor(), site_id)


def opened(tablet: Visitor, thread: Told) -> str:
    tablet.open("/reply")
    tablet.send("/reply", dict(picks(thread.code)), 303, follow=False)
    return tablet.open("/reply/open").text


def beads(page: str) -> list[tuple[str, str, str]]:
    """State, words and second line of each bead."""
    found = re.findall(r'<li(?: class="(\w+)")?><span class="dot">.*?<b[^>]*>(.*?)</b>(?:<p[^>]*>(.*?)</p>)?', page)
    return [
        (state, re.sub("<[^>]+>", "", words), second.replace("\N{NO-BREAK SPACE}", " "))
        for state, words, second in found
    ]


def says(tablet: Visitor, status: int = 303, **form: Any) -> Any:
    return tablet.send("/reply/said", form, status, follow=False)


@pytest.mark.parametrize(
    ("sound", "question", "yes"),
    [
        (b"", "May this person read your words?", "Yes, she may read it"),
        (BEEP.read_bytes(), "May this person hear your voice?", "Yes, she may hear it"),
    ],
)
def test_she_is_asked_whether_an_interpreter_may_read_her_words_or_hear_her_voice(
    site_id: int, tablet: Visitor, sound: bytes, question: str, yes: str
) -> None:
    """The three answers stand side by side: on a small screen none is seen without the others."""
    thread, day = told(site_id), context.today("Asia/Kolkata")
    said = {"ask": INTERPRETER, "recording": "", "language": "bn", "into": "en", "words": "", "kind": "audio/webm"}
    named = {"to": "Bela Example", "to_id": 1, "key": 1, "picture": "", "works_here": False}
    asked = ThreadEntry("ask", 1, day, said=said | named, sound=sound, id=b"q" * 16)
    entry = ThreadEntry("voice" if sound else "told", CHILD, day, id=b"e" * 16)
    case = with_question(thread.marks(), entry, asked.id, day, "Asia/Kolkata", INTERPRETER)
    thread.answer(asked, case=case)
    assert question in opened(tablet, thread)
    page = tablet.open(f"/reply/transcript/{asked.id.hex()}").text
    assert question in page
    assert yes in page
    assert ("read it" in page) is not bool(sound)
    assert '<div class="tiles three"' in page
    says(tablet, kind="interpreter", ask=asked.id.hex(), answer="later")
    assert "Only your readers can open it." not in tablet.open("/reply/open?done=interpreter").text


def test_a_new_report_says_what_is_next_and_when(site_id: int, tablet: Visitor) -> None:
    """S13. Nine in the morning UTC is half past two in Kolkata."""
    case = CaseState(clocks={"first_look": hour_after(context.now(), 24), "answer": hour_after(context.now(), 72)})
    page = opened(tablet, told(site_id, case=case))
    assert beads(page) == [
        ("done", "You told us.", "24 November"),
        ("here", "Somebody reads it.", "By 25 November"),
        ("", "You get an answer.", "By 27 November"),
        ("", "You say whether it was really put right.", ""),
    ]


def test_everything_that_happened_lies_on_the_thread_in_order(site_id: int, tablet: Visitor) -> None:
    day = context.today()
    steps = [
        step("told", day - timedelta(days=5)),
        step("next_person", day - timedelta(days=4)),
        step("outside", day - timedelta(days=3)),
        step("looked", day - timedelta(days=3), name="Asha <b>"),
        step("next_person", day - timedelta(days=3), name="Ravi"),
        step("handed", day - timedelta(days=3), name="Lata", why="consent"),
        message("first", day - timedelta(days=2)),
        message("second", day - timedelta(days=2)),
        step("closed", day - timedelta(days=1)),
        step("a step of a later house", day),
        step("reopened", day),
    ]
    page = opened(tablet, told(site_id, case=CaseState(state="asked"), replies=steps))
    assert [words for _state, words, _second in beads(page)] == [
        "You told us.",
        "It took too long. The next person was asked.",
        "People outside this house were asked.",
        "Asha &lt;b&gt; has read it.",
        "Ravi was asked, too.",
        "Lata was asked to help.",
        "Asha Example answered you.",
        "We are done with it.",
        "It is open again.",
        "A second person checks that it is well.",
        "You say whether it was really put right.",
    ]


def test_messages_are_shown_the_newest_first_each_with_its_own_speaker(site_id: int, tablet: Visitor) -> None:
    thread, day = told(site_id, case=CaseState(state="open", language="hi")), context.today()
    thread.answer(message("पहला", day), message("The <second>", day, language="en"))
    page = opened(tablet, thread)
    assert page.index("The &lt;second&gt;") < page.index("पहला")
    buttons = re.findall(
        r'<button class="listen" type="button" hidden data-alone data-words="(.*?)" lang="(.*?)"', page
    )
    assert buttons == [("The &lt;second&gt;", "en"), ("पहला", "hi")]


def test_a_voice_is_heard_only_while_the_visit_lasts(
    site_id: int, tablet: Visitor, visitor: Callable[[], Visitor]
) -> None:
    thread, sound = told(site_id), BEEP.read_bytes()
    thread.answer(ThreadEntry("message_voice", 1, context.today(), said={"from": "Asha"}, sound=sound))
    page = opened(tablet, thread)
    (path,) = set(re.findall(r'"(/reply/sound/[0-9a-f]{32})"', page))
    answer = tablet.ask("GET", path)
    assert (answer.data, answer.content_type) == (sound, "audio/webm")
    assert answer.headers["Cache-Control"] == "no-store"
    assert visitor().ask("GET", path).status_code == 404
    assert tablet.ask("GET", "/reply/sound/" + "0" * 32).status_code == 404
    tablet.ask("GET", "/reply/bye")
    assert tablet.ask("GET", path).status_code == 404


def test_only_pages_renew_a_visit_so_that_no_late_sound_brings_it_back(site_id: int, tablet: Visitor) -> None:
    thread = told(site_id)
    thread.answer(ThreadEntry("message_voice", 1, context.today(), said={"from": "Asha"}, sound=BEEP.read_bytes()))
    (path,) = set(re.findall(r'"(/reply/sound/[0-9a-f]{32})"', opened(tablet, thread)))

    assert "Set-Cookie" not in tablet.ask("GET", path).headers
    assert "Set-Cookie" not in says(tablet, kind="child", words="Thank you").headers
    assert "visit=" in tablet.ask("GET", "/reply/open").headers["Set-Cookie"]


def test_words_and_a_voice_of_one_message_are_shown_once_with_one_large_speaker(site_id: int, tablet: Visitor) -> None:
    tablet.open("/language/hi", 302, follow=False)
    thread = told(site_id, case=CaseState(state="open", language="ar"))
    said = {"words": "شكرًا لك", "from": "Asha"}
    thread.answer(ThreadEntry("message_voice", 1, context.today(), said=said, sound=BEEP.read_bytes()))
    page = opened(tablet, thread)
    assert page.count('<article class="message">') == page.count("data-alone") == page.count(">شكرًا لك<") == 1
    large = (
        r'<button class="listen large" .*? data-clip="/reply/sound/\w+" .*?lang="ar">.*?<span lang="hi">(.*?)</span>'
    )
    assert re.findall(large, page) == ["यह संदेश सुनिए"], "the button speaks her own language"


def test_she_writes_and_who_reads_it_is_said_first(site_id: int, tablet: Visitor) -> None:
    thread = told(site_id, case=CaseState(state="closed"))
    opened(tablet, thread)
    page = tablet.open("/reply/write").text
    assert "<bdi>Advocate Example</bdi>" in page
    assert 'data-idle="300"' in page
    assert says(tablet, kind="child", words="It is dark again").location == "/reply/open?done=child"
    assert thread.marks().state == "open"
    page = tablet.open("/reply/open?done=child").text
    assert "Sent. Only your readers can open it." in page
    assert "It is dark again" not in page
    assert [words for _state, words, _day in beads(page)][1:3] == ["You wrote to us.", "It is open again."]


def test_whoever_was_left_out_is_not_named(app: Flask, tablet: Visitor, site_id: int) -> None:
    """S14."""
    thread = told(site_id, reads=[2])
    opened(tablet, thread)
    page = tablet.open("/reply/write").text
    assert "Outside Recipient Example" in page
    assert "Advocate Example" not in page


def test_a_voice_of_hers_is_taken_and_anything_else_is_not(
    site_id: int, tablet: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MAX_VOICE_BYTES", 300_000)
    thread = told(site_id)
    opened(tablet, thread)
    says(tablet, kind="child", words="", voice=(io.BytesIO(BEEP.read_bytes()), "voice.webm"))
    assert thread.turns() == 2
    wrong = ((422, b"MZ" * 500), (422, b"\x1a\x45\xdf\xa3 no webm"), (413, BEEP.read_bytes() + bytes(300_000)))
    for status, sound in wrong:
        answer = says(tablet, status, kind="child", words="Words stay", voice=(io.BytesIO(sound), "voice.webm"))
        assert "voice" in answer.text
        assert "Words stay" in answer.text
    assert thread.turns() == 2


def test_what_is_too_large_for_any_form_is_refused_kindly(site_id: int, tablet: Visitor) -> None:
    thread = told(site_id)
    opened(tablet, thread)
    answer = tablet.ask("POST", "/reply/said", data=b"kind=child&words=" + b"a" * 3_000_000, content_type=FORM)
    assert answer.status_code == 413
    assert thread.turns() == 1


def test_words_that_are_too_long_stay_on_the_page(site_id: int, tablet: Visitor) -> None:
    thread = told(site_id)
    opened(tablet, thread)
    answer = says(tablet, 413, kind="child", words="a" * (MAX_WORDS_CHARACTERS + 1))
    assert "a" * MAX_WORDS_CHARACTERS in answer.text
    assert says(tablet, 422, kind="child", words=" \n ").status_code == 422
    assert thread.turns() == 1


@pytest.mark.parametrize("words", ["a\0b", "\u202eabc\u2066", "👩‍👩‍👧‍👦" * 40, "<script>alert(1)</script>", "दीपक"])
def test_odd_words_are_taken_as_they_are(site_id: int, tablet: Visitor, words: str) -> None:
    thread = told(site_id)
    opened(tablet, thread)
    says(tablet, kind="child", words=words)
    assert thread.turns() == 2


@pytest.mark.parametrize(
    "form",
    [{}, {"kind": "told"}, {"kind": "advocate", "words": "x"}, {"kind": "note", "words": "x"}, {"kind": "__class__"}],
)
def test_a_child_can_say_only_what_is_hers_to_say(site_id: int, tablet: Visitor, form: dict[str, str]) -> None:
    thread = told(site_id)
    opened(tablet, thread)
    assert tablet.ask("POST", "/reply/said", data=form).status_code == 400
    assert thread.turns() == 1


@pytest.mark.parametrize(("kind", "answer", "flags"), [
    ("put_right", "no", ("disagreed",)), ("put_right", "yes", ()), ("trouble", "yes", ("tell_outside", "trouble")),
    ("trouble", "no", ()), ("may_know", "no", ()), ("withdraw", "", ("withdraw_asked",)),
])  # fmt: skip
def test_each_answer_is_taken(site_id: int, tablet: Visitor, kind: str, answer: str, flags: tuple[str, ...]) -> None:
    thread = told(site_id, case=CaseState(state="open"))
    if kind != "withdraw":
        thread.answer(ThreadEntry("ask", 1, context.today(), said={"ask": kind}))
        assert f'name="kind" value="{kind}"' in opened(tablet, thread)
        answer_to = tablet.hidden.get("ask", "")
        assert says(tablet, 422, kind=kind, ask=answer_to).status_code == 422
        assert says(tablet, 422, kind=kind, ask=answer_to, answer="perhaps").status_code == 422
        says(tablet, kind=kind, answer=answer, ask=answer_to)
    else:
        opened(tablet, thread)
        assert "will look whether somebody made you ask" in tablet.open("/reply/please-stop").text
        says(tablet, kind=kind)
    assert thread.marks().flags == flags
    assert f'name="kind" value="{kind}"' not in tablet.open("/reply/open").text


@pytest.mark.parametrize("path", ["/reply/open", "/reply/write", "/reply/please-stop"])
def test_the_way_home_and_the_wish_that_nothing_more_is_done_have_names_of_their_own(
    site_id: int, tablet: Visitor, path: str
) -> None:
    opened(tablet, told(site_id))
    page = tablet.open(path).text
    assert "Stop" not in page
    assert re.search(r'<a class="tool[^>]*href="/reply/bye"[^>]*>.*First page</a>', page)
    assert ("Please do nothing more" in page) == (path != "/reply/write")


def test_an_answer_begins_with_thanks_is_judged_by_people_and_ends_with_please_do_nothing_more(
    site_id: int, tablet: Visitor
) -> None:
    day, thread = context.today(), told(site_id, case=CaseState(state="open"))
    thread.answer(message("A new lamp comes.", day), ThreadEntry("ask", 1, day, said={"ask": "put_right"}))
    page = opened(tablet, thread)
    order = ("Thank you for telling.", "A new lamp comes.", "o-partly", "/reply/write", "This is how it stands.")
    places = [page.index(part) for part in (*order, "/reply/please-stop")]
    assert places == sorted(places)
    assert not re.search('href="#(m-half|o-stop)"', page)
    assert re.search('data-paper="stone" href="/reply/please-stop"', page), "of the colour of no answer"


def test_above_the_pictures_stands_what_they_are_for_and_not_whether_an_answer_is_there(tablet: Visitor) -> None:
    assert tablet.open("/reply").text.count("Here you read your answer.</p>") == 1


def test_who_asks_that_nothing_more_is_done_reads_who_looks_at_it_by_when_and_is_not_asked_twice(
    site_id: int, tablet: Visitor
) -> None:
    thread = told(site_id, case=CaseState(state="open"))
    assert "/reply/please-stop" in opened(tablet, thread)
    says(tablet, kind="withdraw")
    until = moment_of(thread.marks().clocks["child_wrote"]).astimezone(ZoneInfo("Asia/Kolkata"))
    names = "<bdi>Advocate Example</bdi> and <bdi>Outside Recipient Example</bdi>"
    waits = f"We got it. {names} will look at it by {until.day}\N{NO-BREAK SPACE}November."
    for path in ("/reply/open?done=withdraw", "/reply/open"):
        page = tablet.open(path).text
        assert waits in page
        assert "/reply/please-stop" not in page
        assert "Sent." not in page
    thread.answer(message("We must go on.", context.today()), case=thread.marks().without_clock("child_wrote"))
    page = tablet.open("/reply/open").text
    assert "We got it" not in page
    assert "/reply/please-stop" in page, "it was answered: she may ask again"


def test_a_closed_thread_asks_whether_it_is_so(site_id: int, tablet: Visitor) -> None:
    """S15: she can disagree whenever she likes."""
    thread = told(site_id, case=CaseState(state="closed"))
    page = opened(tablet, thread)
    assert "Was it really put right?" in page
    assert "/reply/please-stop" not in page
    says(tablet, kind="put_right", answer="partly")
    assert thread.marks().state == "open"
    assert "child_wrote" in thread.marks().clocks


def test_a_script_gets_the_same_yes_and_words_for_a_no(site_id: int, tablet: Visitor) -> None:
    opened(tablet, told(site_id))
    script = {"Accept": "application/json"}
    yes = tablet.ask("POST", "/reply/said", data={"kind": "child", "words": "x"}, headers=script)
    assert (yes.status_code, yes.location) == (303, "/reply/open?done=child")
    no = tablet.ask("POST", "/reply/said", data={"kind": "child"}, headers=script)
    assert (no.status_code, no.get_json()) == (422, {"words": "Write or speak first."})
    tablet.ask("GET", "/reply/bye")
    over = tablet.ask("POST", "/reply/said", data={"kind": "child", "words": "x"}, headers=script)
    assert (over.status_code, over.get_json()) == (410, {"go": "/reply"})


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_a_thread_is_read_in_the_childs_language(site_id: int, tablet: Visitor, language: str) -> None:
    tablet.open(f"/language/{language}", 302, follow=False)
    thread = told(site_id, case=CaseState(state="open"))
    thread.answer(ThreadEntry("ask", 1, context.today(), said={"ask": "trouble"}))
    page = opened(tablet, thread)
    assert f'<html lang="{language}"' in page
    assert ("You told us." in page) == (language == "en")
    assert HERS.pictures[0].name not in page


def test_an_answer_names_its_question_as_her_readers_know_it(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """S20: her yes counts for the words and the person that she was asked for, and for no other question."""
    site_id, people = house(["advocate", "outside_recipient"])
    tablet, thread = on_tablet(visitor(), site_id), told(site_id, case=CaseState(state="open"))
    said = {"ask": "may_know", "question": "q1", "to": "Lata Example", "days": ["2026-11-24"]}
    thread.answer(ThreadEntry("ask", 1, context.today(), said=said))
    page = opened(tablet, thread)
    assert "May <bdi>Lata Example</bdi> know of it?" in page
    assert "Only what you told on 24\N{NO-BREAK SPACE}November." in page
    says(tablet, kind="may_know", answer="yes", ask=tablet.hidden["ask"])
    entry = thread.entries(people["advocate"])[-1]
    assert (entry.kind, entry.said["answer"], entry.said["question"]) == ("may_know", "yes", "q1")
    says(tablet, kind="may_know", answer="yes", ask="00" * 16)
    assert "question" not in thread.entries(people["advocate"])[-1].said


def test_a_slow_yes_takes_the_place_of_no_later_answer(site_id: int, tablet: Visitor) -> None:
    """Her yes hangs in the line; she asks to keep her voice on a page that is loaded again; then her yes arrives."""
    thread = asks_about_her_voice(site_id)
    opened(tablet, thread)
    (address,) = set(re.findall(r"/reply/transcript/[0-9a-f]{32}", tablet.page))
    tablet.open(address)
    slow = dict(tablet.hidden)
    tablet.open(address)
    says(tablet, answer="keep")
    assert [value[2] for value in thread.marks().transcripts.values()] == ["keep"]
    refused = tablet.send("/reply/said", {**slow, "answer": "yes", "knows": "yes"}, 422)
    assert "This is settled now. Go back and look, please." in refused.text
    assert [value[2] for value in thread.marks().transcripts.values()] == ["keep"]


def asks_about_her_voice(site_id: int) -> Told:
    """A child is asked whether this is what she said."""
    entry = ThreadEntry("voice", 0, context.today("Asia/Kolkata"), 1, id=b"v" * 16)
    case = with_question(CaseState(), entry, b"q" * 16, entry.day, "Asia/Kolkata")
    said = {
        "ask": QUESTION,
        "recording": entry.id.hex(),
        "words": "x",
        "language": "en",
        "to": "Bela",
        "to_id": 1,
        "key": 1,
    }
    said |= {"picture": "1F98A", "works_here": False}
    return told(site_id, case=case, replies=[ThreadEntry("ask", 1, entry.day, said=said, id=b"q" * 16)])
