"""Queries of sites and groups; every change of a site increases its version."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.sites.models import GroupRow, SiteRow

_THERE, _ORDER = SiteRow.id.in_(bindparam("ids", expanding=True)), (SiteRow.name, SiteRow.id)
_NAMES = select(SiteRow.id, SiteRow.name).where(_THERE).order_by(*_ORDER)  # runs with every page of staff


@dataclass(frozen=True, slots=True)
class Site:
    """A site as it was at one version; immutable.

    Attributes:
        daily_hour: 0 to 23, in the site's time zone.
        languages: codes offered to children, the first being the default.
        checked_languages: those whose translation a speaker has checked; the page for adults names the others.
        wanted_languages: those asked for when the site was made; a coordinator signs for each of them.
        helpline_tested: the day somebody last called it.
        version: increases with every change.
        jurisdiction: whose deadlines apply to reports; one of `forms.JURISDICTIONS`.
        mail_picture: OpenMoji code of the picture on letters to families, who know it from paper; or empty.
        mail_word: the word beside it.
        staff_word: the word on each notice to staff.
        ask_number: the telephone that families call.
        ask_hours: when somebody answers it.
        sign_language: ISO 639-3 code of the sign language of its films, such as `ins`; or empty.
        sign_name: what the site calls it.
        phone_number: of its telephone line, on which children hear their answers; or empty.
        phone_heard: the day on which the line first read seven keys under this number; None until then.
        closing_asked: the last day for which two adults ask; it waits for the outside recipient.
        closes_on: the last day, which children read; None while nobody confirmed one.
        strip_words: whether the strip that shows a child who reads has only words: a neighbour can tell faces apart.
    """

    id: int
    slug: str
    name: str
    mail_name: str
    time_zone: str
    daily_hour: int
    languages: tuple[str, ...]
    checked_languages: tuple[str, ...]
    helpline_name: str
    helpline_number: str
    helpline_hours: str
    helpline_languages: tuple[str, ...]
    helpline_tested: date | None
    danger_number: str
    danger_adult: str
    version: int
    jurisdiction: str = "general"
    mail_picture: str = ""
    mail_word: str = ""
    staff_word: str = ""
    ask_number: str = ""
    ask_hours: str = ""
    strip_words: bool = False
    sign_language: str = ""
    sign_name: str = ""
    phone_number: str = ""
    phone_heard: date | None = None
    closing_asked: date | None = None
    closes_on: date | None = None
    wanted_languages: tuple[str, ...] = ()

    @property
    def languages_to_sign(self) -> tuple[str, ...]:
        """The languages that were asked for and that children cannot choose yet."""
        return tuple(code for code in self.wanted_languages if code not in self.languages)


@dataclass(frozen=True, slots=True)
class Group:
    """A class, dormitory or club of a site.

    Attributes:
        apart: one number for all groups that, as two adults declared, share no child; None without a declaration.
    """

    id: int
    site_id: int
    name: str
    apart: int | None = None


@dataclass(frozen=True, slots=True)
class CurrentTablet:
    """The enrolled tablet that sends this request, its site, and the languages of its own voice.

    A retired tablet still delivers what is stored on it; `is_lost` says that it was reported lost: anybody may be the
    sender. `by_pass_alone` says that an envelope came with a pass and no cookie of the tablet: passes can be copied.
    What it delivers may have waited there since `waits_since`, UTC, when nothing waited; None for what is sent now, and
    for a lost one. `line` is the network of the request (`rate_limits.wide_line`): a copied cookie comes from another.
    """

    tablet_id: int
    site: Site
    voices: tuple[str, ...] = ()
    is_lost: bool = False
    by_pass_alone: bool = False
    waits_since: datetime | None = None
    line: str = field(default="", repr=False)


_BY_NAME = select(*(getattr(SiteRow, name) for name in Site.__slots__)).where(_THERE).order_by(*_ORDER)


def _to_site(row: SiteRow) -> Site:
    return _make_site(getattr(row, name) for name in Site.__slots__)


def _make_site(columns: Iterable[Any]) -> Site:
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in columns]
    return Site(*values)


@dataclass(frozen=True, slots=True)
class SiteClock:
    """What tells the day at a site, and its daily hour: all that a job needs to know what is due."""

    id: int
    time_zone: str
    daily_hour: int


def list_site_clocks(session: Session) -> list[SiteClock]:
    """The clock of every site."""
    rows = session.execute(select(SiteRow.id, SiteRow.time_zone, SiteRow.daily_hour).order_by(SiteRow.id))
    return [SiteClock(row.id, row.time_zone, row.daily_hour) for row in rows]


def days_at_sites(session: Session) -> dict[int, date]:
    """Today at every site, by the row of the site."""
    zones = {row.id: row.time_zone for row in session.execute(select(SiteRow.id, SiteRow.time_zone))}
    days = {zone: context.today(zone) for zone in set(zones.values())}
    return {site_id: days[zone] for site_id, zone in zones.items()}


def find_site(session: Session, site_id: int) -> Site | None:
    """A site by its id."""
    site = session.get(SiteRow, site_id)
    return _to_site(site) if site else None


def get_site(session: Session, site_id: int) -> Site:
    """The site of a foreign key.

    Raises:
        LookupError: there is none.
    """
    return _to_site(session.get_one(SiteRow, site_id))


def find_site_by_slug(session: Session, slug: str) -> Site | None:
    """A site by the short name used in commands and addresses."""
    site = session.scalar(select(SiteRow).where(SiteRow.slug == slug))
    return _to_site(site) if site else None


def find_site_by_slug_or_name(session: Session, typed: str) -> Site | None:
    """The site with this slug, else the first one with this name."""
    by_name = session.scalar(select(SiteRow).where(SiteRow.name == typed).order_by(SiteRow.id).limit(1))
    return find_site_by_slug(session, typed) or (_to_site(by_name) if by_name else None)


def find_phone_site(session: Session) -> Site | None:
    """The site that has the telephone line of this installation; None without one."""
    site = session.scalar(select(SiteRow).where(SiteRow.phone_number != "").order_by(SiteRow.id).limit(1))
    return _to_site(site) if site else None


def find_only_site(session: Session) -> Site | None:
    """The site of an installation that has only one; None where there are none or several."""
    sites = session.scalars(select(SiteRow).limit(2)).all()
    return _to_site(sites[0]) if len(sites) == 1 else None


def find_site_as_typed(session: Session, typed: str) -> Site | None:
    """The site that somebody typed: a slug or a name, in any case; a slug goes first.

    It takes one query, whether there is such a site or not.
    """
    wanted = fold_site_name(typed)
    every = [_to_site(row) for row in session.scalars(select(SiteRow).order_by(SiteRow.id))]
    by_slug = (site for site in every if fold_site_name(site.slug) == wanted)
    return next(by_slug, None) or next((site for site in every if fold_site_name(site.name) == wanted), None)


def fold_site_name(name: str) -> str:
    """A name without what people may type differently: case, hyphens, spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("-", " ").split())


