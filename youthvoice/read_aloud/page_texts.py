"""Find every text around a questionnaire that children can hear, and a sample sentence for each language.

The list comes from the pages themselves: each page that a child can reach is rendered, and its templates report every
text that has a speaker. A text does not say whether an adult whom it names belongs to this round or to this site. So
the pages are rendered three times. A text is its language and words; with another name or day in it, it is missing:

1. As children see them. These texts are the list.
2. In another round, with another decider and other days. A text that is missing here contains a name or a day of the
   round. It belongs to the round, and it cannot be recorded before the round exists.
3. In that other round at a site without people, hours and numbers of its own. A text that is still here is shared by
   all sites: a change makes its recording outdated everywhere. A text that is missing contains something of one site
   (or of the round). The site is part of its place, so that a change makes it outdated for that site only.

The boards of results and of small choices are rendered once, at each call, since each reply of an adult changes them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from flask_babel import force_locale, get_locale
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accounts.store import list_key_holders
from youthvoice.clips.text_collector import SpokenText, collect_text, collecting_texts
from youthvoice.committees.agenda_page import render_agenda
from youthvoice.committees.representative_pages import render_sign_in_sample
from youthvoice.committees.suggestions.page import (
    SuggestionPageKey,
    list_suggestible_committees,
    render_suggestion_page,
    render_thanks,
)
from youthvoice.context import AppCache
from youthvoice.good_news import page as good_news_page
from youthvoice.grievances.intake import page as intake_page
from youthvoice.grievances.intake.page import IntakePageKey
from youthvoice.grievances.intake.rules import Helper
from youthvoice.grievances.intake.submission import ReportReceipt
from youthvoice.kiosk import pages
from youthvoice.kiosk.offline.code_screens import waiting_code_screens
from youthvoice.kiosk.reply.pages import render_code_page
from youthvoice.kiosk.reply.sample_pages import review_samples, thread_samples
from youthvoice.knocks.page import KnockPageKey, knock_people, render_knock_page, render_thanks as render_knock_thanks
from youthvoice.phone_line.recorded_sentences import note_sentences
from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH, PictureCode
from youthvoice.publications.board.children_board import load_board, render_board
from youthvoice.reviews.statements.page import render_kept_pictures, render_sample_page, render_slip_page
from youthvoice.reviews.statements.store import holds_reviews
from youthvoice.sites.labels import has_line
from youthvoice.sites.page import render_stopped
from youthvoice.sites.store import Site
from youthvoice.surveys.choices.page import load_choice_board, names_on_board, render_choice_board
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.store import list_newest_versions, load_questionnaire
from youthvoice.surveys.responses.page import ShownAdult, SurveyPageKey, render_goodbye, render_survey_page
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.child_codes.code_page import CodeScreens, render_code_screens
from youthvoice.threads.readership import is_channel_open, readers_at
from youthvoice.web.errors import STATUSES_WITH_TEXT, text_for_child
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED

_NO_SUBMISSION = "0" * 32

_BOARD_PAGE: Final = "did"
"""The name of the page about results in the places of texts."""

_Page = tuple[str, Callable[[], str]]
"""The name of a page, and what renders it."""

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
    """Find every text around a questionnaire in one of its languages; only boards are rendered at each call.

    Args:
        round_: a round of it; a sample where `has_round` is false.
        questionnaire: of the round.
        sites: whose names and helplines are read aloud; at least one.
        language: one of the questionnaire's.
        has_round: whether the round exists.
    """
    page_language = language if language in TRANSLATED else TRANSLATED[0]
    page_keys = [
        SurveyPageKey(
            round_, _with_its_line(site), _readers(site), language, page_language, tells=is_channel_open(site)
        )
        for site in sites
    ]
    adults_by_slug = {site.slug: tuple(_list_adults(site)) for site in sites if holds_reviews(db.session(), site.id)}
    cache_key = (*(page_key.key for page_key in page_keys), round_.counts, has_round, *sorted(adults_by_slug.items()))
    with force_locale(page_language):
        texts = _texts.get(
            cache_key, lambda: _compare_renderings(page_keys, questionnaire, adults_by_slug, has_round=has_round)
        )
        return _add_boards(texts, sites, language)


def _readers(site: Site) -> tuple[ShownAdult, ...]:
    return tuple(ShownAdult(reader.name) for reader in readers_at(site.id))


def _with_its_line(site: Site) -> Site:
    """The site as if its telephone line was tried: before it can be, all its texts are recorded."""
    return replace(site, phone_heard=site.phone_heard or date.min)


def _list_adults(site: Site) -> list[tuple[str, str]]:
    """Name and picture of each adult whom a child may name for a review."""
    return [(reader.name, reader.picture) for reader in list_key_holders(db.session(), site.id)]


def _compare_renderings(
    page_keys: Sequence[SurveyPageKey], questionnaire: Questionnaire, review_sites: Collection[str], *, has_round: bool
) -> Texts:
    """Render the pages three times; tell by the texts that are missing which belong to the round, and which to a site.

    Args:
        page_keys: the page of the round at each site, as children see it.
        questionnaire: of the round.
        review_sites: slugs of the sites that hold reviews.
        has_round: whether the round exists.
    """
    other_round = [_in_another_round(page_key) for page_key in page_keys]
    no_site = [_at_no_site(page_key) for page_key in other_round]
    texts, texts_in_other_round, texts_at_no_site = (
        _collect_texts(keys, questionnaire, review_sites) for keys in (page_keys, other_round, no_site)
    )
    of_round = frozenset(texts) - frozenset(texts_in_other_round)
    placed_texts = [
        _share(spoken_text) if name in texts_at_no_site else spoken_text for name, spoken_text in texts.items()
    ]
    if has_round:
        return Texts(tuple(placed_texts), of_round, 0)
    lasting = tuple(spoken_text for spoken_text in placed_texts if spoken_text.name not in of_round)
    return Texts(lasting, frozenset(), len(of_round))


def _in_another_round(page_key: SurveyPageKey) -> SurveyPageKey:
    """The page in a round with another decider and other days."""
    round_ = page_key.round
    due, ends = round_.answer_due + _OTHER_DAYS, round_.ends_at + _OTHER_DAYS
    return replace(page_key, round=replace(round_, decider_name="-", answer_due=due, ends_at=ends))


def _at_no_site(page_key: SurveyPageKey) -> SurveyPageKey:
    """The page at a site without help of its own, in which nobody works."""
    site = replace(
        page_key.site, id=0, daily_hour=(page_key.site.daily_hour + 5) % 24, danger_adult="-", danger_number="-",
        helpline_name="-", helpline_number="-", helpline_hours="-", helpline_languages=(), closes_on=None,
        closing_asked=None,
    )  # fmt: skip
    return replace(page_key, site=site, reads=(ShownAdult("-"),) * len(page_key.reads))


def _share(spoken_text: SpokenText) -> SpokenText:
    """The text at a place that all sites share."""
    return replace(spoken_text, place=replace(spoken_text.place, is_shared=True))


def _collect_texts(
    page_keys: Iterable[SurveyPageKey], questionnaire: Questionnaire, review_sites: Collection[str]
) -> dict[str, SpokenText]:
    """Render each page once; collect each text in the child's language by its name, see `collect_text`."""
    texts: dict[str, SpokenText] = {}
    for page_key in page_keys:
        review_pages = _review_pages(page_key) if page_key.site.slug in review_sites else ()
        for page, render in (*_pages(page_key, questionnaire), *review_pages):
            with collecting_texts(page, page_key.site.slug) as text_collector:
                render()
            for spoken_text in text_collector.texts.values():
                if spoken_text.language == page_key.language:
                    collect_text(texts, spoken_text)
    return texts


