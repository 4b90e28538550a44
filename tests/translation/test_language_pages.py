"""A coordinator offers a language, signs for what nobody read, and withdraws it; children see what she offers."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.support.people import house, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access.guard import Caller
from youthvoice.audit.audit_log import Log
from youthvoice.audit.log_lines import list_lines
from youthvoice.sites.store import Site, change_site, get_site
from youthvoice.translation import store
from youthvoice.translation.catalogue_texts import read_texts
from youthvoice.translation.models import LanguageSignatureRow
from youthvoice.translation.rules import list_open

NewVisitor = Callable[[], Visitor]


class Home:
    """A site that offers English alone, its coordinator's browser and a tablet of it."""

    def __init__(self, visitor: NewVisitor) -> None:
        self.site_id, self.people = house(["coordinator", "advocate"])
        with db.writing(db.engine()) as session:
            change_site(session, self.site_id, {"languages": ["en"], "checked_languages": ["en"]})
            session.query(LanguageSignatureRow).delete()
        self.browser = signed_in(visitor(), self.people["coordinator"])
        self.tablet = on_tablet(visitor(), self.site_id)

    def address(self, language: str) -> str:
        return f"/staff/languages/{self.site_id}/{language}"

    def signs(self, language: str, status: int = 200, **values: str) -> str:
        self.browser.open(self.address(language))
        sent: dict[str, object] = {"way": "taken", "seen": self.browser.hidden.get("seen", ""), **values}
        return self.browser.send(self.address(language), sent, status).text

    def withdraws(self, language: str) -> str:
        self.browser.open(f"{self.address(language)}/withdraw")
        return self.browser.send(f"{self.address(language)}/withdraw", {"seen": self.browser.hidden["seen"]}).text

    def site(self) -> Site:
        with db.reading(db.engine()) as session:
            return get_site(session, self.site_id)

    def signature(self, language: str) -> store.LanguageSignature | None:
        with db.reading(db.engine()) as session:
            return store.list_signatures(session, [self.site_id]).get((self.site_id, language))

    def log(self) -> list[tuple[str, str]]:
        with db.reading(db.engine()) as session:
            lines = list(list_lines(session, date.min, date.max))
        return [(line.action, line.subject) for line in lines if line.action.startswith("language.")]


@pytest.fixture
def home(app: Flask, visitor: NewVisitor) -> Home:
    return Home(visitor)


def test_what_nobody_read_is_shown_to_children_only_once_she_signs(home: Home) -> None:
    assert home.tablet.open("/language", 302, follow=False).headers["Location"] == "/"
    page = home.browser.open(home.address("hi")).text
    open_texts = list_open(read_texts("hi"), {})
    assert f"{len(open_texts)} sentences about danger and consent were not read by two people." in page
    assert "In danger now? Call %(number)s." in page
    assert "What is asked now is not in हिन्दी yet: ask anew in them." in home.signs("hi")
    assert "हिन्दी" in home.tablet.open("/language").text
    signature = home.signature("hi")
    assert signature
    assert (signature.way, signature.speaker, signature.signed_by) == ("taken", "", home.people["coordinator"].name)
    assert signature.texts == {text.name for text in open_texts}
    assert home.site().checked_languages == ("en",)
    assert home.log() == [("language.offer", f"example-house hi taken {len(open_texts)}")]


def test_what_she_withdraws_is_gone_at_the_next_page_and_a_child_chooses_again(home: Home) -> None:
    home.signs("hi")
    home.signs("ar")
    home.tablet.open("/language/hi", 302, follow=False)
    assert '<html lang="hi"' in home.tablet.open("/").text
    home.withdraws("hi")
    assert home.tablet.open("/", 302, follow=False).headers["Location"] == "/language"
    assert "हिन्दी" not in home.tablet.open("/language").text
    assert home.signature("hi") is None
    assert home.site().languages == ("en", "ar")
    assert home.log()[-1] == ("language.withdraw", "example-house hi")


def test_a_click_on_an_old_page_withdraws_nothing_newer(home: Home) -> None:
    home.signs("hi")
    home.browser.open(f"{home.address('hi')}/withdraw")
    old: dict[str, object] = {"seen": home.browser.hidden["seen"]}
    home.withdraws("hi")
    home.signs("hi")
    answer = home.browser.send(f"{home.address('hi')}/withdraw", old).text
    assert "This was changed meanwhile. Look at it again." in answer
    assert "Offer हिन्दी at Example House no more?" in answer
    assert home.site().languages == ("en", "hi")


