"""Whose voice is missing: who was asked at a site in a year and how many of them answered, in bands; who was not.

Categories are what a round was opened for: the site, a group of it, several sites together, coming and leaving. Each
has ten or more invited children; the rounds of a year are told of together, their bands added. Nothing of a child is
asked for it: the invited were written down when the round opened, and how many answered stands in its view.

Source: PRIVACY.md A5, A12; STANDARDS.md S6.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.privacy.disclosure.bands import MIN_BATCH, Band
from youthvoice.privacy.disclosure.phrasing import phrase_band
from youthvoice.privacy.disclosure.safe_table import bands_together, protect
from youthvoice.publications import labels
from youthvoice.publications.render import Bar
from youthvoice.publications.store import list_numbers_published
from youthvoice.sites.store import Site, list_groups, list_sites
from youthvoice.surveys.rounds.entities import EXEMPT, RUNS_ON, Round, words_for_group
from youthvoice.surveys.rounds.store import list_rounds, questionnaire_of_round
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.i18n.languages import LANGUAGES

ANSWERED, SILENT = "answered", "silent"


@dataclass(frozen=True, slots=True)
class Category:
    """Those for whom a round is opened.

    Attributes:
        site_ids: more than one where they are counted together.
        group: name of the one group that is asked; empty for everybody.
        care: whether it is for those who come or leave.
        both: whether cards link two waves: of these only who answered both is in a view, and so in a band.
    """

    site_ids: frozenset[int]
    group: str
    care: bool
    both: bool = False


@dataclass(frozen=True, slots=True)
class VoicesOfYear:
    """What is known of a site's year.

    Attributes:
        year: calendar year.
        answered: by category, how many of how many invited answered, in children; over all rounds of the year.
        groups: of the site that were not asked, or of which fewer than ten answered.
        everybody: whether nobody at all was heard.
        care: whether those who came or left were heard.
        languages: codes that children of the site are offered and a published round was not asked in.
    """

    year: int
    answered: Mapping[Category, tuple[Band, int, int]]
    groups: tuple[str, ...]
    everybody: bool
    care: bool
    languages: tuple[str, ...]


def load_voices(session: Session, site: Site, year: int) -> VoicesOfYear:
    """Who was heard at a site in a year, by the rounds that ended in it and have an approved view.

    Args:
        session: only read.
        site: whose children.
        year: calendar year, at the site.
    """
    rounds = [round_ for round_ in list_rounds(session, [site.id]) if round_.purpose not in EXEMPT]
    of_year = [round_ for round_ in rounds if round_.last_day(site.time_zone).year == year]
    numbers = list_numbers_published(session, [round_.id for round_ in of_year])
    heard = [round_ for round_ in of_year if round_.id in numbers]
    lacking = {code for round_ in heard for code in _languages_lacking(session, site, round_)}
    categories = [_category_of(round_) for round_ in heard]
    whole = any(not category.group and not category.care for category in categories)
    named = {category.group for category in categories}
    groups = () if whole else tuple(group.name for group in list_groups(session, site.id) if group.name not in named)
    care = any(category.care for category in categories)
    return VoicesOfYear(
        year,
        _answered(heard, numbers),
        groups,
        not heard,
        care,
        tuple(language for language in site.languages if language in lacking),
    )


def _category_of(round_: Round) -> Category:
    return Category(frozenset(round_.site_ids), round_.group_name, round_.purpose == RUNS_ON, round_.has_cards)


def _languages_lacking(session: Session, site: Site, round_: Round) -> set[str]:
    return set(site.languages) - set(questionnaire_of_round(session, round_).languages)


def _answered(heard: list[Round], numbers: Mapping[int, int]) -> dict[Category, tuple[Band, int, int]]:
    rounds = defaultdict[Category, list[tuple[Band, int]]](list)
    for round_ in heard:
        invited = max(round_.invited, numbers[round_.id])  # a few more may have come than were invited
        if round_.invited >= MIN_BATCH:
            answered = numbers[round_.id]
            table = protect({ANSWERED: answered, SILENT: invited - answered})
            rounds[_category_of(round_)].append((table.band(ANSWERED), invited))
    return {
        category: (bands_together(band for band, _n in found), sum(n for _band, n in found), len(found))
        for category, found in rounds.items()
    }


def voices_bars(session: Session, voices_of_year: VoicesOfYear) -> list[Bar]:
    """A row for each category, in the language that gettext speaks now."""
    ids = {site_id for category in voices_of_year.answered for site_id in category.site_ids}
    names = {site.id: site.name for site in list_sites(session, ids)}
    return [_bar(_name(category, names), *value) for category, value in voices_of_year.answered.items()]


def _name(category: Category, names: Mapping[int, str]) -> str:
    where = join_list(names[site_id] for site_id in sorted(category.site_ids))
    if category.care:
        return str(_("%(where)s, coming and leaving", where=where))
    named = words_for_group(where, category.group)
    return str(_("%(where)s, before and after: both times", where=named)) if category.both else named


def _bar(name: str, band: Band, n: int, rounds: int) -> Bar:
    words = ""
    if rounds == 1:
        phrase = phrase_band(band, n)
        words = "" if phrase.code == "between" else labels.band_label({"code": phrase.code, "tenths": phrase.tenths})
    numbers = _("%(low)s to %(high)s of %(n)s invited answered", low=band.low, high=band.high, n=n)
    return name, words, str(numbers), band.low, band.high, n


@dataclass(frozen=True, slots=True)
class RenderedVoices:
    """A site's year in words: a row for each category, and a sentence for each voice that is missing."""

    year: int
    bars: tuple[Bar, ...]
    missing: tuple[str, ...]


def render_voices(session: Session, site: Site, year: int) -> RenderedVoices:
    """As `load_voices`, in the language that gettext speaks now."""
    voices_of_year = load_voices(session, site, year)
    return RenderedVoices(year, tuple(voices_bars(session, voices_of_year)), tuple(list_missing(voices_of_year)))


def list_missing(voices_of_year: VoicesOfYear) -> Iterator[str]:
    """Who was not heard, a sentence each, in the language that gettext speaks now; what is not known last."""
    if voices_of_year.everybody:
        yield str(_("Nobody was heard in a round of this year."))
        return
    for group in voices_of_year.groups:
        yield str(_("%(group)s: not asked, or fewer than ten answered.", group=group))
    if not voices_of_year.care:
        yield str(_("Children who came or left: not asked, or fewer than ten answered."))
    if voices_of_year.languages:
        told = join_list(LANGUAGES[code].name for code in voices_of_year.languages if code in LANGUAGES)
        yield str(_("Some questions were not there in: %(languages)s.", languages=told))
    yield str(_("Which children did not answer, nobody knows: answers bear no name."))
