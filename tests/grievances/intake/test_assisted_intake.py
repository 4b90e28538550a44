"""An adult helps a child to tell, at her own desk (DESIGN.md 5; S1, S14)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g

from tests.support.child_at_tablet import JSON, Child, a_child, voice
from tests.support.people import make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.grievances.intake import submission_page
from youthvoice.grievances.intake.submission import NewReport, make_new_report


@pytest.fixture
def child(app: Flask, visitor: Callable[[], Visitor]) -> Child:
    return a_child(visitor())


@pytest.fixture
def desk(child: Child, visitor: Callable[[], Visitor]) -> Visitor:
    return signed_in(visitor(), child.people["lata"])


def path(child: Child, language: str = "en") -> str:
    return f"/staff/help-tell/example-house/{language}"


def test_the_child_reads_first_that_this_adult_will_know(child: Child, desk: Visitor) -> None:
    page = desk.open(path(child)).text
    before = page[: page.index("data-question=")]
    assert "Lata Example</bdi> helps you and will know what you tell." in before
    assert "Lata Example</bdi> could learn your pictures too, and read your answer." in before
    assert 'data-question="company"' not in page
    assert "microphone=(self)" in desk.open(path(child)).headers["Permissions-Policy"]


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("hi", "ltr"), ("ar", "rtl")])
def test_it_is_asked_in_the_childs_language_whatever_the_adults_is(
    child: Child, desk: Visitor, language: str, direction: str
) -> None:
    desk.open("/staff/help-tell")
    assert f'<html lang="{language}" dir="{direction}"' in desk.open(path(child, language)).text


def test_it_is_read_back_before_it_is_sent(child: Child, desk: Visitor) -> None:
    page = desk.open(path(child)).text
    assert page.index("data-readback") < page.index("data-end")
    assert "data-when" not in _readback(page)


def test_an_adult_whom_the_child_picks_at_a_tablet_reads_it_back_too_and_nobody_else_is_asked(child: Child) -> None:
    asked = _readback(child.opens())
    assert 'data-when="[&#34;is&#34;, &#34;company&#34;, &#34;adult&#34;]"' in asked
    assert "The pictures are for the child alone." in asked
    assert "Is an adult helping you? Then hear all of it once more" in asked, "where no script makes screens"


def _readback(page: str) -> str:
    """The screen on which it is read back."""
    start = page.index('<section class="screen" data-question="readback"')
    return page[start : page.index("</section>", start)]


def test_the_helper_is_named_inside_and_reads_it_only_if_it_is_sealed_to_her(
    child: Child, desk: Visitor, visitor: Callable[[], Visitor]
) -> None:
    desk.open(path(child, "hi"))
    said = desk.send(path(child, "hi"), {"topic": "shouted_at", "voice": voice()}, 201, headers=JSON).json
    assert said
    assert said["screens"].count('class="code"') == 2
    assert child.lines("lata") == []
    told, _spoken = child.reads("asha")
    assert (told.said["helper"], told.said["language"]) == ("Lata Example", "hi")
    asha = signed_in(visitor(), child.people["asha"])
    asha.open(path(child))
    asha.send(path(child), {"topic": "food", "left_out": child.id_of("asha")}, 201)
    assert len(child.lines("asha")) == 1, "a helper may be left out, too"
    assert len(child.lines("ravi")) == 2


def test_without_a_script_the_pictures_are_a_page_and_done_leads_to_the_desk(child: Child, desk: Visitor) -> None:
    desk.open(path(child))
    page = desk.send(path(child), {"topic": "food"}, 201).text
    assert 'action="/staff/help-tell/done"' in page
    assert desk.send("/staff/help-tell/done", {}, 303, follow=False).location == "/staff/help-tell"


def test_nobody_who_writes_waits_while_the_code_is_stretched(
    child: Child, desk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    def noted(*given: Any) -> NewReport:
        held.append("connection" in g)
        return make_new_report(*given)

    monkeypatch.setattr(submission_page, "make_new_report", noted)
    desk.open(path(child))
    desk.send(path(child), {"topic": "food"}, 201)
    assert held == [False]


def test_what_cannot_be_taken_comes_back_with_everything_and_the_name_of_the_helper(
    child: Child, desk: Visitor
) -> None:
    desk.open(path(child))
    page = desk.send(path(child), {"words": "the lamp", "voice": voice(b"no sound")}, 422).text
    assert "the lamp" in page
    assert "csrf_token" in desk.hidden
    desk.send(path(child), {"words": "the lamp"}, 201)


def test_nobody_helps_at_a_site_that_is_not_hers_or_in_a_language_there_is_not(
    child: Child, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        elsewhere = make_site(session, "hill-school").id
        stranger = make_person(session, "facilitator", elsewhere, handle="noor")
    desk = signed_in(visitor(), stranger)
    desk.open(path(child), 404)
    desk.open("/staff/help-tell/hill-school/en", 404)  # nobody could read it there
    assert "Nobody can tell here yet" in desk.open("/staff/help-tell").text


def test_a_childs_act_is_not_in_the_log(child: Child, desk: Visitor) -> None:
    with db.reading(db.engine()) as session:
        before = session.query(AuditEntryRow).count()
    desk.open(path(child))
    desk.send(path(child), {"topic": "food"}, 201)
    with db.reading(db.engine()) as session:
        assert session.query(AuditEntryRow).count() == before


def test_what_is_added_before_it_is_sent_again_is_not_lost_at_a_desk_either(child: Child, desk: Visitor) -> None:
    desk.open(path(child))
    for words in ("the soup is cold", "the soup is cold and small"):
        desk.send(path(child), {"topic": "food", "words": words}, 201, headers=JSON)
    assert [entry.said["words"] for entry in child.reads("asha")] == ["the soup is cold", "the soup is cold and small"]
