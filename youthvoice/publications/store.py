"""Queries about publications: they are written once, approved together, and found by the sites that may see them."""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, String, cast, exists, func, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.db import count_changed
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.printing.store import has_pdf
from youthvoice.publications.encryption import Publication, encrypt_reason, encrypt_view, open_publication
from youthvoice.publications.models import PublicationRow, PublicationSiteRow
from youthvoice.publications.snapshot import Frozen
from youthvoice.surveys.rounds.store import list_rounds_by_id, list_rounds_of_children, select_answered_rounds

WAITING, APPROVED, SENT, SENT_BACK = "waiting", "approved", "sent", "sent_back"

VISIBLE_STATES = (APPROVED, SENT)
"""States in which others than advocates may see a publication."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The publications of one batch, one for each audience, which are approved together.

    Attributes:
        rows: by audience; a choice has only `children`.
        site_ids: where it may be seen.
    """

    rows: Mapping[str, Publication]
    site_ids: frozenset[int]

    @property
    def first(self) -> Publication:
        """The publication that represents the edition: the guardians', else the only one."""
        return self.rows.get("guardians") or next(iter(self.rows.values()))

    @property
    def state(self) -> str:
        """waiting, approved, sent or sent_back."""
        return self.first.state


def add_edition(  # noqa: PLR0913 - an edition has as many sides
    session: Session,
    *,
    round_id: int,
    site_ids: Collection[int],
    views: Mapping[str, Frozen],
    room: int,
    day: date,
    approved: bool = False,
    version: int = 1,
) -> str:
    """Store the frozen views of a batch, one for each audience, in this transaction.

    Args:
        session: may write.
        round_id: whose batch.
        site_ids: where they may be seen.
        views: by audience.
        room: bytes that none of the views can exceed.
        day: today.
        approved: whether an advocate approved every word before the children were asked.
        version: 1, or the next for a correction.

    Returns:
        The slug of the first; empty if another process has just stored this version: then nothing is to be committed.
    """
    slugs = {audience: secrets.token_hex(8) for audience in views}
    values = [
        {
            "slug": slugs[audience], "round_id": round_id, "audience": audience, "version": version,
            "locked": encrypt_view(context.keyring(), slugs[audience], frozen, room),
            "state": APPROVED if approved else WAITING, "made_on": day, "approved_on": day if approved else None,
        }
        for audience, frozen in views.items()
    ]  # fmt: skip
    new = insert_into(PublicationRow, session.get_bind().dialect).on_conflict_do_nothing().returning(PublicationRow.id)
    publication_ids = session.connection().execute(new, values).scalars().all()
    if len(publication_ids) < len(values):
        return ""
    session.add_all(
        PublicationSiteRow(publication_id=publication_id, site_id=site_id)
        for publication_id in publication_ids
        for site_id in site_ids
    )
    session.flush()
    return next(iter(slugs.values()))


def select_published_rounds() -> Select[int]:
    """The ids of rounds with a publication, as a subquery."""
    return select(PublicationRow.round_id)


def find_edition(session: Session, slug: str, site_ids: Collection[int]) -> Edition | None:
    """The edition of a publication that these sites may see."""
    publication = session.scalar(select(PublicationRow).where(PublicationRow.slug == slug, _is_at(site_ids)))
    if publication is None:
        return None
    edition = (PublicationRow.round_id == publication.round_id, PublicationRow.version == publication.version)
    return next(_read_editions(session, select(PublicationRow).where(*edition)))


def find_publication_by_slug(session: Session, slug: str) -> Publication | None:
    """One publication in any state, of any site: the caller knows that it may be shown."""
    publication = session.scalar(select(PublicationRow).where(PublicationRow.slug == slug))
    return open_publication(publication) if publication else None


def list_approved_without_pdf(session: Session, audience: str, day: date, most: int) -> list[str]:
    """Slug and site of visible publications of an audience approved since a day, without a paper; none is decrypted.

    Args:
        session: only read.
        audience: also the kind of its papers.
        day: the first day.
        most: at most this number of them.

    Returns:
        Subjects of papers, such as `river-1234/7`.
    """
    subject = PublicationRow.slug + "/" + cast(PublicationSiteRow.site_id, String)
    query = (
        select(subject)
        .join(PublicationSiteRow, PublicationSiteRow.publication_id == PublicationRow.id)
        .where(PublicationRow.audience == audience, PublicationRow.state.in_(VISIBLE_STATES))
        .where(PublicationRow.approved_on >= day, ~has_pdf(audience, subject))
        .order_by(PublicationRow.id, PublicationSiteRow.site_id)
    )
    return list(session.scalars(query.limit(most)))


