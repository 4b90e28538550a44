"""Who shall not be there: marked where somebody is invited, acted on, told to the child, never to him (S14, S31)."""

import re
from datetime import timedelta

import pytest

from tests.conftest import StillClock
from tests.support import papers
from tests.support.people import Somebody
from tests.support.reviews import Child, Panel, make_review, review_now, say, today
from tests.support.visitor import Visitor, calm
from youthvoice import db
from youthvoice.accountability.rules import PLAN
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.reviews import child_review, decisions, store
from youthvoice.reviews.duties.invited_people import STAYS, take_back_invitation
from youthvoice.reviews.entities import Attendance, Review
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import UNINVITED
from youthvoice.threads.store import list_entry_ids

BECAUSE = "She keeps the papers."
MARK = "The child does not want her there"


@pytest.fixture
def invited(panel: Panel) -> Review:
    return make_review(panel, invited=("coordinator", "facilitator"))


def _says(panel: Panel, review: Review, *readers: Somebody) -> Child:
    """She does not want Lata there; these may read it."""
    return say(review, Statement(language="en", words="I want to see my aunt", not_there=(panel.lata.id,)), readers)


def _opens(browser: Visitor, review: Review) -> str:
    browser.open(f"/staff/reviews/{review.key}")
    browser.send(f"/staff/reviews/{review.key}/open")
    return browser.page


def _way(panel: Panel, review: Review, who: Somebody) -> str:
    return f"/staff/reviews/{review.key}/invited/{who.id}"


def _steps(child: Child) -> list[dict[str, object]]:
    return [dict(entry.said) for entry in child.own().replies if entry.said.get("step") in {UNINVITED, STAYS}]


def test_it_stands_beside_the_invitation_for_whoever_has_her_words_open(panel: Panel, invited: Review) -> None:
    _says(panel, invited)
    browser = panel.at(panel.asha)
    assert MARK not in browser.open(f"/staff/reviews/{invited.key}").text, "her words wait to be opened"
    assert MARK in _opens(browser, invited)
    assert _way(panel, invited, panel.lata) in browser.page


def test_the_invitation_is_taken_back_with_one_form_and_the_child_reads_it(
    panel: Panel, invited: Review, clock: StillClock
) -> None:
    child, browser = _says(panel, invited), panel.at(panel.asha)
    _opens(browser, invited)
    way = _way(panel, invited, panel.lata)
    assert "does not want Lata Example there" in browser.open(way).text
    browser.send(way, {"act": "out"})
    assert review_now(invited).body.uninvited == (panel.lata.id,)
    assert MARK not in browser.page
    assert "no longer invited" in browser.page
    assert "Review K-17" in browser.open("/staff/log/").text
    assert "Review K-17" not in panel.at(panel.ravi).open("/staff/log/").text
    assert _steps(child) == [{"step": UNINVITED, "by": panel.asha.id, "person": panel.lata.id}]
    with db.reading(db.engine()) as session:
        seen = child_review.child_review(session, child.own())
    assert [(seen.names[entry.said["person"]], entry.said["step"]) for entry in seen.invited] == [
        ("Lata Example", UNINVITED)
    ]
    clock.move(days=14)
    panel.at(panel.lata).open(f"/staff/reviews/{invited.key}", 404)


def test_whoever_keeps_it_gives_a_reason_that_the_child_reads(panel: Panel, invited: Review) -> None:
    child, browser = _says(panel, invited), panel.at(panel.asha)
    _opens(browser, invited)
    way = _way(panel, invited, panel.lata)
    browser.open(way)
    browser.send(way, {"act": "stays", "words_en": " "}, 422)
    assert "Say to the child why" in browser.page
    assert "<title>Error: Is Lata Example invited?" in browser.page
    browser.send(way, {"act": "stays", "words_en": BECAUSE})
    (step,) = _steps(child)
    assert (step["step"], step["person"], step["words"], step["language"]) == (STAYS, panel.lata.id, BECAUSE, "en")
    assert review_now(invited).body.uninvited == ()


