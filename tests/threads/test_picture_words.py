"""Every picture of a code has one name of its own in each language of the pages (CHILD-UX, "Pictures")."""

import pytest
from flask import Flask
from flask_babel import force_locale

from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.web.graphics.picture_labels import picture_label
from youthvoice.web.i18n.languages import TRANSLATED

NAMES = [picture.name for screen in SCREENS for picture in screen]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_two_pictures_are_called_the_same(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert len({picture_label(name) for name in NAMES}) == len(NAMES) == 63


SAME_WORD = {"es": ["banana"], "fr": ["bus", "train"], "nl": ["bus", "tent", "ladder", "lamp"]}


@pytest.mark.parametrize("language", [code for code in TRANSLATED if code != "en"])
def test_every_picture_is_called_something_in_every_language(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert [name for name in NAMES if picture_label(name) == name] == SAME_WORD.get(language, [])
