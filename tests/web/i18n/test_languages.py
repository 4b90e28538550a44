"""Which language a page has, and how large its words are: by who asks, what she chose, and what her browser prefers."""

import pytest
from flask import Flask

from youthvoice.web.i18n import languages
from youthvoice.web.i18n.languages import COOKIE, HEADER, STAFF_LANGUAGES, TRANSLATED

OFFERED = ("hi", "en", "zh_Hant")
_ENDS = ("", ".signs", ".large", ".signs.large", ".covered", ".large.covered", ".signs.large.covered")
RIGHT = [(f"hi{end}", True) for end in _ENDS]
WRONG = [(f"hi{end}", False) for end in (".large.signs", ".covered.large", ".covered.signs", ".covered.covered")]
"""One order: nothing is chosen by two addresses."""
ONLY_CHILDREN = next(code for code in TRANSLATED if code not in STAFF_LANGUAGES)
"""A language in which pages of children are translated, and pages of staff are not."""


@pytest.mark.parametrize(
    ("cookie", "header", "prefers", "language"),
    [
        ("en", "", "", "en"),
        ("en.large", "", "", "en"),
        ("en.covered", "", "", "en"),
        ("en.signs.large.covered", "", "", "en"),
        ("en", "zh_Hant", "", "zh_Hant"),
        ("", "zh_Hant", "", "zh_Hant"),
        ("ar", "", "", "hi"),
        ("", "", "ar", "hi"),
        ("", "", "ar, en;q=0.8", "en"),
        ("", "", "zh-Hant", "zh_Hant"),
        ("", "", "zh-TW, en;q=0.7", "zh_Hant"),
        ("", "", "zh-HK", "zh_Hant"),
        ("", "", "zh-CN, en;q=0.7", "en"),
        ("nonsense", "", "zh-Hant", "zh_Hant"),
        ("", "", "", "hi"),
    ],
)
def test_a_page_is_in_what_the_tablet_asks_the_child_chose_or_the_browser_prefers(
    app: Flask, cookie: str, header: str, prefers: str, language: str
) -> None:
    heads = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    asked = {HEADER: header} if header else {}
    with app.test_request_context("/", headers={**heads, "Accept-Language": prefers}, environ_overrides=asked):
        assert languages.chosen(OFFERED) == language
        assert languages.is_chosen() == bool({cookie.partition(".")[0], header} - {"", "nonsense"})
        assert not languages.is_chosen(["fr"])
        assert languages.page_classes() == ("" if header else cookie.partition(".")[2].replace(".", " "))


def test_a_page_that_a_tablet_stores_is_never_large(app: Flask) -> None:
    with app.test_request_context("/", headers={"Cookie": f"{COOKIE}=en.large"}, environ_overrides={HEADER: "en"}):
        assert not languages.page_classes()


def test_what_a_page_sets_counts_more_than_what_anybody_chose(app: Flask) -> None:
    with app.test_request_context("/staff/", headers={"Cookie": f"{COOKIE}=en"}):
        languages.set_language(ONLY_CHILDREN)
        assert (languages.chosen(), languages.locale()) == (ONLY_CHILDREN, ONLY_CHILDREN)


def test_without_a_request_and_without_an_offer_there_is_a_language_all_the_same() -> None:
    assert languages.chosen(OFFERED) == "hi"
    assert not languages.page_classes()
    assert languages.chosen([]) == "en"
    assert languages.spoken_at(["xx"]) == ("en",)
    assert languages.spoken_at(["xx", "ar", "hi"]) == ("ar", "hi")
    assert languages.direction("xx") == "ltr"


def test_a_page_of_staff_is_in_a_language_of_staff_and_a_childs_in_her_own(app: Flask) -> None:
    for path, language in (("/staff/", "en"), ("/help", ONLY_CHILDREN)):
        with app.test_request_context(path, headers={"Cookie": f"{COOKIE}={ONLY_CHILDREN}"}):
            assert languages.locale() == language


@pytest.mark.parametrize(
    ("code", "is_offered"),
    [*RIGHT, ("xx", False), (".large", False), (".covered", False), *WRONG],
)
def test_a_child_chooses_what_there_is(code: str, *, is_offered: bool) -> None:
    assert languages.is_choice(code) is is_offered
