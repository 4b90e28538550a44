"""Store and find when adults listen, and the encrypted box of each site's knocks.

Nothing is logged of a knock or a mark: lines of the log could be counted, and have an hour.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE, SAFEGUARDING_LEAD
from youthvoice.accounts.store import list_people, list_trusted_people, pictures_of_adults, trusted_people_by_site
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.introductions.shown_introductions import approved_introductions
from youthvoice.knocks import rules
from youthvoice.knocks.models import KnockBoxRow, ListeningTimeRow
from youthvoice.knocks.rules import Knock, KnockBox, Listening, ShownMiss, Slot, Watchers, WeeklyHour
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import check_opening, decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.store import Site, list_sites
from youthvoice.threads import receipts
from youthvoice.web.i18n.formats import local_time


@dataclass(frozen=True, slots=True)
class ListeningTime:
    """Where and when an adult listens at a site, every week.

    Attributes:
        place: one of `rules.PLACES`.
        hours: from Monday on.
    """

    site_id: int
    person_id: int
    place: str
    hours: tuple[WeeklyHour, ...]


@dataclass(frozen=True, slots=True)
class Listener:
    """An adult at whom a child can knock.

    Attributes:
        person_id: row of `people`.
        picture: of OpenMoji, for a browser that is sent no portraits.
        place: one of `rules.PLACES`.
    """

    person_id: int
    name: str
    role: str
    picture: str
    place: str
    hours: tuple[WeeklyHour, ...]


@dataclass(frozen=True, slots=True)
class Watcher:
    """An adult who may learn that nobody came to a knock."""

    person_id: int
    name: str
    role: str
    picture: str


@dataclass(frozen=True, slots=True)
class OwnKnocks:
    """What one adult sees of the knocks at one site.

    Attributes:
        slot: when she listens for a child who wants to talk; None where nobody knocked at her.
        has_begun: whether it has begun, so that she can mark what happened.
        place: where, one of `rules.PLACES`.
        was_empty: whether nobody came to it already once.
        missed: at which adults a child knocked and nobody came.
        is_over: whether her hour has ended.
    """

    slot: Slot | None = None
    has_begun: bool = False
    place: str = ""
    was_empty: bool = False
    missed: tuple[ShownMiss, ...] = ()
    is_over: bool = False


def keep_listening_time(session: Session, time: ListeningTime, log: Log) -> None:
    """Store where and when an adult listens, in place of what was there."""
    hours = " ".join(f"{weekly.weekday}-{weekly.hour}" for weekly in sorted(time.hours))
    session.merge(ListeningTimeRow(site_id=time.site_id, person_id=time.person_id, place=time.place, hours=hours))
    session.flush()
    log.add(session, "listening.set", str(time.person_id))


def _end_listening(session: Session, site_id: int, person_ids: Collection[int]) -> None:
    """Take the hours of adults away; the rows stay, so that a knock that waits on a tablet still comes."""
    session.execute(
        update(ListeningTimeRow)
        .where(ListeningTimeRow.site_id == site_id, ListeningTimeRow.person_id.in_(person_ids))
        .values(hours="")
    )


def stop_listening(session: Session, site_id: int, person_id: int, log: Log) -> None:
    """End that an adult listens, at her wish or a coordinator's; advocates see a knock that waits for her."""
    _end_listening(session, site_id, [person_id])
    log.add(session, "listening.end", str(person_id))


def list_listening_times(session: Session, site_ids: Collection[int]) -> list[ListeningTime]:
    """When adults listen at some sites; not those who have stopped."""
    query = select(ListeningTimeRow).where(ListeningTimeRow.site_id.in_(site_ids), ListeningTimeRow.hours != "")
    rows = session.scalars(query.order_by(ListeningTimeRow.site_id, ListeningTimeRow.person_id))
    return [ListeningTime(row.site_id, row.person_id, row.place, _read_hours(row.hours)) for row in rows]


def _read_hours(hours: str) -> tuple[WeeklyHour, ...]:
    pairs = (pair.split("-") for pair in hours.split())
    return tuple(WeeklyHour(int(weekday), int(hour)) for weekday, hour in pairs)


def list_listeners(session: Session, site_id: int) -> tuple[Listener, ...]:
    """The adults at whom a child can knock: trusted, with an approved portrait, a place and hours; advocates last."""
    times = {time.person_id: time for time in list_listening_times(session, [site_id])}
    if not times:
        return ()
    pictures, portraits = pictures_of_adults(list_people(session, [site_id])), approved_introductions().portraits
    people = [person for person in list_trusted_people(session, [site_id]) if person.id in times]
    listeners = [
        Listener(
            person.id, person.name, person.role, pictures[person.id], times[person.id].place, times[person.id].hours
        )
        for person in people
        if person.role in rules.LISTENING_ROLES and person.id in portraits
    ]
    return tuple(sorted(listeners, key=lambda listener: listener.role == ADVOCATE))


