"""T3: two tables with the same bands give the same bytes everywhere. Source: PRIVACY.md, attacks."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from flask import Flask, render_template
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.support import papers
from tests.support.attacks.naive_publishers import NAIVE
from tests.support.long_tests import long_test
from tests.support.publications import counts_of, starter
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.mail.messages import compose
from youthvoice.printing.document import Document, typeset_documents
from youthvoice.privacy.disclosure.bands import band_widths
from youthvoice.publications import adult_answers, paper, render
from youthvoice.publications.encryption import Publication
from youthvoice.publications.guardians.mail import GuardianMail, LetterView, guardian_mail_words
from youthvoice.publications.letter_themes import spoken_theme
from youthvoice.publications.review.trends import render_trends
from youthvoice.publications.snapshot import AUDIENCES, Frozen, SnapshotContext, Wave, freeze_view
from youthvoice.sites.store import Site
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire
from youthvoice.threads.agreed_themes import Theme

SITE = Site(
    1, "example", "Example House", "Example", "Asia/Kolkata", 18, ("en",), ("en",), "", "", "", (), None, "", "", 1
)
DAY = date(2026, 11, 24)
LANGUAGES = ("en", "hi", "ar")
NAMES = ("daily-life-10-12", "rights", "rights-one-sheet", "needs-check")
THEMES = (Theme({"en": "Many of us wish for fruit."}, is_quote=False, day=DAY),)
NUMBERS = (10, 13, 24, 59, 60, 90)

Counts = Mapping[str, Mapping[str, int]]
Twins = tuple[Questionnaire, int, Counts, Counts]


def frozen(questionnaire: Questionnaire, n: int, counts: Counts, audience: Any = "guardians") -> Frozen:
    snapshot_context = SnapshotContext(
        round="lemon-kite",
        wave="single",
        questionnaire=questionnaire,
        sites=("Example House",),
        decider="Lata Example",
        answer_due=DAY,
        made_on=DAY,
    )
    return freeze_view(snapshot_context, Wave(counts=counts, n=n, first_day=DAY, last_day=DAY), None, audience)


def everything(app: Flask, view: Frozen) -> list[str | bytes]:
    """Each form a view can take, as it is really rendered: page, print, board, mail, CSV, JSON."""
    shown: list[str | bytes] = [render.export_csv(view), render.export_json(view)]
    for language in LANGUAGES:
        with app.test_request_context(), force_locale(language):
            said = render.render_view(view, language)
            reply = adult_answers.reply_view_of(view, None, DAY)
            page = {"view": said, "told": reply, "site_facts": None, "sent_on": DAY, "token": "", "others": []}
            page["themes"] = [spoken_theme(one) for one in THEMES]
            shown.append(render_template("publications/guardians/view.html", **page))
            shown.append(repr(said))  # with every alternative text
            before = [view | {"round": "apple-bell", "last_day": "2026-08-24"}]
            review = {"for_review": True, "safety": {"food"}, "trends": render_trends(view, before, language)}
            shown.append(render_template("publications/guardians/view.html", **page, **review))
            shown.append(json.dumps(paper_of(view, language).request()))  # of which its PDF is made
        with app.test_request_context():
            link = "http://127.0.0.1/views/x"
            guardian_mail = GuardianMail(SITE, language, f"{link}/stop", DAY)
            text = guardian_mail_words(guardian_mail, [LetterView(view, link, themes=THEMES)], DAY)
            now = runtime_of(app).clock()
            shown.append(compose(text, "one@example.org", "<x@example.org>", Settings.read({}), now).as_bytes())
    return shown


def paper_of(view: Frozen, language: str) -> Document:
    """Its sheet in the language that gettext speaks now."""
    reply, said = adult_answers.reply_view_of(view, None, DAY), render.render_view(view, language)
    audience = "review" if view["audience"] == "review" else "guardians"
    publication = Publication(
        id=1, slug="x", round_id=1, audience=audience, version=1, frozen=view, state="sent", reason="", made_on=DAY,
        approved_by=1, approved_on=DAY, sent_by=1, sent_on=DAY,
    )  # fmt: skip
    wrote = [spoken_theme(one) for one in THEMES]
    return paper.view_document(publication, said, reply, (), SITE, language, None, wrote)


def pdfs(app: Flask, view: Frozen) -> list[bytes]:
    """Its sheet in every language as PDF."""
    made = []
    for language in LANGUAGES:
        with app.test_request_context(), force_locale(language):
            made.append(paper_of(view, language))
    return [document.pdf for document in typeset_documents(made)]


def move(question: Question, counts: Mapping[str, int], n: int, draw: Callable[[Any], Any]) -> dict[str, int]:
    """Other counts of the same n: some children of one answer give another one."""
    changed = dict(counts)
    if not question.single:
        for key in question.keys:
            changed[key] = draw(st.integers(0, n))
        return changed
    source, target = draw(st.sampled_from(sorted(changed))), draw(st.sampled_from(sorted(changed)))
    moved = draw(st.integers(0, changed[source]))
    changed[source] -= moved
    changed[target] += moved
    return changed


@st.composite
def twins(draw: Callable[[Any], Any]) -> Twins:
    """Two raw tables of one batch whose bands agree, and which are not the same where that can be."""
    questionnaire, n = starter(draw(st.sampled_from(NAMES))), draw(st.sampled_from(NUMBERS))
    first: dict[str, Mapping[str, int]] = {
        question.name: move(question, counts, n, draw)
        for question, counts in zip(questionnaire.coded, counts_of(questionnaire, n).values(), strict=True)
    }
    second = dict(first)
    for question in questionnaire.coded:
        other = second | {question.name: move(question, first[question.name], n, draw)}
        if tables(frozen(questionnaire, n, other, "review")) == tables(frozen(questionnaire, n, first, "review")):
            second = other
    return questionnaire, n, first, second


def tables(view: Frozen) -> list[Any]:
    return [question["tables"] for question in view["questions"]]


@long_test("RUN")
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(twins())
def test_tables_with_the_same_bands_render_to_the_same_bytes(app: Flask, pair: Twins) -> None:
    questionnaire, n, first, second = pair
    for audience in AUDIENCES:
        one, other = (frozen(questionnaire, n, counts, audience) for counts in (first, second))
        assert everything(app, one) == everything(app, other)


def test_every_count_of_a_band_renders_alike(app: Flask) -> None:
    questionnaire, n = starter("daily-life-10-12"), 24
    low, high = n - band_widths(n)[-1] + 1, n
    seen = []
    for good in (low, high):
        counts = counts_of(questionnaire, n) | {"food": _good(good, n)}
        seen.append(everything(app, frozen(questionnaire, n, counts)))
    assert seen[0] == seen[1]
    below = counts_of(questionnaire, n) | {"food": _good(low - 1, n)}
    assert everything(app, frozen(questionnaire, n, below)) != seen[0]


def test_every_count_of_a_band_gives_the_same_pdf(app: Flask) -> None:
    papers.need_font("hi")
    questionnaire, n = starter("daily-life-10-12"), 24
    low = n - band_widths(n)[-1] + 1
    for audience in ("guardians", "review"):
        one, other, below = (
            pdfs(app, frozen(questionnaire, n, counts_of(questionnaire, n) | {"food": _good(good, n)}, audience))
            for good in (low, n, low - 1)
        )
        assert all(pdf.startswith(b"%PDF") for pdf in one)
        assert one == other
        assert all(first != second for first, second in zip(one, below, strict=True))


def _good(good: int, n: int) -> dict[str, int]:
    return {"very_bad": 0, "bad": n - good, "good": good, "very_good": 0, "dont_know": 0, "did_not_say": 0}


PAIRS = 25  # few is 0 to 8, about half 9 to 16, most 17 to 25; from about half to most the verdict is said
Cells = tuple[int, int, int, int]


def linked(questionnaire: Questionnaire, cells: Cells, audience: Any = "guardians") -> Frozen:
    """A view of two waves of the same children, with this table of pairs for every knowledge item."""
    both, worse, better, never = cells
    before: dict[str, Mapping[str, int]] = dict(counts_of(questionnaire, PAIRS))
    after, moved = dict(before), {}
    for question in (question for question in questionnaire.coded if question.publish == "right" and question.right):
        right = str(question.right)
        wrong = next(key for key in question.keys if key != right)
        none = dict.fromkeys(before[question.name], 0)
        before[question.name] = none | {right: both + worse, wrong: better + never}
        after[question.name] = none | {right: both + better, wrong: worse + never}
        moved[question.name] = {right: {right: both, wrong: worse}, wrong: {right: better, wrong: never}}
    snapshot_context = SnapshotContext(
        round="lemon-kite",
        wave="post",
        questionnaire=questionnaire,
        sites=("Example House",),
        decider="Lata Example",
        answer_due=DAY,
        made_on=DAY,
        linked=True,
    )
    first, then = (
        Wave(counts=counts, n=PAIRS, first_day=DAY, last_day=DAY, transitions=moved) for counts in (before, after)
    )
    return freeze_view(snapshot_context, then, first, audience)


ALIKE: tuple[tuple[Cells, Cells], ...] = (
    ((9, 0, 8, 8), (16, 0, 9, 0)),  # about half, then most: more
    ((12, 1, 5, 7), (16, 0, 4, 5)),  # the same bands: no clear change
    ((9, 0, 0, 16), (9, 7, 7, 2)),  # about half twice: nothing is said of these
)
OTHER = ((9, 0, 8, 8), (12, 1, 5, 7))


@pytest.mark.parametrize("pair", ALIKE)
def test_pairs_with_the_same_bands_and_the_same_verdict_render_to_the_same_bytes(
    app: Flask, pair: tuple[Cells, Cells]
) -> None:
    for audience in AUDIENCES:
        one, other = (everything(app, linked(starter("rights"), cells, audience)) for cells in pair)
        assert one == other


def test_pairs_with_another_verdict_are_told_of_in_other_words_everywhere(app: Flask) -> None:
    one, other = (everything(app, linked(starter("rights"), cells)) for cells in OTHER)
    assert all(first != second for first, second in zip(one, other, strict=True))
    both = [[line["change"] for each in linked(starter("rights"), cells)["questions"] for line in each["lines"]]
            for cells in OTHER]  # fmt: skip
    assert set(both[0]) >= {"more"}
    assert set(both[1]) >= {"no_clear_change"}


def test_pairs_with_the_same_bands_and_the_same_verdict_give_the_same_pdf(app: Flask) -> None:
    papers.need_font("hi")
    (one, other), (_first, unlike) = (
        [pdfs(app, linked(starter("rights"), cells)) for cells in pair] for pair in (ALIKE[0], OTHER)
    )
    assert one == other
    assert all(first != second for first, second in zip(one, unlike, strict=True))


def test_whoever_publishes_the_test_itself_tells_such_pairs_apart() -> None:
    """Naive: a p-value beside the bands."""
    (_both, worse, better, _never), (_b, less, more, _n) = ALIKE[0]
    from youthvoice.surveys.analysis.inference import compare_paired_shares  # noqa: PLC0415 - SciPy is large

    assert compare_paired_shares(better, worse, 9, 8).p_mid != compare_paired_shares(more, less, 16, 0).p_mid


@pytest.mark.parametrize("publish", NAIVE)
def test_naive_publishers_tell_twins_apart(publish: Callable[[Sequence[int]], object]) -> None:
    n = 24
    low = n - band_widths(n)[-1] + 1
    assert publish([low, n - low]) != publish([n, 0])
