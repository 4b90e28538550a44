"""A questionnaire has room for so many texts: nobody makes one whose pages hold up the others who write."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from tests.support.open_rounds import House
from tests.support.visitor import Visitor
from tests.surveys.questionnaires.test_builder import DRAFTS, _boxes, adds, begins, writes
from youthvoice import context, db
from youthvoice.surveys.models import QuestionnaireDraftRow
from youthvoice.surveys.questionnaires import store, text_size, wording_rules
from youthvoice.surveys.questionnaires.drafts import draft, store as draft_store
from youthvoice.surveys.questionnaires.drafts.draft import DraftBody, DraftCheck
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused
from youthvoice.surveys.questionnaires.forbidden import abuse
from youthvoice.surveys.questionnaires.labels import fault_message
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.web.i18n.languages import LANGUAGES

STARTERS = sorted((Path(__file__).parents[4] / "surveys").glob("*.toml"))
FULL = "This does not fit any more, and is not saved"


def _full(languages: tuple[str, ...] = ("en",), spare: int = 0, letters: int = 0) -> DraftBody:
    """A draft with room for `spare` more answers in its languages."""
    body = DraftBody(
        "full", {"purpose": "regular", "ages": "10-12", "languages": [*languages], "title": {"en": "Full"}}
    )
    places, number = text_size.MAX_TEXTS // len(languages) - 1 - spare, 0
    while places > 0:
        answers = min(places - 1, 190 if number else 10)
        number += 1
        options = [{"key": f"a{at}"} | dict.fromkeys(languages, f"A {number} {at}") for at in range(answers)]
        text = dict.fromkeys(languages, f"Question {number}?")
        body.add({"name": f"question_{number}", "kind": "choose_one", "text": text, "options": options})
        places -= 1 + answers
    if letters:
        body.questions[1]["hint"] = {"en": "x" * (letters - body.measure_texts().letters)}
    return body


def _stored(body: DraftBody) -> str:
    """Kept as the only person's draft who has one; gives its address."""
    with db.writing(db.engine()) as session:
        (row,) = session.query(QuestionnaireDraftRow).all()
        draft_store.change_draft(
            session, draft_store.StoredDraft(row.id, row.person_id, context.today(), body), context.today()
        )
        return f"{DRAFTS}/{row.id}"


def _kept(person_of: str) -> DraftBody:
    with db.reading(db.engine()) as session:
        row = session.get_one(QuestionnaireDraftRow, int(person_of.rpartition("/")[2]))
        found = draft_store.find_draft(session, row.id, row.person_id)
        assert found
        return found.body


def _refused(browser: Visitor, path: str, **boxes: object) -> str:
    """Change boxes of a question; the page says that it is too much."""
    page = browser.send(path, _boxes(browser.open(path).text) | boxes | {"do": "stay"}, 422).text
    assert FULL in page
    return page


@pytest.fixture
def path(browser: Visitor) -> str:
    """A draft of hers, which a test fills."""
    return begins(browser, languages=["en"])


def test_an_answer_that_does_not_fit_is_refused_and_still_stands_in_its_box(browser: Visitor, path: str) -> None:
    body = _full()
    _stored(body)
    asked = f"{path}/questions/1"
    page = _refused(browser, asked, text_en="Which one?", answer_10_en="One too many")
    assert 'value="One too many"' in page
    assert 'value="Which one?"' in page
    assert _kept(path) == body
    writes(browser, asked, text_en="Which one?", answer_0_en="", answer_10_en="Instead")
    assert _kept(path).questions[0]["options"][-1]["en"] == "Instead", "as many as before"