def test_what_was_decided_stands_on_the_review_with_who_and_why_and_can_be_mended(
    panel: Panel, invited: Review
) -> None:
    child, browser = _says(panel, invited, panel.rosa), panel.at(panel.asha)
    _opens(browser, invited)
    way, page = _way(panel, invited, panel.lata), f"/staff/reviews/{invited.key}"
    browser.open(way)
    browser.send(way, {"act": "stays", "words_en": BECAUSE})
    assert MARK not in browser.page, "it was decided"
    assert BECAUSE in browser.page
    assert "Asha Example" in browser.page.split(BECAUSE)[1][:200]
    assert BECAUSE not in panel.at(panel.asha).open(page).text, "her words wait to be opened"
    form = browser.open(way).text
    assert f">{BECAUSE}</textarea>" in form.replace("\r\n", "")
    assert re.search(r'value="stays"[^>]* checked|checked[^>]* value="stays"', form)
    browser.send(way, {"act": "stays", "words_en": "She must sign."})
    assert "She must sign." in browser.page
    assert BECAUSE not in browser.page
    assert [one["words"] for one in _steps(child)] == [BECAUSE, "She must sign."]
    browser.open(way)
    browser.send(way, {"act": "out"})
    assert "She must sign." not in browser.page
    assert "no longer invited" in browser.page
    lines = len(_steps(child))
    browser.open(way)
    browser.send(way, {"act": "out"})
    assert len(_steps(child)) == lines, "the child is not told the same again"


def test_who_took_an_invitation_back_is_read_beside_a_changed_statement_as_well(panel: Panel, invited: Review) -> None:
    """One who was kept must be decided about again; no number of entries tells a change from taking it back (S31)."""
    child, browser = _says(panel, invited), panel.at(panel.asha)
    _opens(browser, invited)
    for person, act in ((panel.lata, "out"), (panel.carol, "stays")):
        browser.open(_way(panel, invited, person))
        browser.send(_way(panel, invited, person), {"act": act, "words_en": BECAUSE})
    not_there = (panel.lata.id, panel.carol.id)
    child.says_anew(Statement(language="en", words="I want to see my uncle", not_there=not_there))
    page = _opens(panel.at(panel.asha), invited)
    assert "Asha Example" in page.split("no longer invited")[1][:200]
    assert BECAUSE not in page
    assert MARK in page, "Carol"
    child.takes_back()
    child.says_anew(Statement(language="en", words="I want to see my uncle"))
    assert "Asha Example" in _opens(panel.at(panel.asha), invited).split("no longer invited")[1][:200]
    with db.reading(db.engine()) as session:
        assert len(list_entry_ids(session, child.thread_id)[0]) == 1


def test_who_is_uninvited_is_not_said_to_be_invited_nor_on_paper(panel: Panel, invited: Review) -> None:
    _says(panel, invited)
    browser, page = panel.at(panel.asha), f"/staff/reviews/{invited.key}"
    invited_line, other = re.compile(r"Invited besides them:(.*?)</p>"), panel.at(panel.ravi)
    everybody = [" <bdi>Carol Example</bdi> and <bdi>Lata Example</bdi>"]
    assert invited_line.findall(other.open(page).text) == everybody, "whoever has not her words open reads who comes"
    _opens(browser, invited)
    browser.open(_way(panel, invited, panel.lata))
    browser.send(_way(panel, invited, panel.lata), {"act": "out"})
    assert invited_line.findall(other.open(page).text) == [" <bdi>Carol Example</bdi>"]
    paper = " ".join(papers.text_of(browser.send(f"{page}/print", {}).data).split())
    assert "No longer invited Lata Example" in paper
    browser.open(_way(panel, invited, panel.carol))
    browser.send(_way(panel, invited, panel.carol), {"act": "stays", "words_en": BECAUSE})
    paper = " ".join(papers.text_of(browser.send(f"{page}/print", {}).data).split())
    assert f"Invited all the same Carol Example, because: {BECAUSE} (Asha Example)" in paper


def test_a_hard_word_is_shown_before_the_child_reads_it(panel: Panel, invited: Review) -> None:
    """S30: as with every sentence of a decision."""
    child, browser = _says(panel, invited), panel.at(panel.asha)
    _opens(browser, invited)
    way, hard = _way(panel, invited, panel.lata), "Her participation is mandatory for documentation purposes."
    browser.open(way)
    browser.send(way, {"act": "stays", "words_en": hard}, 422)
    assert "A child may not understand" in browser.page
    assert _steps(child) == []
    browser.send(way, {"act": "stays", "words_en": hard, "as_it_stands": "y"})
    assert [one["words"] for one in _steps(child)] == [hard]
    browser.open(way)
    browser.send(way, {"act": "out", "words_en": f"{hard} Documentation."})
    assert _steps(child)[-1]["step"] == UNINVITED, "no sentence goes to her"


