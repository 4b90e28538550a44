"""Find every text around a questionnaire that children can hear, and a sample sentence for each language.

A text with a name or a date belongs to one round. To find such texts the pages are rendered again with another adult
and other days, and compared. They cannot be recorded before a round exists. Texts that belong to one site - who helps
there, whom to call - are found in the same way; they become stale for that site only.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

from flask_babel import force_locale
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts.store import list_key_holders
from youthvoice.clips.text_collector import SpokenText, collecting_texts
from youthvoice.committees.pages import render_agenda
from youthvoice.committees.suggestions.page import (
    SuggestionPageKey,
    list_suggestible_committees,
    render_suggestion_page,
    render_thanks,
)
from youthvoice.context import AppCache
from youthvoice.grievances.intake import page as intake_page
from youthvoice.grievances.intake.page import IntakePageKey
from youthvoice.grievances.intake.rules import Helper
from youthvoice.grievances.intake.submission import ReportReceipt
from youthvoice.kiosk import pages
from youthvoice.kiosk.offline.code_screens import waiting_code_screens
from youthvoice.kiosk.reply.pages import render_code_page
from youthvoice.kiosk.reply.sample_pages import review_samples, thread_samples
from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH, PictureCode
from youthvoice.publications.children_board import load_board, render_board
from youthvoice.reviews.statements.page import render_sample_page, render_slip_page
from youthvoice.reviews.statements.store import holds_reviews
from youthvoice.sites.store import Site
from youthvoice.surveys.choices.page import render_choice_board
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.store import list_newest_versions, load_questionnaire
from youthvoice.surveys.responses.page import SurveyPageKey, render_goodbye, render_survey_page
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.child_codes.code_page import CodeScreens, render_code_screens
from youthvoice.threads.readership import is_channel_open, readers_at
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED

_NO_SUBMISSION = "0" * 32

_Page = tuple[str, Callable[[], str]]

_OTHER_DAYS = timedelta(days=43)  # leads to another day of the month and another month


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that can be heard in one language.

    Attributes:
        all: in the order in which a child sees them.
        of_round: names of those that belong to one round.
        waiting: how many more there will be once a round exists; 0 when one exists.
    """

    all: tuple[SpokenText, ...]
    of_round: frozenset[str]
    waiting: int


_texts: Final = AppCache[tuple[object, ...], Texts](60)


def find_texts(
    round_: Round, questionnaire: Questionnaire, sites: Sequence[Site], language: str, *, has_round: bool
) -> Texts:
    """Find every text around a questionnaire in one of its languages; computed once per process.

    Args:
        round_: a round of it, or a sample round.
        questionnaire: of the round.
        sites: whose names and helplines are read aloud; at least one.
        language: one of the questionnaire's.
        has_round: whether the round exists.
    """
    of_page = language if language in TRANSLATED else TRANSLATED[0]
    survey_page_keys = [
        SurveyPageKey(round_, site, _reader_names(site), language, of_page, tells=is_channel_open(site))
        for site in sites
    ]
    people = {site.slug: tuple(_adults(site)) for site in sites if holds_reviews(db.session(), site.id)}
    key = (*(page_key.key for page_key in survey_page_keys), round_.counts, has_round, *sorted(people.items()))
    texts = _texts.get(
        key,
        lambda: _compare_pages(survey_page_keys, questionnaire, language, of_page, has_round=has_round, reviews=people),
    )
    with force_locale(of_page):
        return _add_boards(texts, sites, language)


def _add_boards(texts: Texts, sites: Iterable[Site], language: str) -> Texts:
    """Add what each site's board of results shows today; it is not cached, since any reply changes it.

    Next week's text there is another text, not a changed one, so each has a place of its own.
    """
    board_texts, names = dict[str, SpokenText](), {spoken_text.name for spoken_text in texts.all}
    for site in sites:
        page = load_board(db.session(), site.id, language, context.today(site.time_zone))
        with collecting_texts(BOARD) as text_collector:
            render_board(site, page, 1, _NO_SUBMISSION)
        board_texts |= {
            name: replace(spoken_text, place=f"{BOARD}: {name}/0")
            for name, spoken_text in text_collector.texts.items()
            if name not in names and spoken_text.language == language
        }
    return replace(texts, all=(*texts.all, *board_texts.values()))