def list_editions(
    session: Session, site_ids: Collection[int], states: Collection[str], round_ids: Collection[int] | None = None
) -> list[Edition]:
    """The editions of some sites in some states, the newest first; only of some rounds, if given."""
    query = select(PublicationRow).where(PublicationRow.state.in_(states), _is_at(site_ids))
    if round_ids is not None:
        query = query.where(PublicationRow.round_id.in_(round_ids))
    return list(_read_editions(session, query))


class EditionSummary(NamedTuple):
    """What is known of an edition without decrypting it.

    Attributes:
        first_id: row of the publication that represents it, as `Edition.first`.
        state: as of `Edition`.
        audiences: those that have a publication.
    """

    first_id: int
    state: str
    audiences: frozenset[str]


def list_edition_summaries(
    session: Session, site_ids: Collection[int], states: Collection[str]
) -> list[EditionSummary]:
    """The editions of some sites in some states, the newest first; nothing is decrypted."""
    columns = PublicationRow.id, PublicationRow.round_id, PublicationRow.version, PublicationRow.audience
    query = select(*columns, PublicationRow.state).where(PublicationRow.state.in_(states), _is_at(site_ids))
    editions: dict[tuple[int, int], dict[str, Any]] = {}
    for row in session.execute(query.order_by(PublicationRow.made_on.desc(), PublicationRow.id.desc())):
        editions.setdefault((row.round_id, row.version), {})[row.audience] = row
    firsts = ((rows.get("guardians") or next(iter(rows.values())), rows) for rows in editions.values())
    return [EditionSummary(first.id, first.state, frozenset(rows)) for first, rows in firsts]


def count_guardians_views(session: Session, site_ids: Collection[int], state: str) -> dict[int, int]:
    """The number of views for guardians in a state, by site."""
    in_state = select(PublicationRow.id).where(PublicationRow.audience == "guardians", PublicationRow.state == state)
    there = PublicationSiteRow.site_id.in_(site_ids), PublicationSiteRow.publication_id.in_(in_state)
    query = select(PublicationSiteRow.site_id, func.count()).where(*there).group_by(PublicationSiteRow.site_id)
    return {row[0]: row[1] for row in session.execute(query)}


def list_waiting_editions(session: Session, site_ids: Collection[int]) -> list[Edition]:
    """The editions that wait for an advocate's approval at some sites, the newest first."""
    return list_editions(session, site_ids, (WAITING,))


def list_editions_to_send(
    session: Session,
    site_ids: Collection[int],
    leave_out: Callable[[Collection[int]], Collection[int]] = lambda _publication_ids: (),
) -> list[Edition]:
    """The editions approved for guardians and not sent at some of these sites, the newest first.

    Args:
        session: only read.
        site_ids: the sites.
        leave_out: which of these views, by their rows, are left out; those are not decrypted.
    """
    unsent = exists().where(
        PublicationSiteRow.publication_id == PublicationRow.id,
        PublicationSiteRow.site_id.in_(site_ids),
        PublicationSiteRow.sent_on.is_(None),
    )
    query = select(PublicationRow.id).where(
        PublicationRow.audience == "guardians", PublicationRow.state.in_(VISIBLE_STATES), unsent
    )
    ids = set(session.scalars(query))
    chosen_ids = ids.difference(leave_out(ids))
    return list(_read_editions(session, select(PublicationRow).where(PublicationRow.id.in_(chosen_ids))))


def list_unsent_sites(
    session: Session, publication_ids: Collection[int], site_ids: Collection[int]
) -> list[tuple[int, int, date]]:
    """Approved views at some sites whose families have no letter yet: view, site, day of approval."""
    query = select(PublicationRow.id, PublicationSiteRow.site_id, PublicationRow.approved_on).join(
        PublicationSiteRow, PublicationSiteRow.publication_id == PublicationRow.id
    )
    unsent = query.where(
        PublicationRow.id.in_(publication_ids),
        PublicationRow.audience == "guardians",
        PublicationRow.approved_on.is_not(None),
        PublicationSiteRow.site_id.in_(site_ids),
        PublicationSiteRow.sent_on.is_(None),
    )
    return [(view, site_id, day) for view, site_id, day in session.execute(unsent) if day]