def test_once_the_day_is_over_nobody_is_uninvited(panel: Panel, invited: Review, clock: StillClock) -> None:
    """Else the child reads that he does not come, days after he came."""
    child, way = _says(panel, invited), _way(panel, invited, panel.lata)
    clock.move(days=14)
    assert "Change the invitation" in _opens(panel.at(panel.asha), invited), "on the day she still can"
    clock.move(days=1)
    late = panel.at(panel.asha)
    page = _opens(late, invited)
    assert "Change the invitation" not in page
    assert MARK not in page
    assert "Nobody decided about it" in page
    assert "The day of this review has passed" in late.open(way).text
    late.send(way, {"act": "out"}, 409)
    assert review_now(invited).body.uninvited == ()
    assert _steps(child) == []


def test_once_it_is_written_down_who_was_there_it_is_held(panel: Panel, invited: Review, clock: StillClock) -> None:
    _says(panel, invited)
    clock.move(days=14)
    with db.writing(db.engine()) as session:
        held = store.find_review(session, invited.id, to_change=True)
        assert held
        held = store.record_attendance(session, held, Attendance("there", alone=True), Log(today(), "rosa"))
        with pytest.raises(Refused, match="held"):
            take_back_invitation(session, held, panel.lata.id, panel.asha.id, Log(today(), "asha"))


def test_he_learns_from_no_page_that_she_does_not_want_him(panel: Panel, clock: StillClock) -> None:
    """Not even where she lets him read the rest, where he runs the site, or where somebody decides to keep him."""
    pages = {}
    for unwanted in (False, True):
        review = make_review(panel, invited=("coordinator", "facilitator"), case=f"K-2{int(unwanted)}")
        not_there = (panel.carol.id, panel.lata.id) if unwanted else ()
        say(
            review,
            Statement(language="en", words="I want to see my aunt", not_there=not_there),
            (panel.carol, panel.lata),
        )
        asha = panel.at(panel.asha)
        _opens(asha, review)
        for one in (panel.carol, panel.lata):
            asha.open(_way(panel, review, one))
            asha.send(_way(panel, review, one), {"act": "stays", "words_en": BECAUSE})
        pages[unwanted] = review
    clock.move(days=14)
    for who in (panel.carol, panel.lata):
        read = []
        for review in pages.values():
            browser = panel.at(who)
            browser.open(_way(panel, review, who), 404)
            page = _opens(browser, review)
            assert "Should not be there" not in page or who.name not in page.split("Should not be there")[1][:200]
            assert MARK not in page
            assert "Change the invitation" not in page
            assert BECAUSE not in page
            read.append(calm(browser.open("/staff/log/").text).count(BECAUSE))
        assert read == [0, 0]


def test_the_reviewer_reads_her_own_pack_without_her_own_name(panel: Panel, invited: Review, clock: StillClock) -> None:
    say(invited, Statement(language="en", words="I want to see my aunt", not_there=(panel.rosa.id,)), (panel.rosa,))
    assert "Should not be there" in _opens(panel.at(panel.asha), invited)
    clock.move(days=14)
    assert "Should not be there" not in _opens(panel.at(panel.rosa), invited)


@pytest.mark.parametrize("who", ["ravi", "lata", "lee", "carol"])
def test_nobody_else_changes_an_invitation(panel: Panel, invited: Review, who: str) -> None:
    _says(panel, invited)
    browser = panel.at(getattr(panel, who))
    assert browser.ask("GET", _way(panel, invited, panel.lata)).status_code in {403, 404}


def test_a_late_yes_of_last_time_stands_where_the_same_is_decided_again(panel: Panel, clock: StillClock) -> None:
    before = make_review(panel, 1)
    say(before, Statement(language="en", change=("school",)), (panel.rosa,))
    clock.move(days=1)
    with db.writing(db.engine()) as session:
        review = store.find_review(session, before.id, to_change=True)
        assert review
        yes = decisions.Decision(
            "school", "yes", {"en": "You go to school."}, panel.lata.id, today() + timedelta(days=10)
        )
        decisions.decide(session, review, yes, review.version, panel.rosa.id, Log(today(), "rosa"))
    clock.move(days=54)
    after = make_review(panel, 1)
    say(after, Statement(language="en", change=("school",)), (panel.rosa,))
    clock.move(days=1)
    rosa = panel.at(panel.rosa)
    page = _opens(rosa, after)
    (section,) = re.findall(r'aria-labelledby="decisions">(.*?)</section>', page, re.DOTALL)
    assert "45 days late" in section
    decide = rosa.open(f"/staff/reviews/{after.key}/decide/school").text
    assert "You go to school." in decide
    assert "45 days late" in decide
    assert "45 days late" not in rosa.open(f"/staff/reviews/{after.key}/decide/{PLAN}").text
