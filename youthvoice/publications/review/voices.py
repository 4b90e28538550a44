"""Missing voices: which children were asked at a site in a year, and how many answered, in bands.

A category is what a round was opened for: the site, one of its groups, several sites together, or coming and leaving.
Each has ten or more invited children; the rounds of a year are shown together, their bands added. It needs no data of a
child: the number of invited children was recorded when the round opened, and how many answered is in its view.

Source: PRIVACY.md A5, A12; STANDARDS.md S6.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.privacy.disclosure.bands import MIN_BATCH, Band
from youthvoice.privacy.disclosure.phrasing import phrase_band
from youthvoice.privacy.disclosure.safe_table import bands_together, protect
from youthvoice.publications import labels
from youthvoice.publications.render import Bar
from youthvoice.publications.store import list_numbers_published
from youthvoice.sites.store import Site, group_by_site, list_groups_at, list_site_names
from youthvoice.surveys.rounds.entities import CARE, UNATTENDED, Round, words_for_group
from youthvoice.surveys.rounds.store import list_rounds, questionnaire_of_round
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.i18n.languages import LANGUAGES

ANSWERED, SILENT = "answered", "silent"


@dataclass(frozen=True, slots=True)
class Category:
    """The children for whom a round is opened.

    Attributes:
        site_ids: several if they are counted together.
        group: name of the one group that is asked; empty for all.
        care: whether it is for children who come or leave.
        both: whether cards link two waves: then a view, and so a band, counts only children who answered both.
    """

    site_ids: frozenset[int]
    group: str
    care: bool
    both: bool = False


@dataclass(frozen=True, slots=True)
class VoicesOfYear:
    """Which voices were heard at a site in a year.

    Attributes:
        year: calendar year.
        answered: by category: how many answered, of how many invited, over how many rounds.
        groups: groups of the site that were not asked, or of which fewer than ten answered.
        nobody_heard: whether no round of the year has an approved view.
        care: whether children who came or left were heard.
        languages: codes that the site offers to children, and in which a published round was not asked.
    """

    year: int
    answered: Mapping[Category, tuple[Band, int, int]]
    groups: tuple[str, ...]
    nobody_heard: bool
    care: bool
    languages: tuple[str, ...]


def load_voices(session: Session, site: Site, year: int) -> VoicesOfYear:
    """The voices heard at a site in a year, in rounds that ended in it and have an approved view.

    Args:
        session: only read.
        site: the site.
        year: calendar year, at the site.
    """
    return load_voices_at(session, [site], [year])[site.id, year]


def load_voices_at(
    session: Session, sites: Sequence[Site], years: Sequence[int]
) -> dict[tuple[int, int], VoicesOfYear]:
    """The same of several sites, each in several years; by id of the site and year."""
    site_ids, zones = [site.id for site in sites], {site.time_zone for site in sites}
    rounds = [
        round_
        for round_ in list_rounds(session, site_ids)
        if round_.purpose not in UNATTENDED and any(round_.last_day(zone).year in years for zone in zones)
    ]
    numbers = list_numbers_published(session, [round_.id for round_ in rounds])
    rounds_there = group_by_site(sites, rounds, lambda round_: round_.site_ids)
    groups_there = group_by_site(sites, list_groups_at(session, site_ids), lambda group: [group.site_id])
    return {
        (site.id, year): _voices_of_year(session, site, year, there, numbers, [group.name for group in groups])
        for (site, there), (_site, groups) in zip(rounds_there, groups_there, strict=True)
        for year in years
    }


def _voices_of_year(  # noqa: PLR0913, PLR0917 - what was read of the site
    session: Session,
    site: Site,
    year: int,
    rounds: Sequence[Round],
    numbers: Mapping[int, int],
    group_names: Sequence[str],
) -> VoicesOfYear:
    of_year = [round_ for round_ in rounds if round_.last_day(site.time_zone).year == year]
    heard = [round_ for round_ in of_year if round_.id in numbers]
    missing_languages = {code for round_ in heard for code in _languages_lacking(session, site, round_)}
    categories = [_category_of(round_) for round_ in heard]
    all_asked = any(not category.group and not category.care for category in categories)
    heard_groups = {category.group for category in categories}
    missing_groups = (name for name in group_names if name not in heard_groups)
    groups = () if all_asked else tuple(missing_groups)
    care = any(category.care for category in categories)
    return VoicesOfYear(
        year=year,
        answered=_answered_by_category(heard, numbers),
        groups=groups,
        nobody_heard=not heard,
        care=care,
        languages=tuple(language for language in site.languages if language in missing_languages),
    )


def _category_of(round_: Round) -> Category:
    return Category(frozenset(round_.site_ids), round_.group_name, round_.purpose == CARE, round_.has_cards)


def _languages_lacking(session: Session, site: Site, round_: Round) -> set[str]:
    return set(site.languages) - set(questionnaire_of_round(session, round_).languages)


def _answered_by_category(heard: list[Round], numbers: Mapping[int, int]) -> dict[Category, tuple[Band, int, int]]:
    rounds = defaultdict[Category, list[tuple[Band, int]]](list)
    for round_ in heard:
        invited = max(round_.invited, numbers[round_.id])  # more children may have come than were invited
        if round_.invited >= MIN_BATCH:
            answered = numbers[round_.id]
            table = protect({ANSWERED: answered, SILENT: invited - answered})
            rounds[_category_of(round_)].append((table.band(ANSWERED), invited))
    return {
        category: (bands_together(band for band, _n in bands), sum(n for _band, n in bands), len(bands))
        for category, bands in rounds.items()
    }


def voices_bars(session: Session, voices_of_year: VoicesOfYear) -> list[Bar]:
    """A bar for each category, in the present gettext language."""
    if not voices_of_year.answered:
        return []
    ids = {site_id for category in voices_of_year.answered for site_id in category.site_ids}
    names = list_site_names(session, ids)
    return [_bar(_category_label(category, names), *value) for category, value in voices_of_year.answered.items()]


def _category_label(category: Category, names: Mapping[int, str]) -> str:
    where = join_list(names[site_id] for site_id in sorted(category.site_ids))
    if category.care:
        return str(_("%(where)s, coming and leaving", where=where))
    group_label = words_for_group(where, category.group)
    return str(_("%(where)s, before and after: both times", where=group_label)) if category.both else group_label


def _bar(name: str, band: Band, n: int, rounds: int) -> Bar:
    words = ""
    if rounds == 1:
        phrase = phrase_band(band, n)
        words = "" if phrase.code == "between" else labels.band_label({"code": phrase.code, "tenths": phrase.tenths})
    numbers = _("%(low)s to %(high)s of %(n)s invited answered", low=band.low, high=band.high, n=n)
    return name, words, str(numbers), band.low, band.high, n


@dataclass(frozen=True, slots=True)
class RenderedVoices:
    """A site's year in words: a bar for each category, and a sentence for each missing voice."""

    year: int
    bars: tuple[Bar, ...]
    missing: tuple[str, ...]


