"""Every question about sites and groups; every change of a site bumps its version."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.sites.models import Group, Site


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site as it was at one version; cheap to hand around.

    Attributes:
        daily_hour: 0 to 23, at the site's own clock.
        languages: codes offered to children, the first being the usual one.
        checked_languages: those a speaker has checked; the others bear the word draft.
        helpline_tested: the day somebody last called it.
        version: goes up with every change.
        jurisdiction: whose times reports go by; one of `jurisdictions.JURISDICTIONS`.
        mail_picture: OpenMoji code of the picture on letters to families, who know it from paper; or empty.
        mail_word: the word beside it.
        staff_word: the word on each notice to staff.
        ask_number: the telephone that families call.
        ask_hours: when somebody answers it.
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


@dataclass(frozen=True, slots=True)
class Here:
    """Where this request comes from: an enrolled tablet of a site, and the languages that its own voice may say."""

    tablet_id: int
    site: SiteFacts
    voices: tuple[str, ...] = ()


def facts(site: Site) -> SiteFacts:
    """The site as it is now."""
    return SiteFacts(
        id=site.id,
        slug=site.slug,
        name=site.name,
        mail_name=site.mail_name,
        time_zone=site.time_zone,
        daily_hour=site.daily_hour,
        languages=tuple(site.languages),
        checked_languages=tuple(site.checked_languages),
        helpline_name=site.helpline_name,
        helpline_number=site.helpline_number,
        helpline_hours=site.helpline_hours,
        helpline_languages=tuple(site.helpline_languages),
        helpline_tested=site.helpline_tested,
        danger_number=site.danger_number,
        danger_adult=site.danger_adult,
        version=site.version,
        jurisdiction=site.jurisdiction,
        mail_picture=site.mail_picture,
        mail_word=site.mail_word,
        staff_word=site.staff_word,
        ask_number=site.ask_number,
        ask_hours=site.ask_hours,
    )


def site(session: Session, site_id: int) -> Site | None:
    """A site by its row."""
    return session.get(Site, site_id)


def site_by_slug(session: Session, slug: str) -> Site | None:
    """A site by the short name that commands and addresses bear."""
    return session.scalar(select(Site).where(Site.slug == slug))


def site_by_slug_or_name(session: Session, told: str) -> Site | None:
    """The site of a slug, else the first of a name."""
    by_name = select(Site).where(Site.name == told).order_by(Site.id).limit(1)
    return site_by_slug(session, told) or session.scalar(by_name)


def only_site(session: Session) -> Site | None:
    """The site of a house that has one; None where there are none or several."""
    found = session.scalars(select(Site).limit(2)).all()
    return found[0] if len(found) == 1 else None


def site_told(session: Session, told: str) -> Site | None:
    """The site that somebody means who writes a slug or a name in letters of any case; a slug goes first.

    One query, whether there is such a site or not.
    """
    wanted, every = as_told(told), session.scalars(select(Site).order_by(Site.id)).all()
    by_slug = (site for site in every if as_told(site.slug) == wanted)
    return next(by_slug, None) or next((site for site in every if as_told(site.name) == wanted), None)


def as_told(name: str) -> str:
    """A name without what a child may write otherwise: case, hyphens, spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("-", " ").split())


def slugs(session: Session) -> set[str]:
    """Every slug that is taken."""
    return set(session.scalars(select(Site.slug)))


def sites_of(session: Session, ids: Collection[int]) -> list[Site]:
    """Sites by name."""
    return list(session.scalars(select(Site).where(Site.id.in_(ids)).order_by(Site.name, Site.id)))


def groups_of(session: Session, site_id: int) -> list[Group]:
    """The groups of a site by name."""
    return list(session.scalars(select(Group).where(Group.site_id == site_id).order_by(Group.name)))


def add_site(session: Session, slug: str, values: Mapping[str, object]) -> Site:
    """Make a site.

    Args:
        session: may write.
        slug: lower-case letters, digits, hyphens; never changes.
        values: columns by name; at least name, mail_name and languages.

    Raises:
        IntegrityError: the slug is taken.
    """
    made = Site(slug=slug, **values)
    session.add(made)
    session.flush()
    return made


def change_site(session: Session, changed: Site, values: Mapping[str, object]) -> None:
    """Set columns of a site by name, and bump its version."""
    for name, value in values.items():
        setattr(changed, name, value)
    changed.version += 1
    session.flush()


def add_group(session: Session, at: Site, name: str) -> Group:
    """Make a group of a site.

    Raises:
        IntegrityError: the site has a group of this name.
    """
    made = Group(site_id=at.id, name=name)
    session.add(made)
    at.version += 1
    session.flush()
    return made


def remove_group(session: Session, at: Site, group_id: int) -> bool:
    """Remove a group of a site; False when it has none of this id."""
    group = session.get(Group, group_id)
    if group is None or group.site_id != at.id:
        return False
    session.delete(group)
    at.version += 1
    session.flush()
    return True


def every_site(session: Session) -> list[Site]:
    """All sites by name."""
    return list(session.scalars(select(Site).order_by(Site.name, Site.id)))
