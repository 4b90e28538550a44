"""A site that has a sign language shows films beside texts to its tablets, where there are any, and to nobody else."""

from collections.abc import Callable

from tests.clips.conftest import open_survey
from tests.support.audio import record
from tests.support.films import FILM, SIGN, offer_signs, sign_texts
from tests.support.offline import manifest_of
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.clips.text_collector import TextPlace
from youthvoice.sites.store import change_site
from youthvoice.surveys.rounds.entities import Round

FOOD = {"en": "How was the food this week?", "hi": "इस हफ़्ते खाना कैसा था?"}
SIGNED = 'data-hands><button class="hands"'


def test_a_text_says_where_its_film_is_beside_its_voice_at_a_site_that_has_the_sign_language(
    tablet: Visitor, round_: Round
) -> None:
    voice, (film,) = record("hi", FOOD["hi"]), sign_texts("hi", [FOOD["hi"]])
    page = open_survey(tablet, round_, "hi")
    assert voice in page
    assert "data-film" not in page
    assert "signs." not in page  # neither script nor style: nobody pays for what a site does not have
    offer_signs(round_.site_ids[0])
    page = open_survey(tablet, round_, "hi")
    assert f'data-clip="{voice}" data-film="{film}">{FOOD["hi"]}</h2>' in page
    assert SIGNED in page
    assert "data-film" not in open_survey(tablet, round_, "en")
    with db.writing(db.engine()) as session:
        change_site(session, round_.site_ids[0], {"sign_language": "qxx", "sign_name": "Another"})
    assert "data-film" not in open_survey(tablet, round_, "hi")


def test_a_tablet_gets_the_film_and_parts_of_it_and_nobody_else_does(
    tablet: Visitor, visitor: Callable[[], Visitor]
) -> None:
    (film,) = sign_texts("en", [FOOD["en"]])
    answer = tablet.ask("GET", film)
    assert answer.mimetype == "video/webm"
    assert len(answer.data) == len(FILM)
    part = tablet.ask("GET", film, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, answer.data[:10])
    assert tablet.ask("GET", film[:-1] + "-").status_code == 404
    assert visitor().ask("GET", film).status_code == 403


def test_a_child_chooses_signs_with_her_language_and_the_next_one_starts_without(
    tablet: Visitor, round_: Round
) -> None:
    site_id = round_.site_ids[0]
    offer_signs(site_id, "Langue & signes")
    assert ".signs" not in tablet.open("/language").text
    sign_texts("hi", [FOOD["hi"]])
    page = tablet.open("/language").text
    assert 'href="/language/hi.signs"' in page
    assert 'href="/language/en.signs"' not in page  # no film is there for it
    assert page.index('"/language/hi"') < page.index('"/language/hi.signs"')
    assert "<bdi>Langue &amp; signes</bdi>" in page
    assert 'lang="hi" dir="ltr" translate="no" class="signs"' in open_survey(tablet, round_, "hi.signs")
    assert 'class="signs large"' in open_survey(tablet, round_, "hi.signs.large")
    assert 'class="signs' not in tablet.open("/language").text
    assert 'class="signs' not in open_survey(tablet, round_, "hi")
    for wrong in ("hi.large.signs", "hi.ins", "hi.signs.signs", ".signs"):
        tablet.open(f"/language/{wrong}", 404)


def test_where_there_is_one_language_a_child_is_asked_once_films_are_there(tablet: Visitor, round_: Round) -> None:
    site_id = round_.site_ids[0]
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {"languages": ["en"]})
    tablet.open("/language", 302, follow=False)
    assert manifest_of(tablet)["choice"] is False
    before = manifest_of(tablet)["version"]
    offer_signs(site_id)
    sign_texts("en", [FOOD["en"]])
    assert 'href="/language/en.signs"' in tablet.open("/language").text
    assert tablet.ask("GET", "/").location == "/language"
    assert (manifest_of(tablet)["choice"], manifest_of(tablet)["version"] != before) == (True, True)
    tablet.open("/language/en.signs", 302, follow=False)
    assert 'href="/language"' in tablet.open("/").text  # back to where she chooses


def test_a_page_that_a_tablet_stores_has_the_films_and_no_childs_choice(tablet: Visitor, round_: Round) -> None:
    offer_signs(round_.site_ids[0])
    (film,) = sign_texts("en", [FOOD["en"]])
    tablet.open("/language/en.signs", 302, follow=False)
    page = tablet.ask("GET", f"/survey/{round_.slug}", headers={"Youth-Voice-Language": "en"}).text
    assert f'"{film}"' in page
    assert 'class="signs' not in page


def test_films_of_a_sign_language_are_no_voices(tablet: Visitor, round_: Round) -> None:
    offer_signs(round_.site_ids[0])
    sign_texts("en", [FOOD["en"]])
    assert "data-clip" not in open_survey(tablet, round_, "en")
    assert SIGN not in tablet.open("/").text


def test_a_tablet_lays_films_by_of_pages_that_it_does_not_store_and_of_no_other_house(
    tablet: Visitor, round_: Round
) -> None:
    """Else a film would be asked for because this child reads her answer."""
    offer_signs(round_.site_ids[0])
    of_reply = sign_texts("en", ["Which picture comes first?"], place=TextPlace("reply", "picture-1", "0", "maple"))
    sign_texts("en", [FOOD["en"]])  # its page says so itself
    sign_texts("bn", ["Which picture comes now?"], place=TextPlace("reply", "picture-2", "0"))  # spoken elsewhere
    assert manifest_of(tablet)["films"] == of_reply
    assert "data-film" in tablet.open("/reply").text