def list_watchers(session: Session, site_id: int) -> tuple[Watcher, ...]:
    """The adults who may learn that nobody came to a knock, as a child sees them before she leaves anyone out."""
    pictures = pictures_of_adults(list_people(session, [site_id]))
    people = list_trusted_people(session, [site_id])
    possible = _watchers_of(session, site_id).possible
    watchers = [
        Watcher(person.id, person.name, person.role, pictures[person.id]) for person in people if person.id in possible
    ]
    return tuple(sorted(watchers, key=lambda watcher: watcher.role != ADVOCATE))


def _watchers_of(session: Session, site_id: int) -> Watchers:
    people = list_trusted_people(session, [site_id])
    advocates = frozenset(person.id for person in people if person.role == ADVOCATE)
    leads = frozenset(person.id for person in people if person.role == SAFEGUARDING_LEAD)
    return Watchers(advocates, leads)


def site_clock(site: Site) -> datetime:
    """The clock of a site, without a time zone."""
    return clock_in(site.time_zone)


def clock_in(time_zone: str) -> datetime:
    """The clock in a time zone, without the zone."""
    return local_time(context.now(), time_zone).replace(tzinfo=None)


def name_moment(slot: Slot) -> str:
    """A fixed hour as it is stored, such as `2026-11-30/12`."""
    return f"{slot.day.isoformat()}/{slot.hour:02}"


def read_moment(name: str) -> Slot:
    """A fixed hour that was stored."""
    day, _slash, hour = name.partition("/")
    return Slot(date.fromisoformat(day), int(hour))


def listens_or_listened_at(session: Session, person_id: int, site_id: int) -> bool:
    """Whether a knock that waited on a tablet is for an adult who listens at the site, or once did."""
    return session.get(ListeningTimeRow, (site_id, person_id)) is not None


def take_knock(session: Session, site: Site, knock: Knock, submission_id: bytes) -> None:
    """Put a knock into the box of a site; the same one with the same content changes nothing. The caller commits.

    What a hostile caller pays: a tablet's cookie or pass, and a row of receipts for each try. However often he knocks,
    the box does not grow, and each adult sees one knock at the next fixed hour.

    Args:
        session: may write.
        site: of the tablet.
        knock: its adult listens or listened at the site. Adults whom the child left out are kept only where they could
            learn that nobody came.
        submission_id: 16 bytes.
    """
    content = (knock.wish, str(knock.person_id), " ".join(map(str, sorted(knock.left_out))))
    receipt = receipts.content_receipt(context.keyring(), submission_id, "knock", *content)
    month = receipts.receipt_month(context.today(site.time_zone))
    if receipts.add_receipt(session.connection(), receipt, month):
        left_out = _watchers_of(session, site.id).possible & knock.left_out
        change_box(session, site, lambda box: rules.put_in(box, knock._replace(left_out=left_out)))


BOX_BYTES: Final = 32 * 1024 - 64
"""Room in bytes: everything at thirty adults, with three exclusions each, settled by two. Only more makes it longer."""


def encrypt_box(keyring: Keyring, site_id: int, box: KnockBox) -> bytes:
    """The box as it is stored."""
    return encrypt_json(keyring, KEPT_WORDS, box, _purpose(site_id), BOX_BYTES)


def open_box(keyring: Keyring, site_id: int, locked: bytes) -> KnockBox:
    """A stored box.

    Raises:
        CannotOpen: of another site, or altered.
        KeyGone: its key is missing.
    """
    return decrypt_json(keyring, KEPT_WORDS, locked, _purpose(site_id), KnockBox) if locked else KnockBox()


def _purpose(site_id: int) -> SealingContext:
    return sealing_context("knocks", str(site_id))


def check_boxes() -> Iterator[bool]:
    """Whether each box opens with the present key files."""
    rows = db.walk_rows(select(KnockBoxRow), KnockBoxRow.site_id)
    return check_opening(rows, lambda row: open_box(context.keyring(), row.site_id, row.locked))