def _add_boards(texts: Texts, sites: Iterable[Site], language: str) -> Texts:
    """Add what each site's boards show today, of results and of small choices; any reply changes them: no cache.

    Each text has a place of its own, named after the text: next week's is a new text, and makes no recording outdated.
    """
    board_texts, names = dict[str, SpokenText](), {spoken_text.name for spoken_text in texts.all}
    for site in sites:
        page = load_board(db.session(), site.id, language, context.today(site.time_zone))
        choice_statuses = load_choice_board(db.session(), site)
        names_of_people = names_on_board(db.session(), choice_statuses)
        with collecting_texts(_BOARD_PAGE) as text_collector:
            render_board(site, page, 1, _NO_SUBMISSION)
            render_choice_board(choice_statuses, names_of_people, site, language, str(get_locale()))
        board_texts |= {
            name: replace(spoken_text, place=replace(spoken_text.place, screen=name, item="0"))
            for name, spoken_text in text_collector.texts.items()
            if name not in names and spoken_text.language == language
        }
    return replace(texts, all=(*texts.all, *board_texts.values()))


def _pages(page_key: SurveyPageKey, questionnaire: Questionnaire) -> Iterator[_Page]:
    """The pages that a child goes through, in order: first screens, the questions, help and rights, reports."""
    site, language, open_rounds = page_key.site, page_key.language, [page_key.round]
    today = pages.SiteToday(open_rounds, chooses=True, reviews=True)
    yield "language", lambda: pages.render_language_choice(site.languages)
    goes_on = replace(site, closes_on=None)  # of an end its own page says more, and moves no text of the first one
    yield "front", lambda: pages.render_front(goes_on, today, language)
    yield "open", lambda: _render_open_rounds(page_key)
    yield "mine", lambda: pages.render_mine(reviews=True)
    yield "see", pages.render_see
    yield "choose", lambda: render_choice_board((), {}, site, language, page_key.page)
    yield questionnaire.name, lambda: render_survey_page(page_key, questionnaire, _NO_SUBMISSION)
    if questionnaire.letter_boxes:
        slow_key = replace(page_key, reads_daily=False)
        yield questionnaire.name, lambda: render_survey_page(slow_key, questionnaire, _NO_SUBMISSION)
    for name in ("saved", "cannot", "over"):  # without a network
        yield name, partial(pages.render_kiosk_page, f"kiosk/offline/{name}.html")
    yield "thanks", lambda: render_goodbye("surveys/responses/thanks.html", page_key.round, site)
    yield "help", lambda: pages.render_help_card(site, tells=page_key.tells, talks=True)
    yield "rights", lambda: pages.render_kiosk_page("kiosk/rights.html")
    for code in STATUSES_WITH_TEXT:
        words = text_for_child(code)._asdict()
        yield "error", partial(pages.render_kiosk_page, "child/error.html", code=code, again=(), **words)
    yield "represent", render_sign_in_sample
    if site.id:
        yield "agenda", lambda: render_agenda(db.session(), site, language, _NO_SUBMISSION)
        yield from _suggestion_pages(page_key)
        yield from _knock_pages(page_key)
    yield from _good_news_pages(page_key)
    if page_key.tells:  # with the picture code that follows
        receipt = ReportReceipt(PictureCode((0,) * CODE_LENGTH), ["-"], page_key.round.answer_due)
        yield "tell", lambda: intake_page.render_intake_page(_intake_key(page_key), _NO_SUBMISSION)
        yield "code", lambda: render_code_screens(intake_page.code_screens_of(receipt, site))
        yield "waits", lambda: render_code_screens(_sample_code(page_key.site))
        yield "reply", lambda: render_code_page("", {}, asks_place=False)
        yield from (("answer", render) for render in thread_samples(site))
        if has_line(site):
            yield "phone", note_sentences
    yield from _closing_pages(site)