def test_so_is_a_question_a_language_and_a_letter_too_many(browser: Visitor, path: str) -> None:
    _stored(_full())
    page = browser.open(path).text
    assert "There is no room for more questions." in page
    assert "Add it" not in page
    assert "There is no room for more questions." in browser.send(f"{path}/order", {"do": "add", "kind": "words"}).text
    head: dict[str, object] = {
        "title_en": "Very full",
        "languages": ["en", "hi"],
        "ages": "10-12",
        "purpose": "regular",
    }
    page = browser.send(path, head, 422).text
    assert FULL in page
    assert 'value="Very full"' in page
    assert "no words yet in" not in page, "what stands against it is said of the draft as it is stored"
    assert _kept(path) == _full()
    _stored(_full(spare=3))
    browser.open(path)
    assert FULL in browser.send(f"{path}/order", {"do": "add", "kind": "faces"}).text, "with its usual answers"
    body = _full(spare=100, letters=text_size.MAX_LETTERS)
    _stored(body)
    _refused(browser, f"{path}/questions/1", text_en="Question 1??")
    writes(browser, f"{path}/questions/1", text_en="Question?")
    assert _kept(path).questions[0]["text"]["en"] == "Question?"


def test_what_is_larger_already_is_shown_at_once_and_may_grow_smaller(browser: Visitor, path: str) -> None:
    body = _full(tuple(LANGUAGES))
    body.questions += [_numbered(question, at) for at, question in enumerate(_full(tuple(LANGUAGES)).questions, 50)]
    _stored(body)
    page = browser.open(path).text
    assert "all languages counted; at most 4000 texts" in re.sub(r"(?<=\d)[,.](?=\d)", "", page)
    assert len(page) < 100_000, "and nothing else is said of it"
    browser.send(f"{path}/order", {"do": "out-50"})
    assert len(_kept(path).questions) == len(body.questions) - 1


def _numbered(question: dict[str, object], number: int) -> dict[str, object]:
    return question | {"id": number, "name": f"question_{number}"}


def test_a_short_file_that_unfolds_to_many_texts_is_refused_before_they_are_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wording_rules, "forbidden_faults", None)
    options = ", ".join(f'{{ key = "k{at}", en = "A{at}" }}' for at in range(100))
    asked = "".join(
        f'[[question]]\nname = "q{at}"\nkind = "choose_one"\nscale = "many"\ntext = {{ en = "Which?" }}\n'
        for at in range(41)
    )
    head = 'title = { en = "T" }\npurpose = "regular"\nages = "10-12"\nlanguages = ["en"]\n'
    with pytest.raises(QuestionnaireRefused) as refused:
        read_toml(f"{head}[scales]\nmany = [{options}]\n{asked}".encode(), "many")
    fault = next(fault for fault in refused.value.faults if fault.code == "too_many_texts")
    assert fault_message(fault).startswith("It has 4142 texts with")


@pytest.mark.parametrize("file", STARTERS, ids=lambda file: file.stem)
def test_ours_fit_in_every_language_and_are_measured_alike_in_a_draft(file: Path) -> None:
    questionnaire = replace(read_toml(file, file.stem), languages=tuple(LANGUAGES))
    size = text_size.questionnaire_size(questionnaire)
    assert not size.is_too_large()
    assert draft.draft_of(questionnaire).measure_texts() == size


def test_every_text_of_every_kind_is_measured_in_a_file_and_in_a_draft() -> None:
    questionnaire = read_toml(EVERY_TEXT.encode(), "every-text")
    assert text_size.questionnaire_size(questionnaire) == (19, len("".join(f"t{at:02}" for at in range(19))))
    assert draft.draft_of(questionnaire).measure_texts() == text_size.questionnaire_size(questionnaire)


EVERY_TEXT = """
title = { en = "t00" }
purpose = "regular"
ages = "10-12"
languages = ["en"]
[[question]]
name = "game"
kind = "choose_one"
text = { en = "t01" }
hint = { en = "t02" }
audio = { en = "t03" }
options = [
  { key = "a", en = "t04" }, { key = "b", en = "t05" }, { key = "c", en = "t06" }, { key = "d", en = "t07" },
  { key = "e", en = "t08" }, { key = "f", en = "t09" },
]
merge = [{ key = "one", en = "t10", options = ["a", "b", "c"] }, { key = "two", en = "t11", options = ["d", "e", "f"] }]
[[question]]
name = "friends"
kind = "number"
text = { en = "t12" }
bins = [{ key = "few", low = 0, high = 2, en = "t13" }, { key = "many", low = 3, high = 9, en = "t14" }]
[[question]]
name = "food"
kind = "yes_no"
text = { en = "t15" }
says = { en = "t16" }
options = [{ key = "yes", good = true, en = "t17" }, { key = "no", en = "t18" }]
"""
"""Nineteen texts of three letters."""