def change_box(session: Session, site: Site, change: Callable[[KnockBox], KnockBox]) -> None:
    """Change the box of a site, which is made now if there is none; nobody else changes it in that time.

    Raises:
        CannotOpen, KeyGone: it does not open; nothing is written.
    """
    moment = name_moment(rules.last_knock_hour(site_clock(site)))
    new = insert_into(KnockBoxRow, session.get_bind().dialect).values(site_id=site.id, moment=moment, locked=b"")
    session.execute(new.on_conflict_do_nothing())
    row = session.scalars(
        select(KnockBoxRow)
        .where(KnockBoxRow.site_id == site.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    row.locked = encrypt_box(context.keyring(), site.id, change(open_box(context.keyring(), site.id, row.locked)))
    session.flush()


def empty_boxes_at(session: Session, site_ids: Collection[int], knock_slot: Slot) -> list[int]:
    """Let adults see new knocks of sites that have a box, at a fixed hour; deletes hours of adults who have left.

    An adult who is no longer trusted counts as one who has stopped; her hours stay.

    Returns:
        The sites whose box does not open; it stays as it is.
    """
    listening: dict[int, dict[int, Listening]] = {site_id: {} for site_id in site_ids}
    for time in list_listening_times(session, site_ids):
        listening[time.site_id][time.person_id] = Listening(time.place, time.hours)
    trusted = trusted_people_by_site(session, [site_id for site_id, times in listening.items() if times])
    for site_id, people in trusted.items():
        if others := listening[site_id].keys() - {person.id for person in people}:
            _end_listening(session, site_id, others - {person.id for person in list_people(session, [site_id])})
            listening[site_id] = {each: time for each, time in listening[site_id].items() if each not in others}
    clocks = {site.id: site_clock(site) for site in list_sites(session, site_ids)}
    boxes, unopenable = select(KnockBoxRow).where(KnockBoxRow.site_id.in_(site_ids)), list[int]()
    for row in session.scalars(boxes.order_by(KnockBoxRow.site_id).with_for_update()).all():
        try:
            box = open_box(context.keyring(), row.site_id, row.locked)
            box = rules.empty_box(box, knock_slot, listening[row.site_id], clocks[row.site_id])
            row.locked = encrypt_box(context.keyring(), row.site_id, box)
        except (CannotOpen, KeyGone):
            unopenable.append(row.site_id)
    session.flush()
    return unopenable


def list_reminded_people(session: Session, site_ids: Collection[int], knock_slot: Slot) -> dict[int, list[int]]:
    """The adults who listen before the next fixed hour, by site, whether anybody knocked at them or not."""
    people: dict[int, list[int]] = {}
    for time in list_listening_times(session, site_ids):
        if rules.listens_before_next(time.hours, knock_slot):
            people.setdefault(time.site_id, []).append(time.person_id)
    return people


def load_own_knocks(session: Session, sites: Collection[Site], person_id: int) -> dict[int, OwnKnocks]:
    """What an adult sees of the knocks at each of these sites.

    Nothing where a box does not open, which `youthvoice doctor` says.
    """
    boxes = select(KnockBoxRow.site_id, KnockBoxRow.locked).where(KnockBoxRow.site_id.in_([site.id for site in sites]))
    locked = {row.site_id: row.locked for row in session.execute(boxes)}
    return {site.id: _open_own_knocks(session, site, person_id, locked.get(site.id, b"")) for site in sites}


def sites_with_own_knocks(session: Session, site_ids: Collection[int], person_id: int) -> set[int]:
    """The sites where an adult sees that a child knocked, at the adult or without meeting another one."""
    boxes = select(KnockBoxRow.site_id, KnockBoxRow.locked).where(KnockBoxRow.site_id.in_(site_ids))
    return {row.site_id for row in session.execute(boxes) if _has_own(session, row.site_id, person_id, row.locked)}


def _has_own(session: Session, site_id: int, person_id: int, locked: bytes) -> bool:
    try:
        box = open_box(context.keyring(), site_id, locked)
    except (CannotOpen, KeyGone):
        return False
    return person_id in box.calls or bool(_missed_at(session, site_id, box, person_id))


def _missed_at(session: Session, site_id: int, box: rules.KnockBox, person_id: int) -> tuple[rules.ShownMiss, ...]:
    return tuple(rules.show_missed(box, person_id, _watchers_of(session, site_id))) if box.missed else ()


def _open_own_knocks(session: Session, site: Site, person_id: int, locked: bytes) -> OwnKnocks:
    try:
        box = open_box(context.keyring(), site.id, locked)
    except (CannotOpen, KeyGone):
        return OwnKnocks()
    missed = _missed_at(session, site.id, box, person_id)
    if (call := box.calls.get(person_id)) is None:
        return OwnKnocks(missed=missed)
    local = site_clock(site)
    has_begun, is_over = local >= call.slot.starts, local >= call.slot.ends
    return OwnKnocks(call.slot, has_begun, call.place, call.was_empty, missed, is_over)


def mark_call(session: Session, site: Site, person_id: int, mark: str) -> None:
    """Note what an adult marks after she listened.

    Raises:
        CannotMark: no knock waits for her, or nobody can have come yet.
    """
    times = {time.person_id: time.hours for time in list_listening_times(session, [site.id])}
    local, hours = site_clock(site), times.get(person_id, ())
    change_box(session, site, lambda box: rules.mark_call(box, person_id, mark, local, hours))


def settle_missed(session: Session, site: Site, viewer_id: int, person_id: int) -> None:
    """Note that somebody settled what she sees of missed knocks at an adult."""
    watchers = _watchers_of(session, site.id)
    change_box(session, site, lambda box: rules.settle_missed(box, viewer_id, person_id, watchers))
