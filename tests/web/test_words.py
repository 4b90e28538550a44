"""The catalogues: plurals that work in every language, placeholders that exist, and who has checked them."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

CATALOGUES = sorted((Path(__file__).parents[2] / "translations").glob("*/LC_MESSAGES/messages.po"))
ONE_IS_NAMED = {"at %(site)s"}  # the one site is said by its name


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_number_is_said_wherever_one_form_stands_for_several_numbers(path: Path) -> None:
    """In Hindi the singular is said of none too; "one" would be a lie then."""
    catalogue = _read(path)
    told = [
        (one.id[0], one.string[0])
        for one in catalogue
        if isinstance(one.id, tuple) and isinstance(one.string, tuple) and "%(num)s" in one.id[1]
        if one.id[0] not in ONE_IS_NAMED
    ]
    assert told
    assert not [singular for singular, _ in told if "%(num)s" not in singular]
    if catalogue.num_plurals == 2:  # one and none share a form
        assert not [string for _, string in told if string and "%(num)s" not in string]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_no_translation_asks_for_what_its_sentence_does_not_have(path: Path) -> None:
    catalogue = _read(path)
    assert not [(message.id, error) for message in catalogue for error in message.check(catalogue)]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_says_first_whether_a_speaker_has_checked_it(path: Path) -> None:
    """`make words` must not lose these lines."""
    first, second = path.read_text("utf-8").splitlines()[:2]
    assert first.startswith("# ")
    assert "checked" in second