def test_words_that_stay_from_another_language_or_kind_count_too() -> None:
    body = _full(("en", "hi"), spare=50)
    before = body.measure_texts()
    body.head["languages"] = ["en"]
    body.questions[0]["kind"] = "words"
    assert body.measure_texts().letters == before.letters
    assert body.measure_texts().texts == before.texts - 1, "the title was in one"


def test_what_was_judged_before_is_not_searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = abuse._find_in_every_language.cache_info().maxsize  # noqa: SLF001
    assert found is not None
    assert found >= text_size.MAX_TEXTS, "or the texts of one draft push each other out"
    body = _full(spare=3000)
    draft.check_draft(body)
    searched: list[str] = []
    plain = abuse._plain  # noqa: SLF001

    def search(text: str) -> str:
        searched.append(text)
        return plain(text)

    monkeypatch.setattr(abuse, "_plain", search)
    body.questions[0]["text"]["en"] = "Did anyone hit you here?"
    draft_check = draft.check_draft(body)
    assert searched == ["Did anyone hit you here?"]
    assert [note.code for note in draft_check.notes if note.code == "asks_abuse"] == ["asks_abuse"]


@pytest.fixture
def garden(browser: Visitor) -> str:
    """A draft that can be finished."""
    path = begins(browser, languages=["en"])
    writes(browser, adds(browser, path, "yes_no"), text_en="Is the garden large?", answer_0_good="y")
    browser.open(path)
    return path


def test_a_draft_is_judged_while_others_write(
    house: House, browser: Visitor, garden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged, check_draft = [], draft.check_draft

    def judge_while_somebody_writes(body: DraftBody) -> DraftCheck:
        with db.writing(db.engine()) as session:
            session.execute(sql("UPDATE sites SET slug = slug"))
        judged.append(body.name)
        return check_draft(body)

    monkeypatch.setattr(draft, "check_draft", judge_while_somebody_writes)
    browser.send(f"{garden}/finish")
    assert judged == ["our-garden"], "once"
    with db.reading(db.engine()) as session:
        assert store.latest_version(session, "our-garden")
    path = begins(browser, title="Empty")
    judged.clear()
    browser.send(f"{path}/finish", {}, 422)
    assert judged == ["empty"], "a page that refuses needs no second look"


def test_what_was_changed_while_it_was_judged_is_not_finished(
    browser: Visitor, garden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_draft = draft.check_draft

    def judge_while_she_writes_on_another_tab(body: DraftBody) -> DraftCheck:
        other = _kept(garden)
        if other.questions[0]["text"]["en"] != "Is it small?":
            other.questions[0]["text"]["en"] = "Is it small?"
            _stored(other)
        return check_draft(body)

    with monkeypatch.context() as patched:
        patched.setattr(draft, "check_draft", judge_while_she_writes_on_another_tab)
        page = browser.send(f"{garden}/finish").text
    assert "Something changed while you finished it." in page
    with db.reading(db.engine()) as session:
        assert store.latest_version(session, "our-garden") is None
    assert _kept(garden).questions[0]["text"]["en"] == "Is it small?"


@pytest.mark.parametrize("page", ["order", "questions/1"])
def test_nobody_presses_a_button_so_often(browser: Visitor, garden: str, page: str) -> None:
    form = {"csrf_token": browser.hidden["csrf_token"], "do": "up-99"}
    said = [browser.client.post(f"{garden}/{page}", data=form).status_code for _time in range(91)]
    assert 429 not in said[:88], "three at each two seconds"
    assert said[-1] == 429