def render_voices(session: Session, site: Site, year: int) -> RenderedVoices:
    """The voices of a site's year, in the present gettext language."""
    return _render(session, load_voices(session, site, year))


def render_voices_at(session: Session, sites: Sequence[Site]) -> list[tuple[Site, list[RenderedVoices]]]:
    """The voices of this year and the last at each of some sites."""
    this_years = {site.id: context.today(site.time_zone).year for site in sites}
    years = sorted({year - ago for year in this_years.values() for ago in (0, 1)})
    voices = load_voices_at(session, sites, years)
    return [(site, [_render(session, voices[site.id, this_years[site.id] - ago]) for ago in (0, 1)]) for site in sites]


def _render(session: Session, voices_of_year: VoicesOfYear) -> RenderedVoices:
    bars = tuple(voices_bars(session, voices_of_year))
    return RenderedVoices(voices_of_year.year, bars, tuple(list_missing(voices_of_year)))


def list_missing(voices_of_year: VoicesOfYear) -> Iterator[str]:
    """A sentence for each missing voice, in the present gettext language; what is unknown comes last."""
    if voices_of_year.nobody_heard:
        yield str(_("Nobody was heard in a round of this year."))
        return
    for group in voices_of_year.groups:
        yield str(_("%(group)s: not asked, or fewer than ten answered.", group=group))
    if not voices_of_year.care:
        yield str(_("Children who came or left: not asked, or fewer than ten answered."))
    if voices_of_year.languages:
        names = join_list(LANGUAGES[code].name for code in voices_of_year.languages if code in LANGUAGES)
        yield str(_("Some questions were not there in: %(languages)s.", languages=names))
    yield str(_("Which children did not answer, nobody knows: answers bear no name."))
