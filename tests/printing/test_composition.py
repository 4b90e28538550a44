"""Paper in the scripts of the sites: shaped, in order, on one page, tagged; or a clear word which font is missing."""

import subprocess
import sys
from dataclasses import replace
from itertools import product

import pytest
from flask import Flask

from tests.support import papers
from tests.support.long_tests import breadth, long_test
from youthvoice import context
from youthvoice.printing.document import Document, typeset_documents
from youthvoice.printing.fonts import LANGUAGE_FONTS, fonts_for, installed_fonts, replace_missing_letters
from youthvoice.web.graphics.pictures import whole_picture

pytestmark = pytest.mark.usefixtures("true_processes")
SAID = {
    "en": ("What children say", "Most of us sleep well at night.", "About half say the food is good.", "What we did"),
    "hi": ("बच्चे क्या कहते हैं", "ज़्यादातर बच्चे रात में अच्छी नींद लेते हैं।", "लगभग आधे कहते हैं कि खाना अच्छा है।", "हमने क्या किया"),
    "bn": ("শিশুরা কী বলে", "বেশিরভাগ শিশু রাতে ভালো ঘুমায়।", "প্রায় অর্ধেক বলে খাবার ভালো।", "আমরা কী করেছি"),
    "ar": ("ماذا يقول الأطفال", "معظم الأطفال ينامون جيدا في الليل.", "نحو النصف يقولون إن الطعام جيد.", "ماذا فعلنا"),
    "th": ("เด็กพูดว่าอะไร", "เด็กส่วนใหญ่นอนหลับดีตอนกลางคืน", "ประมาณครึ่งหนึ่งบอกว่าอาหารดี", "เราทำอะไรแล้ว"),
    "ru": (
        "Что говорят дети",
        "Большинство детей хорошо спят ночью.",
        "Около половины: еда хорошая.",
        "Что мы сделали",
    ),
    "zh_Hant": ("孩子們說什麼", "大多數孩子晚上睡得好。", "大約一半的孩子說食物好吃。", "我們做了什麼"),
}


def sheet(language: str, findings: int = 5) -> Document:
    """A view's sheet in a language, in the words of a speaker."""
    title, first, second, did = SAID[language]
    bar = {"label": second, "words": "6 / 10", "numbers": "15 – 24 / 24", "full": 4, "perhaps": 2}
    reply = {"kind": "partly", "begin": did, "words": second, "who": "Lata Example"}
    finding = {
        "sentence": second, "beads": None, "bars": [bar, bar], "quiet": "", "mark": "more", "changed": did,
        "reply": reply,
    }  # fmt: skip
    leads = {**finding, "sentence": "", "beads": {"full": 5, "perhaps": 2, "words": first}}
    none = {"title": did, "lines": []}
    values = {
        "title": title, "brand": "Youth Voice", "when": ["24.11.2026"], "for_review": "", "headline": first,
        "answered": title, "findings": [leads, *[finding] * findings], "unsaid": {"title": first, "lines": [second]},
        "unknown": first, "did": {"title": did, "lines": [reply]}, "could_not": none, "waits": none, "committees": none,
        "ask": {"title": title, "lines": [{"name": "Lata Example", "number": "1098", "what": second}]},
        "hidden": {"title": first, "lines": [second]}, "hidden_note": did,
        "read": {"title": title, "lines": [f"{first} {second}"]},
    }  # fmt: skip
    marks = {name: whole_picture(f"m-{name}") for name in ("more", "fewer", "cant-tell")}
    return Document("view", values, language, {"brand": whole_picture("beads"), **marks})


@pytest.mark.parametrize(
    "language", breadth(["hi", "ar"], [code for code in SAID if code not in {"hi", "ar", "zh_Hant"}])
)
def test_a_sheet_is_one_page_tagged_in_order_and_nothing_lies_on_anything(app: Flask, language: str) -> None:
    papers.need_font(language)
    (made,) = typeset_documents([sheet(language)])
    assert not made.fault
    assert f"/Lang({language})".encode() in made.pdf
    facts = papers.facts_of(made.pdf)
    assert (facts["Pages"], facts["Tagged"], facts["Title"]) == ("1", "yes", SAID[language][0])
    assert "A4" in facts["Page size"]
    assert papers.overlaps(papers.words_of(made.pdf)) == []
    (image,) = papers.images_of(made.pdf)
    assert image.margins_are_white()
    assert 0.03 < image.ink() < 0.4


@pytest.mark.parametrize("language", [code for code in SAID if code not in {"ar", "zh_Hant"}])
def test_what_it_says_can_be_read_out_in_its_order(app: Flask, language: str) -> None:
    papers.need_font(language)
    (made,) = typeset_documents([sheet(language, findings=1)])
    said, (title, first, second, did) = papers.text_of(made.pdf), SAID[language]
    if language == "th":  # is broken between words, which nothing but a dictionary finds
        said, title, first, second, did = (one.replace(" ", "") for one in (said, title, first, second, did))
    places = [said.index(title), said.index(first[:12]), said.index(second), said.rindex(did), said.rindex("Lata")]
    assert places == sorted(places)


def test_arabic_runs_from_right_to_left_and_numbers_do_not(app: Flask) -> None:
    papers.need_font("ar")
    (made,) = typeset_documents([sheet("ar")])
    words = papers.words_of(made.pdf)
    brand, when = (next(word for word in words if word.text == text) for text in ("Youth", "24.11.2026"))
    assert brand.left > when.right, "the name begins at the right, the day ends at the left"
    assert "1098" in [word.text for word in words]
    (english,) = typeset_documents([sheet("en")])
    first = next(word for word in papers.words_of(english.pdf) if word.text == "Youth")
    assert first.right < 300


