"""Which sentences are about danger and consent is decided for each text of the screens that speak of them."""

import tomllib
from functools import cache

import pytest

from scripts import update_catalogues
from youthvoice.translation.catalogue_texts import SUBJECTS, read_subjects, read_texts

LISTED = tomllib.loads((update_catalogues.TRANSLATIONS / "danger.toml").read_text("utf-8"))
LISTS = (*SUBJECTS, "others")


def _first(text: update_catalogues.Text) -> str:
    return text if isinstance(text, str) else text[0]


@cache
def _on_screens() -> set[str]:
    by_file = update_catalogues.texts_by_file()
    texts = {_first(text) for screen in LISTED["screens"] for text in by_file[screen]}
    for file, names in LISTED["parts"].items():
        for name in names:
            texts |= {_first(text) for text in update_catalogues.texts_in_part(update_catalogues.TOP / file, name)}
    return texts


def test_each_text_of_a_screen_about_danger_or_consent_is_in_exactly_one_list() -> None:
    sentences = [sentence for name in LISTS for sentence in LISTED[name]]
    assert len(sentences) == len(set(sentences))
    assert not _on_screens() - set(sentences), "new: decide in translations/danger.toml what each is about"
    assert not set(LISTED["others"]) - _on_screens(), "no screen says it any more"


def test_each_listed_sentence_is_a_text_for_children() -> None:
    texts = {text.source[0] for text in read_texts("hi")}
    assert not set(read_subjects(update_catalogues.TRANSLATIONS)) - texts


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("In danger now?", "danger"),
        ("If a child is in danger", "danger"),
        ("Want to talk?", "danger"),
        ("You can say <b>no</b>", "consent"),
        ("Nothing is kept until you tap", "consent"),
        ("These people will read it", "consent"),
        ("Someone may still guess", "consent"),
        ("May your plan go to", "consent"),
        ("May this person hear your voice?", "consent"),
        ("If you say yes, we delete the recording", "consent"),
    ],
)
def test_what_a_child_must_not_misunderstand_is_listed(words: str, subject: str) -> None:
    texts = [text for text in read_texts("hi") if text.source[0].startswith(words)]
    assert texts
    assert {text.subject for text in texts} == {subject}