BOARD: Final = "did"
"""The name of the page about results in the places of texts."""


def _adults(site: Site) -> list[tuple[str, str]]:
    """Name and picture of each adult whom a child may name for a review."""
    return [(reader.name, reader.picture) for reader in list_key_holders(db.session(), site.id)]


def _compare_pages(  # noqa: PLR0913 - all that the texts depend on
    survey_page_keys: Sequence[SurveyPageKey],
    questionnaire: Questionnaire,
    language: str,
    of_page: str,
    *,
    has_round: bool,
    reviews: Collection[str],
) -> Texts:
    with force_locale(of_page):
        spoken_texts = _collect_texts(survey_page_keys, questionnaire, language, reviews)
        other_round = _collect_texts(
            [_in_another_round(page_key) for page_key in survey_page_keys], questionnaire, language, reviews
        )
        at_no_site = _collect_texts(
            [_at_no_site(_in_another_round(page_key)) for page_key in survey_page_keys],
            questionnaire,
            language,
            reviews,
        )
    of_round = frozenset(spoken_texts) - frozenset(other_round)
    all_texts = (
        spoken_text if name not in at_no_site else _of_every_site(spoken_text)
        for name, spoken_text in spoken_texts.items()
    )
    if has_round:
        return Texts(tuple(all_texts), of_round, 0)
    return Texts(
        tuple(spoken_text for spoken_text in all_texts if spoken_text.name not in of_round), frozenset(), len(of_round)
    )


def count_heard(texts: Texts, takes: Collection[str]) -> int:
    """Count the texts that have a clip."""
    return sum(spoken_text.name in takes for spoken_text in texts.all)


def _reader_names(site: Site) -> tuple[str, ...]:
    return tuple(reader.name for reader in readers_at(site.id))


def _in_another_round(page_key: SurveyPageKey) -> SurveyPageKey:
    round_ = page_key.round
    due, ends = round_.answer_due + _OTHER_DAYS, round_.ends_at + _OTHER_DAYS
    return replace(page_key, round=replace(round_, decider_name="-", answer_due=due, ends_at=ends))


def _at_no_site(page_key: SurveyPageKey) -> SurveyPageKey:
    """The page at a site without help of its own, in which nobody works."""
    site = replace(
        page_key.site, id=0, daily_hour=(page_key.site.daily_hour + 5) % 24, danger_adult="-", danger_number="-",
        helpline_name="-", helpline_number="-", helpline_hours="-", helpline_languages=(),
    )  # fmt: skip
    return replace(page_key, site=site, reads=("-",) * len(page_key.reads))


def _of_every_site(spoken_text: SpokenText) -> SpokenText:
    """The text with a place without the site: a text of all sites becomes stale for all when it changes."""
    return replace(spoken_text, place=spoken_text.place.partition(" ")[2])


def _collect_texts(
    survey_page_keys: Iterable[SurveyPageKey], questionnaire: Questionnaire, language: str, reviews: Collection[str]
) -> dict[str, SpokenText]:
    """Collect each text once, where it appears first; those of a review where the site holds reviews."""
    spoken_texts: dict[str, SpokenText] = {}
    for page_key in survey_page_keys:
        of_review = _of_review(page_key) if page_key.site.slug in reviews else ()
        for name, make in (*_pages(page_key, questionnaire), *of_review):
            with collecting_texts(f"{page_key.site.slug} {name}") as text_collector:
                make()
            spoken_texts |= {
                key: spoken_text for key, spoken_text in text_collector.texts.items() if key not in spoken_texts
            }
    return {key: spoken_text for key, spoken_text in spoken_texts.items() if spoken_text.language == language}


