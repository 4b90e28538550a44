"""The sheets of views: one page for families, everything for a review, and the words of their pages."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from flask import Flask, render_template
from flask_babel import force_locale

from tests.publications.review.test_trends import view
from tests.support import papers
from tests.support.long_tests import breadth
from tests.support.publications import counts_of, evenly, kindly, starter
from youthvoice.printing.document import Document, typeset_documents
from youthvoice.publications import adult_answers, render
from youthvoice.publications.encryption import Publication
from youthvoice.publications.guardians.mail import GuardianMail, LetterView, guardian_mail_words
from youthvoice.publications.paper import ReviewAdditions, view_document
from youthvoice.publications.review.trends import render_trends
from youthvoice.publications.snapshot import Frozen, SnapshotContext, Wave, freeze_view
from youthvoice.sites.store import Site
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers, tally_answers
from youthvoice.surveys.rounds.split import split_responses

DAY = date(2026, 11, 24)
SITE = Site(
    1, "example", "Example House", "Example", "Asia/Kolkata", 18, ("en",), ("en",), "Child line", "1098", "", (), None,
    "", "", 1,
)  # fmt: skip


def publication(frozen: Frozen) -> Publication:
    return Publication(
        id=1, slug="x", round_id=1, audience=frozen["audience"], version=1, frozen=frozen, state="sent", reason="",
        made_on=DAY, approved_by=1, approved_on=DAY, sent_by=1, sent_on=DAY,
    )  # fmt: skip


def document(app: Flask, frozen: Frozen, language: str, additions: ReviewAdditions | None = None) -> Document:
    with app.test_request_context(), force_locale(language):
        reply = adult_answers.reply_view_of(frozen, None, DAY)
        shown = render.render_view(frozen, language, reply.to)
        return view_document(publication(frozen), shown, reply, (), SITE, language, additions)


def frozen(name: str, n: int, audience: str = "guardians", spread: Callable[..., dict[str, int]] = evenly) -> Frozen:
    questionnaire = starter(name)
    snapshot_context = SnapshotContext(
        round="lemon-kite", wave="single", questionnaire=questionnaire, sites=("Example House",),
        decider="Lata Example", answer_due=DAY, made_on=DAY,
    )  # fmt: skip
    wave = Wave(counts=counts_of(questionnaire, n, spread), n=n, first_day=DAY, last_day=DAY)
    return freeze_view(snapshot_context, wave, None, audience)  # type: ignore[arg-type] # a code


def reviewed(app: Flask, language: str) -> Document:
    """The newest of four rounds, with a question that only the review is shown."""
    rounds = [view(place, good=good) for place, good in enumerate((2, 8, 15, 22))]
    with app.test_request_context(), force_locale(language):
        additions = ReviewAdditions(frozenset({"sleep"}), render_trends(rounds[-1], rounds[:-1], language))
    return document(app, rounds[-1], language, additions)


@pytest.mark.parametrize(
    "name", breadth(["daily-life-13-17"], ["daily-life-7-9", "daily-life-10-12", "needs-check", "rights"])
)
@pytest.mark.parametrize("n", [12, 70])
def test_families_get_one_page_in_every_language(app: Flask, name: str, n: int) -> None:
    papers.need_font("hi")
    made = typeset_documents([document(app, frozen(name, n), language) for language in ("en", "hi", "ar")])
    for one in made:
        assert papers.facts_of(one.pdf)["Pages"] == "1"
        assert papers.overlaps(papers.words_of(one.pdf)) == []
        assert papers.images_of(one.pdf)[0].margins_are_white()


def test_a_view_in_parts_is_one_page_in_every_language_and_says_its_rule(app: Flask) -> None:
    """A7: two bars a question, words without numbers."""
    papers.need_font("hi")
    questionnaire = starter("needs-check")
    given = {
        question.name: question.keys[0]
        for question in questionnaire.coded
        if question.single and question.name != "age"
    }
    sheets = [encode_answers(questionnaire, {**given, "age": str(8 + at % 2 * 4)}) for at in range(30)]
    snapshot_context = SnapshotContext(
        round="lemon-kite", wave="single", questionnaire=questionnaire, sites=("Example House",),
        decider="Lata Example", answer_due=DAY, made_on=DAY, split="age",
    )  # fmt: skip
    wave = Wave(
        counts=tally_answers(questionnaire, sheets),
        n=30,
        first_day=DAY,
        last_day=DAY,
        split=split_responses(questionnaire, "age", sheets),
    )
    view_in_parts = freeze_view(snapshot_context, wave, None, "guardians")
    made = typeset_documents([document(app, view_in_parts, language) for language in ("en", "hi", "ar")])
    for one in made:
        assert papers.facts_of(one.pdf)["Pages"] == "1"
        assert papers.overlaps(papers.words_of(one.pdf)) == []
        assert papers.images_of(one.pdf)[0].margins_are_white()
    said = papers.text_of(made[0].pdf)
    assert "By age (Up to 10 · 11 and more, or did not say)" in said
    assert said.count("two thirds at least") > 8
    assert "of 30" not in said.replace("0 to 11 of 30", "").replace("19 to 30 of 30", ""), "no range of a part"


def test_every_sentence_of_the_page_stands_on_the_sheet(app: Flask) -> None:
    """What is folded on the page or drawn once on paper aside: sentences, answers and help are the same words."""
    papers.need_font("hi")
    of = frozen("daily-life-10-12", 24)
    (made,) = typeset_documents([document(app, of, "en")])
    said = papers.text_of(made.pdf)
    with app.test_request_context(), force_locale("en"):
        reply = adult_answers.reply_view_of(of, None, DAY)
        shown = render.render_view(of, "en", reply.to)
        page = render_template("publications/frozen_view.html", view=shown, told=reply, level=1)
    heads = re.findall(r"<h2>(.*?)</h2>|<p class=\"(?:first|known|meta|statement)\">(.*?)</p>", page)
    words = [re.sub(r"<[^>]+>", "", unescape(one or other)) for one, other in heads]
    assert len(words) > 8
    missing = [one for one in words if " ".join(one.split()) not in said]
    assert missing == []


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_each_finding_is_headed_by_its_picture_and_its_question(app: Flask, language: str) -> None:
    """Whoever goes from heading to heading finds what each is about: no two begin alike."""
    of = frozen("daily-life-10-12", 24)
    with app.test_request_context(), force_locale(language):
        reply = adult_answers.reply_view_of(of, None, DAY)
        shown = render.render_view(of, language, reply.to)
        page = render_template("publications/frozen_view.html", view=shown, told=reply, level=1)
    findings = [one.partition("</section>")[0] for one in page.split('<section class="finding')[1:]]
    heads = [re.findall(r"<h2[^>]*>(.*?)</h2>", one, re.DOTALL) for one in findings]
    assert [re.sub(r"<[^>]+>", "", unescape(head)) for (head,) in heads] == [
        finding.question_text for finding in shown.findings
    ]
    assert all("<svg" in head for (head,) in heads)
    assert page.count('class="statement"') > 4


@pytest.mark.parametrize("n", [24, 70])
def test_what_nobody_knows_is_said_once_on_page_sheet_and_letter(app: Flask, n: int) -> None:
    of = frozen("rights-one-sheet", n)
    (made,) = typeset_documents([document(app, of, "en")])
    with app.test_request_context(), force_locale("en"):
        reply = adult_answers.reply_view_of(of, None, DAY)
        shown = render.render_view(of, "en", reply.to)
        page = render_template("publications/frozen_view.html", view=shown, told=reply)
        text = guardian_mail_words(GuardianMail(SITE, "en", None, DAY), [LetterView(of, "")], DAY)
    assert sum(finding.is_hidden for finding in shown.findings) > 1
    assert not any(finding.changed for finding in shown.findings)
    for where in (page, papers.text_of(made.pdf), text.text, text.html):
        assert where.count("We do not know how the children feel who did not answer.") == 1
        assert where.count("These ranges are too wide to show a change.") == 1
        assert where.count("It may have changed:") == 1
        assert "No clear change" not in where
        assert "may be chance" not in where


def test_what_a_sentence_says_is_not_said_once_more_beside_its_bar(app: Flask) -> None:
    of = frozen("daily-life-10-12", 24, spread=kindly)
    paper = document(app, of, "en").values
    with app.test_request_context(), force_locale("en"):
        shown = render.render_view(of, "en")
        page = render_template(
            "publications/frozen_view.html", view=shown, told=adult_answers.reply_view_of(of, None, DAY)
        )
    sentence = "Most of the 24 answers say playing is good: 15 to 24"
    (bars,) = [one["bars"] for one in paper["findings"] if one["sentence"] == sentence]
    assert [(one["label"], one["words"], one["numbers"]) for one in bars] == [("Good / Very good", "", "")]
    below = page.partition(sentence)[2].partition("</section>")[0]
    assert "Good / Very good" in below
    assert "most" not in below
    assert "15 to 24" not in below


def test_a_review_has_every_row_the_rounds_before_and_says_what_is_about_safety(app: Flask) -> None:
    papers.need_font("ar")
    (english, arabic) = typeset_documents([reviewed(app, language) for language in ("en", "ar")])
    said = papers.text_of(english.pdf)
    assert "Round after round" in said
    assert "A question about safety: only this page shows it." in said
    for day in ("5 February 2024", "7 May 2024", "7 August 2024", "7 November 2024"):
        assert day in said
    assert "More than on" in said
    for one in (english, arabic):
        assert papers.overlaps(papers.words_of(one.pdf)) == []
        assert all(image.margins_are_white() for image in papers.images_of(one.pdf))


def test_an_adults_word_in_another_language_is_plain_on_paper(app: Flask) -> None:
    of = frozen("daily-life-10-12", 24)
    words = adult_answers.words_with_language({"en": "A <new> light"}, "en")
    reply = adult_answers.ReplyView((("yes", "Yes:", words, "Lata"),), (), "", "Lata")
    with app.test_request_context(), force_locale("hi"):
        shown = render.render_view(of, "hi", reply.to)
        made = view_document(publication(of), shown, reply, (), SITE, "hi")
    assert made.values["did"]["lines"][0]["words"].startswith("A <new> light")


@pytest.mark.parametrize(("name", "is_said"), [("daily-life-4-6", True), ("daily-life-7-9", False)])
def test_a_view_of_small_children_says_that_an_adult_sat_with_each(app: Flask, name: str, is_said: bool) -> None:
    """Who is watched says what pleases; whoever reads the result has to know."""
    view, sentence = frozen(name, 24), "an adult sat with each, and saw the answers"
    with app.test_request_context():
        shown = render.render_view(view, "en", {})
    assert any(sentence in words for words in shown.unknown) is is_said