def list_views_on_board(session: Session, site_id: int, audience: str = "children") -> list[tuple[str, int, date]]:
    """The views that an audience at a site may see: slug, round and day of the last version; nothing is decrypted."""
    query = select(PublicationRow.slug, PublicationRow.round_id, PublicationRow.approved_on, PublicationRow.made_on)
    is_visible = (PublicationRow.audience == audience, PublicationRow.state.in_(VISIBLE_STATES), _is_at([site_id]))
    rows = session.execute(query.where(*is_visible).order_by(PublicationRow.version)).all()
    newest = {row.round_id: (row.slug, row.round_id, row.approved_on or row.made_on) for row in rows}
    return list(newest.values())


def mark_edition_approved(session: Session, edition: Edition, person_id: int, day: date, log: Log) -> None:
    """Approve the views of all audiences together.

    Raises:
        ConcurrentUpdate: a colleague has decided.
    """
    _decide(session, edition, {"state": APPROVED, "approved_by": person_id, "approved_on": day})
    log.add(session, "publication.approve", _subject(edition))


def mark_edition_sent_back(session: Session, edition: Edition, reason: str, log: Log) -> None:
    """Send the views of all audiences back: they stay unchanged and are shown to nobody.

    Raises:
        ConcurrentUpdate: a colleague has decided.
    """
    _decide(session, edition, {"state": SENT_BACK})
    for publication in edition.rows.values():
        locked = encrypt_reason(context.keyring(), publication.slug, reason)
        session.execute(update(PublicationRow).where(PublicationRow.id == publication.id).values(reason=locked))
    log.add(session, "publication.send_back", _subject(edition))


def lock_sites_to_write_to(
    session: Session, edition: Edition, site_ids: Collection[int]
) -> Sequence[PublicationSiteRow]:
    """The sites of a view among these, locked until the transaction ends, so that nobody else writes to them."""
    query = select(PublicationSiteRow).where(
        PublicationSiteRow.publication_id == edition.first.id, PublicationSiteRow.site_id.in_(site_ids)
    )
    return session.scalars(query.order_by(PublicationSiteRow.site_id).with_for_update()).all()


def mark_site_written(site_row: PublicationSiteRow, day: date, letters: int, answered_on: date | None) -> None:
    """Record that families of a site got letters about a view.

    Args:
        site_row: locked.
        day: today at the site.
        letters: number of new letters.
        answered_on: day of the answer in these letters; None if it was not complete.
    """
    site_row.letters = (site_row.letters or 0) + letters
    if site_row.sent_on is None:
        site_row.sent_on = day
        site_row.told_of = answered_on


def list_views_for_families(session: Session, site_id: int, first: date, last: date) -> list[Publication]:
    """The newest approved views for the guardians of a site, approved in a period, the oldest first."""
    newest = _list_newest_views(session, site_id)
    publications = list_publications(session, [row.id for row in newest if first <= row.approved_on <= last])
    return [publications[row.id] for row in newest if row.id in publications]


def list_views_at(session: Session, site_id: int, since: date) -> list[tuple[Publication, PublicationSiteRow]]:
    """The newest approved views for the guardians of a site that were approved or answered on a day or later.

    The oldest first, locked until the transaction ends, so that nobody else writes letters about them. Views that the
    present key files cannot decrypt are left out, and none is decrypted that is older.

    Args:
        session: may write.
        site_id: the site.
        since: the day.
    """
    newest, answered_ids = _list_newest_views(session, site_id), set[int]()
    if older := [row.round_id for row in newest if row.approved_on < since]:
        answered = select_answered_rounds(since)
        answered_ids.update(session.scalars(select(answered.c.round_id).where(answered.c.round_id.in_(older))))
    ids = [row.id for row in newest if row.approved_on >= since or row.round_id in answered_ids]
    query = select(PublicationSiteRow).where(PublicationSiteRow.publication_id.in_(ids))
    of_site = query.where(PublicationSiteRow.site_id == site_id).order_by(PublicationSiteRow.publication_id)
    site_rows = {row.publication_id: row for row in session.scalars(of_site.with_for_update())}
    publications = list_publications(session, site_rows)
    return [
        (publications[publication_id], site_rows[publication_id])
        for publication_id in ids
        if publication_id in publications
    ]


