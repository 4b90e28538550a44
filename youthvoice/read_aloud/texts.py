"""Every text that children hear around one questionnaire, found by making the real pages.

A text with a name or a date in it belongs to one round: it is told apart by making the pages once more with another
adult and other days, and looking what changed. Until a round is there, such a text cannot be recorded. What belongs to
one site - who helps there, whom to call - is told apart in the same way: it goes stale for that site alone.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import current_app
from flask_babel import force_locale

from youthvoice.clips.text_collector import Heard, gathering
from youthvoice.grievances.intake import code_page
from youthvoice.grievances.intake import page as telling
from youthvoice.grievances.intake.helpers import Helper
from youthvoice.grievances.intake.new_report import Kept
from youthvoice.grievances.intake.page import Telling
from youthvoice.kiosk import pages as showing
from youthvoice.kiosk import tiles as doors
from youthvoice.kiosk.reply import code_page as reply_asking
from youthvoice.kiosk.tiles import Today
from youthvoice.privacy.credentials.picture_codes import LENGTH, Code
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.choices import board as choice_board
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.responses import page as asking
from youthvoice.surveys.responses.page import Asking
from youthvoice.surveys.rounds.entities import RoundFacts
from youthvoice.threads.channel_readiness import is_open_at
from youthvoice.threads.readers.cache import readers_at
from youthvoice.web.i18n import languages

_NO_SHEET = "0" * 32
_MOST_KEPT = 60
_Page = tuple[str, Callable[[], str]]
_OTHER_DAYS = timedelta(days=43)  # another day of the month, and another month


@dataclass(frozen=True, slots=True)
class Texts:
    """What can be heard in one language.

    Attributes:
        all: in the order in which a child meets them.
        of_round: names of those that hold words of one round only.
        waiting: how many more there will be once a round is open; 0 when there is one.
    """

    all: tuple[Heard, ...]
    of_round: frozenset[str]
    waiting: int


def texts(
    facts: RoundFacts, questions: Questionnaire, sites: Sequence[SiteFacts], language: str, *, opened: bool
) -> Texts:
    """Every text around a questionnaire in one of its languages; looked for when this process is asked first.

    Args:
        facts: a round of it, or one as if it were open.
        questions: what is asked.
        sites: whose names and help are heard; at least one.
        language: one of the questionnaire's.
        opened: whether there is such a round.
    """
    of_page = language if language in languages.TRANSLATED else languages.TRANSLATED[0]
    asked = [Asking(facts, site, _reads(site), language, of_page, tells=is_open_at(site)) for site in sites]
    key = (*(page.key for page in asked), facts.counts, opened)
    kept: dict[tuple[object, ...], Texts] = current_app.extensions.setdefault("youthvoice.texts", {})
    if key not in kept:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = _look(asked, questions, language, of_page, opened=opened)
    return kept[key]


def _look(asked: Sequence[Asking], questions: Questionnaire, language: str, of_page: str, *, opened: bool) -> Texts:
    with force_locale(of_page):
        found = _heard(asked, questions, language)
        other_round = _heard([_in_another_round(page) for page in asked], questions, language)
        elsewhere = _heard([_elsewhere(_in_another_round(page)) for page in asked], questions, language)
    of_round = frozenset(found) - frozenset(other_round)
    every = (one if name not in elsewhere else _of_every_site(one) for name, one in found.items())
    if opened:
        return Texts(tuple(every), of_round, 0)
    return Texts(tuple(one for one in every if one.name not in of_round), frozenset(), len(of_round))


def recorded(found: Texts, takes: Collection[str]) -> int:
    """How many of them have a clip."""
    return sum(one.name in takes for one in found.all)


def _reads(site: SiteFacts) -> tuple[str, ...]:
    return tuple(reader.name for reader in readers_at(site.id))


def _in_another_round(page: Asking) -> Asking:
    facts = page.round
    due, ends = facts.answer_due + _OTHER_DAYS, facts.ends_at + _OTHER_DAYS
    return replace(page, round=replace(facts, decider_name="-", answer_due=due, ends_at=ends))


def _elsewhere(page: Asking) -> Asking:
    """A site without help of its own, in which nobody works."""
    site = replace(
        page.site, id=0, daily_hour=(page.site.daily_hour + 5) % 24, danger_adult="-", danger_number="-",
        helpline_name="-", helpline_number="-", helpline_hours="-", helpline_languages=(),
    )  # fmt: skip
    return replace(page, site=site, reads=("-",) * len(page.reads))


def _of_every_site(one: Heard) -> Heard:
    """Its place without the site: what all sites say is stale for all of them when it changes."""
    return replace(one, place=one.place.partition(" ")[2])


def _heard(asked: Iterable[Asking], questions: Questionnaire, language: str) -> dict[str, Heard]:
    """Each text once, where it comes first."""
    found: dict[str, Heard] = {}
    for page in asked:
        for name, make in (*_first(page), *_sitting(page, questions), *_last(page), *_tell(page)):
            with gathering(f"{page.site.slug} {name}") as gathered:
                make()
            found |= {key: one for key, one in gathered.texts.items() if key not in found}
    return {key: one for key, one in found.items() if one.language == language}


def _first(page: Asking) -> list[_Page]:
    site, open_ = page.site, [page.round]
    return [
        ("language", lambda: showing.choice_of_language(site.languages)),
        ("front", lambda: showing.front(site, Today(open_, tells=page.tells, meets=True, chooses=True), page.language)),
        ("open", lambda: showing.page("open", doors=doors.rounds(open_, page.language, site.time_zone))),
        ("choose", lambda: choice_board.page((), {}, site, page.language, page.page)),
    ]


def _sitting(page: Asking, questions: Questionnaire) -> list[_Page]:
    return [
        (questions.name, lambda: asking.render(page, questions, _NO_SHEET)),
        ("thanks", lambda: asking.goodbye("surveys/thanks.html", page.round, page.site)),
    ]


def _last(page: Asking) -> list[_Page]:
    return [
        ("help", lambda: showing.help_card(page.site, tells=page.tells)),
        ("rights", lambda: showing.page("rights")),
    ]


def _tell(page: Asking) -> list[_Page]:
    """Telling, and the pictures that follow; nothing where nobody could be told."""
    if not page.tells:
        return []
    kept = Kept(Code((0,) * LENGTH), ["-"], page.round.answer_due)
    return [
        ("tell", lambda: telling.render(_telling(page), _NO_SHEET)),
        ("code", lambda: code_page.screens(kept, page.site)),
        ("reply", lambda: reply_asking.render("", {}, asks_place=False)),
    ]


def _telling(page: Asking) -> Telling:
    at = telling.telling_at(page.site, page.page)
    return at if page.site.id else replace(at, readers=telling.NOBODY, helpers=(Helper(0, "-"),))
