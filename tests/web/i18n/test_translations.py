"""Each text is in the language of its request, and the request finds that language once."""

from collections.abc import Iterator
from gettext import GNUTranslations

import flask_babel
import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale, gettext, lazy_gettext, ngettext, refresh

from youthvoice.config import shared_folder
from youthvoice.web.i18n import languages, translations
from youthvoice.web.i18n.languages import TRANSLATED

NEXT = {"en": "Next", "hi": "आगे", "ar": "التالي"}
ADVOCATES = "They speak up for children. They do not work for this house."
CHILDREN = ("%(num)s child", "%(num)s children")


@pytest.fixture
def app() -> Flask:
    """What knows its words and nothing else."""
    app = Flask(__name__, static_folder=None)
    translations.init_app(app)
    return app


@pytest.fixture
def hindi(app: Flask) -> Iterator[None]:
    """A request of somebody who chose Hindi."""
    with app.test_request_context("/", headers={"Cookie": f"{languages.COOKIE}=hi"}):
        yield


def of_a_template() -> str:
    return render_template_string("{{ _('Next') }}")


def everywhere() -> set[str]:
    """One text by all ways that code asks for it."""
    return {gettext("Next"), str(LAZY), of_a_template()}


LAZY = lazy_gettext("Next")


def test_code_templates_and_lazy_texts_speak_the_language_of_the_request(hindi: None) -> None:
    assert everywhere() == {NEXT["hi"]}


def test_another_language_for_a_while_and_then_the_own_again(hindi: None) -> None:
    assert everywhere() == {NEXT["hi"]}
    with force_locale("ar"):
        assert everywhere() == {NEXT["ar"]}
        with force_locale("en"):
            assert everywhere() == {NEXT["en"]}
        assert everywhere() == {NEXT["ar"]}
    assert everywhere() == {NEXT["hi"]}


def test_a_page_that_turns_to_another_language_speaks_it_from_then_on(hindi: None) -> None:
    assert everywhere() == {NEXT["hi"]}
    languages.set_language("ar")
    refresh()
    assert everywhere() == {NEXT["ar"]}


def test_two_requests_after_each_other_speak_their_own(app: Flask) -> None:
    for language in ("hi", "ar", "en", "hi"):
        with app.test_request_context("/", headers={"Cookie": f"{languages.COOKIE}={language}"}):
            assert everywhere() == {NEXT[language]}


def test_plurals_follow_the_language_too(hindi: None) -> None:
    def said() -> list[tuple[str, str]]:
        template = "{{ ngettext('%(num)s child', '%(num)s children', number) }}"
        return [(ngettext(*CHILDREN, number), render_template_string(template, number=number)) for number in (1, 2, 11)]

    in_hindi = said()
    with force_locale("ar"):
        in_arabic = said()
    assert [of_code for of_code, of_template in (*in_hindi, *in_arabic) if of_code != of_template] == []
    assert len(set(in_arabic)) == 3, "one, two, eleven"
    assert not set(in_hindi) & set(in_arabic)
    assert said() == in_hindi


def test_outside_of_an_application_a_text_stays_as_it_is() -> None:
    assert (gettext("Next"), str(LAZY)) == ("Next", "Next")


def test_the_language_is_asked_for_once_however_many_texts_a_page_has(
    hindi: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    ask = flask_babel.get_locale

    def get_locale() -> object:
        asked.append(ask())
        return asked[-1]

    monkeypatch.setattr(flask_babel, "get_locale", get_locale)
    for _text in range(170):
        everywhere()
    assert len(asked) == 1


def test_catalogues_are_read_once_for_all_applications(hindi: None, app: Flask) -> None:
    assert gettext("Next") == NEXT["hi"]
    domain = app.extensions["babel"].instance.domain_instance
    catalogues = domain.get_translations_cache(None)
    assert "hi" in {language for language, _domain in catalogues}
    assert translations.RequestDomain().get_translations_cache(None) is catalogues


@pytest.mark.parametrize("language", [code for code in TRANSLATED if code != "en"])
def test_a_number_is_said_in_the_plural_of_its_language_whether_or_not_staff_have_words_of_their_own(
    app: Flask, language: str
) -> None:
    file = shared_folder("translations") / language / "LC_MESSAGES" / "child.mo"
    with file.open("rb") as open_file:
        catalogue = GNUTranslations(open_file)
    one, many = "Speaks up for children. Does not work for this house.", ADVOCATES
    with app.test_request_context(), force_locale(language):
        said = [ngettext(one, many, number) for number in range(1, 30)]
    assert said == [catalogue.ngettext(one, many, number) for number in range(1, 30)]
    assert ADVOCATES not in said