def list_slugs(session: Session) -> set[str]:
    """Every slug in use."""
    return set(session.scalars(select(SiteRow.slug)))


def list_sites(session: Session, ids: Collection[int]) -> list[Site]:
    """Sites by name."""
    return [_make_site(row) for row in session.execute(_BY_NAME, {"ids": list(ids)})]


def list_site_names(session: Session, ids: Collection[int], most: int | None = None) -> dict[int, str]:
    """The names of sites by their id, in the order of names; the first ones where `most` says how many."""
    return {row.id: row.name for row in session.execute(_NAMES.limit(most), {"ids": list(ids)})}


def sites_without_helpline(session: Session, ids: Collection[int]) -> set[int]:
    """Which of these sites have no helpline, or one that nobody has called yet."""
    lacks = or_(SiteRow.helpline_number == "", SiteRow.helpline_tested.is_(None))
    return set(session.scalars(select(SiteRow.id).where(SiteRow.id.in_(ids), lacks)))


Item = TypeVar("Item")


def group_by_site(
    sites: Collection[Site], items: Iterable[Item], site_ids_of: Callable[[Item], Iterable[int]]
) -> list[tuple[Site, list[Item]]]:
    """Each site with the items there, in the order of both."""
    there: dict[int, list[Item]] = {site.id: [] for site in sites}
    for item in items:
        for site_id in there.keys() & site_ids_of(item):
            there[site_id].append(item)
    return [(site, there[site.id]) for site in sites]