def _pages(page_key: SurveyPageKey, questionnaire: Questionnaire) -> Iterator[_Page]:
    """The pages that a child goes through, in order: first screens, the questions, help and rights, reports."""
    site, language, open_rounds = page_key.site, page_key.language, [page_key.round]
    today = pages.SiteToday(open_rounds, chooses=True, reviews=True)
    yield "language", lambda: pages.render_language_choice(site.languages)
    yield "front", lambda: pages.render_front(site, today, language)
    yield "open", lambda: _open_rounds(page_key)
    yield "mine", lambda: pages.render_mine(reviews=True)
    yield "see", pages.render_see
    yield "choose", lambda: render_choice_board((), {}, site, language, page_key.page)
    yield questionnaire.name, lambda: render_survey_page(page_key, questionnaire, _NO_SUBMISSION)
    for name in ("saved", "cannot", "over"):  # without a network
        yield name, partial(pages.render_kiosk_page, f"kiosk/offline/{name}.html")
    yield "thanks", lambda: render_goodbye("surveys/responses/thanks.html", page_key.round, site)
    yield "help", lambda: pages.render_help_card(site, tells=page_key.tells)
    yield "rights", lambda: pages.render_kiosk_page("kiosk/rights.html")
    if site.id:
        yield "agenda", lambda: render_agenda(db.session(), site, language, _NO_SUBMISSION)
        yield from (("suggest", make) for make in _suggesting(page_key))
    if page_key.tells:  # with the picture code that follows
        receipt = ReportReceipt(PictureCode((0,) * CODE_LENGTH), ["-"], page_key.round.answer_due)
        yield "tell", lambda: intake_page.render_intake_page(_intake_key(page_key), _NO_SUBMISSION)
        yield "code", lambda: render_code_screens(intake_page.code_screens_of(receipt, site))
        yield "waits", lambda: render_code_screens(_sample_code(page_key.site))
        yield "reply", lambda: render_code_page("", {}, asks_place=False)
        yield from (("answer", make) for make in thread_samples(site))


def _suggesting(page_key: SurveyPageKey) -> Iterator[Callable[[], str]]:
    site, today = page_key.site, context.today(page_key.site.time_zone)
    if committees := list_suggestible_committees(db.session(), site):
        key = SuggestionPageKey(site, committees, today, page_key.page, page_key.tells, ())
        yield lambda: render_suggestion_page(key, _NO_SUBMISSION)
        yield lambda: render_thanks(committees[0], today)


def _sample_code(site: Site) -> CodeScreens:
    return replace(waiting_code_screens(site), code=PictureCode((0,) * CODE_LENGTH))


def _of_review(page_key: SurveyPageKey) -> Iterator[_Page]:
    """The pages of a review: the slip, the statement, and the answers behind the picture code."""
    yield "slip", lambda: render_slip_page({}, tells=page_key.tells)
    yield "plan", lambda: render_sample_page(page_key.site, page_key.page)
    yield from (("decided", make) for make in review_samples(page_key.site))


def _open_rounds(page_key: SurveyPageKey) -> str:
    tiles = pages.round_tiles([page_key.round], page_key.language, page_key.site.time_zone)
    return pages.render_kiosk_page("kiosk/open.html", doors=tiles, won=[pages.choice_tile()])


def _intake_key(page_key: SurveyPageKey) -> IntakePageKey:
    page_key_of_intake = intake_page.intake_page_key(page_key.site, page_key.page)
    return (
        page_key_of_intake
        if page_key.site.id
        else replace(page_key_of_intake, readers=intake_page.NO_READERS, helpers=(Helper(0, "-"),))
    )


def sample_sentences(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """One sample sentence for each language of a site; the language's own name where no questionnaire has it."""
    texts = [
        question.text
        for questionnaire_row in list_newest_versions(session)
        for question in load_questionnaire(session, questionnaire_row.id).questions
    ]
    return {
        code: max((text[code] for text in texts if code in text), key=len, default=LANGUAGES[code].name)
        for code in codes
        if code in LANGUAGES
    }