def test_a_page_that_asked_whether_a_language_is_needed_withdraws_none_that_is_offered_since(home: Home) -> None:
    with db.writing(db.engine()) as session:
        change_site(session, home.site_id, {"wanted_languages": ["hi"]})
    page = home.browser.open(f"{home.address('hi')}/withdraw").text
    assert "Is हिन्दी not needed at Example House?" in page
    old: dict[str, object] = {"seen": home.browser.hidden["seen"]}
    home.signs("hi")
    home.browser.send(f"{home.address('hi')}/withdraw", old)
    assert home.site().languages == ("en", "hi")


def test_a_browser_that_prefers_a_language_does_not_get_it_where_it_is_not_offered(home: Home) -> None:
    """One language, so nobody is asked: a tablet set to Hindi showed Hindi that nobody had signed for."""
    home.tablet.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "hi"
    for path in ("/", "/help", "/see"):
        assert '<html lang="en"' in home.tablet.open(path).text, path


def test_who_had_it_read_says_by_whom_and_a_machine_is_nobody(home: Home) -> None:
    for wrong in ({}, {"speaker": "  "}, {"speaker": "a machine"}):
        assert "Write who read them" in home.signs("hi", 422, way="read", **wrong)
    home.signs("hi", way="read", speaker="A. K., Example Org")
    signature = home.signature("hi")
    assert signature
    assert (signature.way, signature.speaker) == ("read", "A. K., Example Org")
    assert home.site().checked_languages == ("en", "hi")
    page = home.browser.open("/staff/languages/").text
    assert "Read by: A. K., Example Org" in page
    assert "Not translated yet:" in page
    assert '<bdi lang="gom">कोंकणी</bdi>' in page


def test_nobody_signs_for_sentences_that_she_did_not_see(home: Home) -> None:
    assert "The sentences changed meanwhile" in home.signs("hi", 422, seen="0" * 16)
    assert home.site().languages == ("en",)
    assert "Choose one." in home.signs("hi", 422, way="")


def test_the_language_in_which_all_was_written_needs_no_signature(home: Home) -> None:
    home.signs("hi")
    home.withdraws("en")
    assert home.site().languages == ("hi",)
    home.browser.open(home.address("en"))
    home.browser.send(home.address("en"), {})
    assert home.site().languages == ("en", "hi")
    assert home.signature("en") is None


@pytest.mark.dialect("a row is locked and read again")
def test_what_two_change_at_the_same_time_both_stands(home: Home) -> None:
    """The second page was read before the first was sent: what one withdrew for its words must not come back."""
    site, log = home.site(), Log(date(2026, 11, 24), "test")
    signed_words = store.SignedWords("taken", "", "Coordinator Example", ())
    for code in ("hi", "ar"):
        with db.writing(db.engine()) as session:
            store.offer_language(session, site, code, signed_words, log)
    assert set(home.site().languages) == {"en", "hi", "ar"}
    site = home.site()
    for code in ("hi", "ar"):
        with db.writing(db.engine()) as session:
            assert store.withdraw_language(session, site, code, log)
    assert home.site().languages == ("en",)
    with db.writing(db.engine()) as session:
        assert not store.withdraw_language(session, site, "en", log), "one stays, however the page looked"


def test_the_last_language_stays(home: Home) -> None:
    page = home.withdraws("en")
    assert "It is the last language here." in page
    assert home.site().languages == ("en",)


def test_a_language_that_was_offered_before_anybody_had_to_sign_stays_and_asks(home: Home) -> None:
    """After an upgrade nothing vanishes for a child who reads nothing else; it is the first thing of today."""
    with db.writing(db.engine()) as session:
        change_site(session, home.site_id, {"languages": ["en", "hi"]})
    asked = "Not all that it says about danger and consent is signed for"
    assert "हिन्दी" in home.tablet.open("/language").text
    page = home.browser.open("/staff/").text
    assert asked in page
    assert "हिन्दी" in page
    assert "Children see it, and not all is signed for" in home.browser.open("/staff/languages/").text
    home.signs("hi")
    assert asked not in home.browser.open("/staff/").text