def _closing_pages(site: Site) -> Iterator[_Page]:
    """What children read of the end of their site, whether one is decided or not: recorded before, it is never silent.

    Its sentence with the day is there from the day on which two adults ask for it.
    """
    closing = replace(site, closes_on=site.closes_on or site.closing_asked)
    yield "closing", partial(pages.render_closing, closing, is_closed=False)
    yield "stopped", partial(render_stopped, site)
    yield "closed", partial(pages.render_closing, closing, is_closed=True)


def find_closing_texts(site: Site, language: str) -> dict[str, SpokenText]:
    """What children hear of the end of their site in a language, by the name of its recording."""
    texts: dict[str, SpokenText] = {}
    for page, render in _closing_pages(site):
        with force_locale(language), collecting_texts(page, site.slug) as text_collector:
            render()
        texts |= text_collector.texts
    return {name: text for name, text in texts.items() if text.language == language}


def _suggestion_pages(page_key: SurveyPageKey) -> Iterator[_Page]:
    site, today = page_key.site, context.today(page_key.site.time_zone)
    if committees := list_suggestible_committees(db.session(), site):
        key = SuggestionPageKey(site, committees, today, page_key.page, page_key.tells, ())
        yield "suggest", lambda: render_suggestion_page(key, _NO_SUBMISSION)
        yield "suggest", lambda: render_thanks(committees[0], today)


def _knock_pages(page_key: SurveyPageKey) -> Iterator[_Page]:
    people = knock_people(page_key.site.id)
    if people.listeners:
        for tells in (True, False):
            key = KnockPageKey(page_key.site, people, page_key.page, tells=tells)
            yield "talk", partial(render_knock_page, key, _NO_SUBMISSION)
            yield "talk", partial(render_knock_thanks, key)


def _good_news_pages(page_key: SurveyPageKey) -> Iterator[_Page]:
    if readers := readers_at(page_key.site.id) if page_key.site.id else good_news_page.NO_READERS:
        adults = good_news_page.list_adults(page_key.site.id)
        key = good_news_page.GoodNewsPageKey(page_key.site, readers, adults, page_key.page)
        for tells, closes in ((True, False), (False, False), (False, True)):
            yield "ways", partial(pages.render_ways, tells=tells, closes=closes, goods=True, talks=True)
        yield "good", lambda: good_news_page.render_good_news_page(key, _NO_SUBMISSION)
        yield "good", lambda: good_news_page.render_thanks(key)


def _sample_code(site: Site) -> CodeScreens:
    return replace(waiting_code_screens(site), code=PictureCode((0,) * CODE_LENGTH))


def _review_pages(page_key: SurveyPageKey) -> Iterator[_Page]:
    """The pages of a review: the slip, the statement, and the answers behind the picture code."""
    yield "slip", lambda: render_slip_page({}, tells=page_key.tells)
    yield "plan", lambda: render_sample_page(page_key.site, page_key.page)
    yield "kept", render_kept_pictures
    yield from (("decided", render) for render in review_samples(page_key.site))


def _render_open_rounds(page_key: SurveyPageKey) -> str:
    tiles = pages.round_tiles([page_key.round], page_key.language, page_key.site.time_zone)
    return pages.render_kiosk_page("kiosk/open.html", doors=tiles, won=[pages.choice_tile()])


def _intake_key(page_key: SurveyPageKey) -> IntakePageKey:
    intake_key = intake_page.intake_page_key(page_key.site, page_key.page)
    return (
        intake_key
        if page_key.site.id
        else replace(intake_key, readers=intake_page.NO_READERS, helpers=(Helper(0, "-"),))
    )


def sample_sentences(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """The longest question in each language of a site; the language's own name where nothing is asked in it."""
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
