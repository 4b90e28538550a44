"""The first sentence of a finding is grammatical, whatever was asked, in every language of the pages."""

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.publications.band_lines import lines_of_table
from youthvoice.publications.labels import band_sentence, option_sentence
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.wording_rules import wording_faults

STARTERS = sorted((Path(__file__).parents[2] / "surveys").glob("*.toml"))
BEGINS = {"en": ("say ",), "hi": ("कहते हैं कि ", "सही कहते हैं कि "), "ar": ("تقول إن", "تقول «")}
CLOTHES = {
    "en": ("Do you have enough clothes?", "Yes", "Most of the 24 answers say “Yes” to “Do you have enough clothes?”"),
    "hi": ("क्या काफ़ी कपड़े हैं?", "हाँ", "जवाब देने वाले 24 बच्चों में से ज़्यादातर “क्या काफ़ी कपड़े हैं?” पर “हाँ” कहते हैं"),
    "ar": ("هل ملابسك كافية؟", "نعم", "أغلب الإجابات الـ24 تقول «نعم» عن «هل ملابسك كافية؟»"),
}


@pytest.mark.parametrize("language", CLOTHES)
def test_a_question_that_brings_no_sentence_is_quoted_with_its_answer(app: Flask, language: str) -> None:
    asked, option, sentence = CLOTHES[language]
    (line, *_rest) = lines_of_table(protect({"good": 20, "rest": 4}), None, "", ("good",))
    with app.test_request_context(), force_locale(language):
        said = band_sentence(line, option_sentence(asked, option))
    assert said.startswith(sentence)


@pytest.mark.parametrize("file", STARTERS, ids=lambda file: file.stem)
def test_every_sentence_of_a_starter_is_something_that_answers_can_say(file: Path) -> None:
    for question in read_toml(file, file.stem).coded:
        for language, says in (question.says or {}).items():
            assert says.startswith(BEGINS[language]), (question.name, says)


def test_a_sentence_that_no_answer_can_say_is_pointed_out() -> None:
    file = Path(__file__).parents[2] / "surveys" / "needs-check.toml"
    text = file.read_text("utf-8").replace("say there are enough clothes", "have enough clothes")
    found = [
        fault for question in read_toml(text.encode(), "needs-check").questions for fault in wording_faults(question)
    ]
    assert [(fault.code, fault.values["part"]) for fault in found] == [("says_no_answer", "have enough clothes")]