def site_ids_by_day(sites: Iterable[Site]) -> dict[date, list[int]]:
    """The ids of sites by the day that it is there: at most three days."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for site in sites:
        by_day[context.today(site.time_zone)].append(site.id)
    return by_day


def lock_sites(session: Session, ids: Collection[int]) -> None:
    """Let others that lock one of these sites wait until this transaction ends; writers of their rows do not wait.

    What is read of a site after that is as it is now, whatever this session read before.
    """
    query = select(SiteRow).where(SiteRow.id.in_(ids)).order_by(SiteRow.id)
    session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)).all()


def list_groups(session: Session, site_id: int) -> list[Group]:
    """The groups of a site, by name."""
    return list_groups_at(session, [site_id])


def list_groups_at(session: Session, site_ids: Collection[int]) -> list[Group]:
    """The groups of some sites, by name."""
    return [Group(row.id, row.site_id, row.name, row.apart) for row in _group_rows(session, site_ids)]


def _group_rows(session: Session, site_ids: Collection[int]) -> Sequence[GroupRow]:
    return session.scalars(select(GroupRow).where(GroupRow.site_id.in_(site_ids)).order_by(GroupRow.name)).all()


def add_site(session: Session, slug: str, values: Mapping[str, object]) -> Site:
    """Create a site.

    Args:
        session: may write.
        slug: lower-case letters, digits, hyphens; never changes.
        values: columns by name; at least name, mail_name and languages.

    Raises:
        IntegrityError: the slug is taken.
    """
    site = SiteRow(slug=slug, **values)
    session.add(site)
    session.flush()
    return _to_site(site)


_DIALLED: Final = frozenset("+0123456789*#")


def call_address(number: str) -> str:
    """The number that a telephone dials; empty where there is nothing to dial."""
    return "".join(letter for letter in number if letter in _DIALLED)


def _is_same_line(number: str, other_number: str) -> bool:
    """Whether two numbers call the same telephone, however they are written; 00 is the + of a country's code."""
    first, second = (re.sub("^00", "+", call_address(each)) for each in (number, other_number))
    return first == second


def change_site(session: Session, site_id: int, values: Mapping[str, object]) -> None:
    """Set columns of a site by name, and increase its version; another number of its line is not heard yet."""
    site = session.get_one(SiteRow, site_id)
    if not _is_same_line(str(values.get("phone_number", site.phone_number)), site.phone_number):
        site.phone_heard = None
    for name, value in values.items():
        setattr(site, name, value)
    site.version += 1
    session.flush()


def record_line_heard(session: Session, site: Site, day: date) -> None:
    """Record the day on which the telephone line first read seven keys; nothing where it has another number now."""
    heard = (SiteRow.id == site.id, SiteRow.phone_number == site.phone_number, SiteRow.phone_heard.is_(None))
    session.execute(update(SiteRow).where(*heard).values(phone_heard=day, version=SiteRow.version + 1))


def add_group(session: Session, site_id: int, name: str) -> Group:
    """Create a group of a site.

    Raises:
        IntegrityError: the site has a group of this name.
    """
    number = db.random_row_id()  # never that of a removed group, whose rounds stay (T9)
    session.add(GroupRow(id=number, site_id=site_id, name=name))
    change_site(session, site_id, {})
    return Group(number, site_id, name)


def remove_group(session: Session, site_id: int, group_id: int) -> bool:
    """Delete a group of a site; False when it has none of this id."""
    group = session.get(GroupRow, group_id)
    if group is None or group.site_id != site_id:
        return False
    if group.apart is not None:
        _end_apart(session, site_id, {group.apart})
    session.delete(group)
    change_site(session, site_id, {})
    return True


def declare_groups_apart(session: Session, site_id: int, group_ids: Collection[int]) -> bool:
    """Record that some groups of a site share no child; False when one of them no longer exists.

    Earlier declarations about any of them end: for a new class nobody knows whether an old declaration covers it.
    """
    groups = [row for row in _group_rows(session, [site_id]) if row.id in group_ids]
    if len(groups) != len(set(group_ids)):
        return False
    _end_apart(session, site_id, {group.apart for group in groups if group.apart is not None})
    session.flush()
    number = min(group_ids)  # used by no other set: a group is in one set only
    for row in groups:
        row.apart = number
    change_site(session, site_id, {})
    return True


def _end_apart(session: Session, site_id: int, numbers: Collection[int]) -> None:
    for row in _group_rows(session, [site_id]):
        if row.apart in numbers:
            row.apart = None


def list_all_sites(session: Session) -> list[Site]:
    """All sites by name."""
    return [_to_site(row) for row in session.scalars(select(SiteRow).order_by(SiteRow.name, SiteRow.id))]


def make_site_slug(name: str, taken: Container[str]) -> str:
    """A free slug of lower-case Latin letters, digits and hyphens; at most 50 characters.

    Args:
        name: in any script.
        taken: slugs that are in use.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    start = "-".join(re.findall(r"[a-z0-9]+", plain))[:44].strip("-") or "site"
    return next(slug for slug in (start, *(f"{start}-{number}" for number in range(2, 10_000))) if slug not in taken)