def test_a_letter_without_a_font_is_named_with_its_package(app: Flask) -> None:
    (made,) = typeset_documents([sheet("zh_Hant")])
    if installed_fonts([LANGUAGE_FONTS["zh_Hant"]], context.settings().fonts):
        assert papers.facts_of(made.pdf)["Pages"] == "1"
        assert papers.overlaps(papers.words_of(made.pdf)) == []
        assert papers.images_of(made.pdf)[0].margins_are_white()
    else:
        assert (made.pdf, made.package) == (b"", "fonts-noto-cjk")
        assert set("孩子們說") <= set(made.letters)
        assert "1" not in made.letters


ODD = {"a font's own": "\ue123", "hieroglyph": "\U00013080", "emoji": "\U0001fae9", "no letter": "\U00016ff0"}


def test_each_missing_letter_names_the_package_of_its_script(app: Flask) -> None:
    folder, fonts = context.settings().fonts, fonts_for("hi")
    for text, package in (("大", "fonts-noto-cjk"), ("ꦲꦤ", "fonts-noto-extra"), ("\U0001f9ff", "fonts-noto-extra")):
        if text == "大" and installed_fonts([LANGUAGE_FONTS["zh_Hant"]], folder):
            continue
        replaced, missing = replace_missing_letters({"lines": ["खाना", {"words": text}]}, fonts, folder)
        assert missing == ("".join(sorted(text)), package, len(text))
        assert replaced == {"lines": ["खाना", {"words": "".join(f"[U+{ord(one):04X}]\u200b" for one in text)}]}
    whole = ["खाना good 12 ، ় \u2068x\u2069 \u2600\ufe0f"]
    assert replace_missing_letters(whole, fonts, folder) == (whole, None)


_EACH_ONCE = list(zip(ODD.values(), ("ar", "hi", "en", "ar"), strict=True))
_OTHERS = [each for each in product(ODD.values(), ("en", "hi", "ar")) if each not in _EACH_ONCE]


@long_test("RUN")
@pytest.mark.parametrize(("letter", "language"), breadth(_EACH_ONCE, _OTHERS), ids=ascii)
def test_a_letter_without_a_font_keeps_nothing_else_from_paper_and_the_paper_says_so(
    app: Flask, letter: str, language: str
) -> None:
    """One such letter of a child kept a whole pack from paper, for good."""
    papers.need_font(language)
    plain = sheet(language, findings=1)
    odd = replace(plain, values={**plain.values, "unknown": f"ok {letter} end"})
    made, usual = typeset_documents([odd, plain])
    assert (made.fault, made.letters, usual.letters) == ("", letter, "")
    text = papers.text_of(made.pdf)
    assert f"[U+{ord(letter):04X}]" in text
    note = {"en": "Letters that no font here can show: 1.", "hi": "1", "ar": "1"}[language]
    assert note in text
    assert "[U+" not in papers.text_of(usual.pdf)
    assert papers.overlaps(papers.words_of(made.pdf)) == []
    assert papers.images_of(made.pdf)[0].margins_are_white()
    assert papers.facts_of(made.pdf)["Pages"] == papers.facts_of(usual.pdf)["Pages"]


def test_of_many_such_letters_there_is_a_mark_each_and_none_over_the_edge(app: Flask) -> None:
    plain = sheet("en", findings=1)
    (made,) = typeset_documents([replace(plain, values={**plain.values, "headline": "\U00013080" * 60})])
    text = papers.text_of(made.pdf)
    assert "U+" not in text
    assert text.count("\ufffd") == 60
    assert "Letters that no font here can show: 60." in text
    assert papers.images_of(made.pdf)[0].margins_are_white()


def test_chinese_in_an_english_paper_is_set_without_its_fonts_too(app: Flask) -> None:
    plain = sheet("en", findings=1)
    (made,) = typeset_documents([replace(plain, values={**plain.values, "unknown": "孩子"})])
    text = papers.text_of(made.pdf)
    if installed_fonts([LANGUAGE_FONTS["zh_Hant"]], context.settings().fonts):
        assert "孩子" in text
    else:
        assert "[U+5B69]" in text
        assert made.package == "fonts-noto-cjk"


def test_one_that_cannot_be_set_does_not_stop_the_others(app: Flask) -> None:
    broken = replace(sheet("en"), layout="no-such-layout")
    made = typeset_documents([broken, sheet("en")])
    assert [bool(document.pdf) for document in made] == [False, True]
    assert "No such file" in made[0].fault


def test_the_same_values_give_the_same_bytes(app: Flask) -> None:
    (first,), (second,) = typeset_documents([sheet("hi")]), typeset_documents([sheet("hi")])
    assert first.pdf == second.pdf
    (other,) = typeset_documents([replace(sheet("hi"), values={**sheet("hi").values, "title": "x"})])
    assert other.pdf != first.pdf


@long_test("RUN")
def test_however_much_was_asked_a_sheet_is_one_page(app: Flask) -> None:
    for number in (0, 5, 10, 16):
        for document in typeset_documents([sheet(language, findings=number) for language in ("en", "hi", "ar")]):
            assert papers.facts_of(document.pdf)["Pages"] == "1", number
            assert papers.overlaps(papers.words_of(document.pdf)) == []


@long_test("RUN")
def test_neither_a_web_process_nor_the_work_process_loads_what_sets_paper() -> None:
    """Typst and fontTools are there only while a document is set, in a process that ends."""
    look = (
        "import sys, youthvoice.blueprints, youthvoice.schedule, youthvoice.monitoring.commands, youthvoice.ports;"
        "print([name for name in ('typst', 'fontTools') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=papers.TOP)
    assert said.stdout.strip() == "[]"