def test_a_sentence_that_changed_since_is_asked_for_again(home: Home) -> None:
    home.signs("hi")
    with db.writing(db.engine()) as session:
        row = session.query(LanguageSignatureRow).one()
        row.texts = row.texts[1:]
    page = home.browser.open(home.address("hi")).text
    assert page.count("changed since it was signed") == 1
    assert "Not all that it says about danger" in home.browser.open("/staff/").text
    home.signs("hi")
    assert "Not all that it says about danger" not in home.browser.open("/staff/").text


def test_what_a_speaker_understood_otherwise_is_signed_for_again_by_somebody_who_knows_it(
    home: Home, visitor: NewVisitor
) -> None:
    """Two read it, or a coordinator took it on her: neither knew that a third one reads something else there."""
    home.signs("hi")
    text = list_open(read_texts("hi"), {})[0]
    reader = signed_in(visitor(), home.people["advocate"])
    path = f"/staff/languages/texts/hi/{text.name}"
    for sent in ({"understood": "Call a taxi"}, {"verdict": "differs"}):
        reader.open(path)
        reader.send(path, dict(sent))
    assert "Not all that it says about danger" in home.browser.open("/staff/").text
    page = home.browser.open(home.address("hi")).text
    assert page.count("a speaker says: it means something else") == 1
    assert "हिन्दी" in home.tablet.open("/language").text, "it stays"
    home.signs("hi")
    assert "Not all that it says about danger" not in home.browser.open("/staff/").text


def test_a_doubt_locks_signatures_before_the_log_as_a_signature_does(home: Home) -> None:
    """On PostgreSQL a reader and a coordinator at the same time waited for each other, until one was refused."""
    home.signs("hi")
    text, advocate = list_open(read_texts("hi"), {})[0], home.people["advocate"]
    caller = Caller(advocate.id, advocate.handle, advocate.name, "advocate", advocate.site_ids, "en", "")
    held: list[bool] = []

    class Witness(Log):
        """Notes at each line whether the signature is changed already."""

        def add(self, session: Session, action: str, subject: str = "") -> None:
            signature = store.list_signatures(session, [home.site_id])[home.site_id, "hi"]
            held.append(text.name not in signature.texts)
            super().add(session, action, subject)

    log = Witness(date(2026, 11, 24), "test")
    with db.writing(db.engine()) as session:
        store.keep_understood(session, text, caller, "Call a taxi", log)
        assert store.compare_reading(session, text, caller, log, is_same=False)
    assert held == [False, True]


def test_an_untranslated_language_and_another_site_are_not_found(home: Home, visitor: NewVisitor) -> None:
    home.browser.open(f"/staff/languages/{home.site_id}/sm", 404)
    home.browser.open(f"/staff/languages/{home.site_id + 1}/hi", 404)
    advocate = signed_in(visitor(), home.people["advocate"])
    advocate.open(home.address("hi"), 403)


def test_a_coordinator_names_the_sign_language_of_her_site_where_she_offers_languages(
    home: Home, visitor: NewVisitor
) -> None:
    assert "No films of somebody who signs." in home.browser.open("/staff/languages/").text
    home.browser.open(home.address("signs"))
    sent: dict[str, object] = {"sign_name": " Indian  Sign Language ", "sign_language": "INS"}
    page = home.browser.send(home.address("signs"), sent).text
    assert "Films in Indian Sign Language are shown" in page
    assert (home.site().sign_language, home.site().sign_name) == ("ins", "Indian Sign Language")
    assert f'value="{home.site().sign_name}"' in home.browser.open(home.address("signs")).text
    assert home.log() == [("language.signs", f"{home.site().slug} ins")]
    assert "No films are shown" in home.browser.send(home.address("signs"), {"sign_name": "", "sign_language": ""}).text
    assert home.site().sign_language == ""
    advocate = signed_in(visitor(), home.people["advocate"])
    assert advocate.ask("GET", home.address("signs")).status_code == 403


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("Indian", "i", "Write the three letters"),
        ("Indian", "in5", "Write the three letters"),
        ("Indian", "indian sign language", "Write the three letters"),
        ("Indian", "", "Write a name and a code, both or neither."),
        (" ", "ins", "Write a name and a code, both or neither."),
        ("I" * 61, "ins", "At most 60 letters."),
    ],
)
def test_a_sign_language_has_a_name_and_a_code(home: Home, name: str, code: str, words: str) -> None:
    home.browser.open(home.address("signs"))
    sent: dict[str, object] = {"sign_name": name, "sign_language": code}
    assert words in home.browser.send(home.address("signs"), sent, 422).text
    assert home.site().sign_language == ""