def _list_newest_views(session: Session, site_id: int) -> list[Any]:
    """Row, round and day of the newest approved view of each round for the guardians of a site, the oldest first."""
    query = select(PublicationRow.id, PublicationRow.round_id, PublicationRow.approved_on).join(
        PublicationSiteRow, PublicationSiteRow.publication_id == PublicationRow.id
    )
    is_approved = PublicationRow.state.in_(VISIBLE_STATES), PublicationRow.approved_on.is_not(None)
    visible = query.where(PublicationRow.audience == "guardians", *is_approved, PublicationSiteRow.site_id == site_id)
    rows = session.execute(visible.order_by(PublicationRow.version, PublicationRow.id))
    return sorted({row.round_id: row for row in rows}.values(), key=lambda row: (row.approved_on, row.id))


def approval_days_at_sites(session: Session, site_ids: Collection[int]) -> dict[int, list[date]]:
    """The days on which views for the guardians of each site were approved; nothing is decrypted."""
    query = (
        select(PublicationSiteRow.site_id, PublicationRow.approved_on)
        .join(PublicationRow, PublicationSiteRow.publication_id == PublicationRow.id)
        .where(PublicationRow.audience == "guardians", PublicationRow.state.in_(VISIBLE_STATES))
        .where(PublicationSiteRow.site_id.in_(site_ids), PublicationRow.approved_on.is_not(None))
    )
    days: dict[int, list[date]] = {site_id: [] for site_id in site_ids}
    for row in session.execute(query):
        days[row.site_id].append(row.approved_on)
    return days


def mark_view_sent(session: Session, publication: Publication, day: date) -> None:
    """Record that a view went out on a rhythm; once, or the letters of all its sites would wait for each other."""
    if publication.state == SENT and publication.sent_on is not None:
        return
    values = {"state": SENT, "sent_on": publication.sent_on or day}
    session.execute(update(PublicationRow).where(PublicationRow.id == publication.id).values(values))


def list_publication_sites(session: Session, publication: Publication) -> Sequence[PublicationSiteRow]:
    """The sites of a publication, with the day on which each got letters."""
    query = select(PublicationSiteRow).where(PublicationSiteRow.publication_id == publication.id)
    return session.scalars(query.order_by(PublicationSiteRow.site_id)).all()


def mark_edition_sent(session: Session, edition: Edition, person_id: int, day: date, log: Log) -> None:
    """Record that the guardians' view went out, at one of its sites at least."""
    values = {"state": SENT, "sent_by": person_id, "sent_on": edition.first.sent_on or day}
    session.execute(update(PublicationRow).where(PublicationRow.id == edition.first.id).values(values))
    log.add(session, "publication.send", _subject(edition))


def _decide(session: Session, edition: Edition, values: Mapping[str, object]) -> None:
    """Set the state of all views of a waiting edition."""
    ids = [publication.id for publication in edition.rows.values()]
    decided = count_changed(
        session,
        update(PublicationRow).where(PublicationRow.id.in_(ids), PublicationRow.state == WAITING).values(values),
    )
    if decided != len(ids):
        raise ConcurrentUpdate
    session.expire_all()


def _subject(edition: Edition) -> str:
    """The subject of an edition's line in the log."""
    return f"{edition.first.frozen['round']} version {edition.first.version}"


def _is_at(site_ids: Collection[int]) -> Any:
    """The condition that one of these sites may see a publication."""
    return exists().where(
        PublicationSiteRow.publication_id == PublicationRow.id, PublicationSiteRow.site_id.in_(site_ids)
    )


def _read_editions(session: Session, query: Select[PublicationRow]) -> Iterator[Edition]:
    """Group publications into editions, in the order of the query."""
    publications: dict[tuple[int, int], dict[str, Publication]] = {}
    for publication in session.scalars(query.order_by(PublicationRow.made_on.desc(), PublicationRow.id.desc())):
        publications.setdefault((publication.round_id, publication.version), {})[publication.audience] = (
            open_publication(publication)
        )
    ids = [publication.id for rows in publications.values() for publication in rows.values()]
    sites: dict[int, set[int]] = {}
    for row in session.execute(
        select(PublicationSiteRow.publication_id, PublicationSiteRow.site_id).where(
            PublicationSiteRow.publication_id.in_(ids)
        )
    ):
        sites.setdefault(row.publication_id, set()).add(row.site_id)
    for rows in publications.values():
        yield Edition(rows, frozenset(set().union(*(sites[publication.id] for publication in rows.values()))))


def list_view_states(session: Session, round_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """The newest view of each round and its state; `told` if only children see it, as after a choice."""
    query = select(PublicationRow.round_id, PublicationRow.id, PublicationRow.audience, PublicationRow.state)
    view_states: dict[int, tuple[int, str]] = {}
    for row in session.execute(query.where(PublicationRow.round_id.in_(round_ids)).order_by(PublicationRow.version)):
        if row.audience == "guardians":
            view_states[row.round_id] = row.id, row.state
        else:
            view_states.setdefault(row.round_id, (row.id, "told"))
    return view_states


def find_guardians_view(session: Session, round_id: int) -> Frozen | None:
    """The newest approved view of a round for guardians."""
    query = select(PublicationRow).where(PublicationRow.round_id == round_id, PublicationRow.audience == "guardians")
    newest = query.where(PublicationRow.state.in_(VISIBLE_STATES)).order_by(PublicationRow.version.desc()).limit(1)
    publication = session.scalar(newest)
    return open_publication(publication).frozen if publication else None


def list_views_of_other_rounds(session: Session, publication: Publication) -> list[Frozen]:
    """The approved views of other rounds for the same audience and the same children: same sites and group."""
    site_ids = [site_row.site_id for site_row in list_publication_sites(session, publication)]
    is_visible = (PublicationRow.audience == publication.audience, PublicationRow.state.in_(VISIBLE_STATES))
    query = select(PublicationRow).where(*is_visible, _is_at(site_ids)).order_by(PublicationRow.version)
    rows = session.scalars(query).all()
    rounds = list_rounds_by_id(session, {publication.round_id, *(row.round_id for row in rows)})
    children = {round_.id: (frozenset(round_.site_ids), round_.group_name) for round_ in rounds}
    newest = {row.round_id: row for row in rows if children[row.round_id] == children[publication.round_id]}
    return [open_publication(row).frozen for row in newest.values() if row.round_id != publication.round_id]


def list_views_of_children(session: Session, site_ids: Collection[int], group_name: str) -> list[Frozen]:
    """The newest view for reviews of every round of the same children, approved or not: same sites and group.

    Views that the present key files cannot decrypt are left out.
    """
    round_ids = list_rounds_of_children(session, site_ids, group_name)
    query = select(PublicationRow).where(PublicationRow.audience == "review", PublicationRow.round_id.in_(round_ids))
    rows = session.scalars(query.order_by(PublicationRow.version))
    views = []
    for row in {row.round_id: row for row in rows}.values():
        with suppress(CannotOpen, KeyGone):
            views.append(open_publication(row).frozen)
    return views


def list_publications(session: Session, publication_ids: Collection[int]) -> dict[int, Publication]:
    """Some publications by row, without those that cannot be decrypted."""
    publications: dict[int, Publication] = {}
    for row in session.scalars(select(PublicationRow).where(PublicationRow.id.in_(publication_ids))):
        with suppress(CannotOpen, KeyGone):
            publications[row.id] = open_publication(row)
    return publications


def get_publication(session: Session, publication_id: int) -> Publication:
    """A publication by its row, decrypted."""
    return open_publication(session.get_one(PublicationRow, publication_id))


def list_numbers_published(session: Session, round_ids: Collection[int]) -> dict[int, int]:
    """The number of children who answered, as published, by round; rounds without an approved view are left out."""
    query = select(PublicationRow).where(PublicationRow.round_id.in_(round_ids), PublicationRow.audience == "review")
    rows = session.scalars(query.where(PublicationRow.state.in_(VISIBLE_STATES)).order_by(PublicationRow.version))
    return {row.round_id: open_publication(row).frozen["n"] for row in rows}
