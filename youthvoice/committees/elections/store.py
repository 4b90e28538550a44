"""Elections as they are kept: opening one, finding them, and what is left when one is over."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice.audit.log import Log
from youthvoice.committees import store
from youthvoice.committees.elections.entities import Body, ElectionFacts, lock_body, open_body
from youthvoice.committees.elections.rules import AT_THE_TABLET, NOMINATION, RUNNING, Opening, Result
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.models import Ballot, Committee, Election
from youthvoice.committees.representatives import store as representatives
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites import store as places
from youthvoice.slips import store as slips
from youthvoice.web.i18n.dates import local
from youthvoice.web.random_slugs import new_name

KEY_PREFIX = "ballots-"


def hold(session: Session, committee_id: int) -> bool:
    """Whoever opens an election of the same committee at this moment, or closes it, waits; whether it still meets."""
    query = select(Committee.id).where(Committee.id == committee_id, Committee.closed_on.is_(None))
    return session.scalar(query.with_for_update()) is not None


def runs(session: Session, committee_id: int, post: str) -> bool:
    """Whether there is an election for a post already."""
    mine = (Election.committee_id == committee_id, Election.post == post, Election.state.in_(RUNNING))
    return session.scalar(select(Election.id).where(*mine).limit(1)) is not None


def add(  # noqa: PLR0913, PLR0917 - what was decided, by whom
    session: Session, keyring: Keyring, committee_id: int, opening: Opening, opened_by: int, log: Log, where: str = ""
) -> str:
    """Open an election that nothing keeps from opening; the caller commits.

    Args:
        session: may write.
        keyring: the key files.
        committee_id: whose post it is.
        opening: what was decided; see `elections.refusals`.
        opened_by: the adult.
        log: in her name.
        where: of a nomination.

    Returns:
        Its slug.
    """
    slug = new_name(lambda name: session.scalar(select(Election.id).where(Election.slug == name)) is not None)
    made = Election(
        slug=slug,
        committee_id=committee_id,
        post=opening.post,
        way=opening.way,
        tie=opening.tie,
        state="open",
        ends_at=opening.ends_at,
        opened_by=opened_by,
        key=f"{KEY_PREFIX}{slug}",
        body=lock_body(keyring, slug, Body(opening.standing, opening.voters, where)),
    )
    session.add(made)
    session.flush()
    log.add(session, "election.open", slug)
    return slug


def find(session: Session, keyring: Keyring, slug: str) -> ElectionFacts | None:
    """An election by what addresses bear."""
    found = session.scalar(select(Election).where(Election.slug == slug))
    return facts(keyring, found) if found else None


def of(session: Session, keyring: Keyring, committee_ids: Collection[int]) -> list[ElectionFacts]:
    """The elections of some committees, those that run first, then the newest."""
    query = select(Election).where(Election.committee_id.in_(committee_ids)).order_by(Election.id.desc())
    found = [facts(keyring, one) for one in session.scalars(query)]
    return sorted(found, key=lambda one: not one.is_running)


def open_at(session: Session, site_id: int, now: datetime) -> list[tuple[str, str, str]]:
    """Votes that are open at the tablets of a site: slug, post, and name of the committee."""
    query = (
        select(Election.slug, Election.post, Committee.name)
        .join(Committee, Committee.id == Election.committee_id)
        .where(Committee.site_id == site_id, Election.way == AT_THE_TABLET, Election.state == "open")
        .where(Election.ends_at > now)
        .order_by(Election.ends_at, Election.id)
    )
    return [(slug, post, name) for slug, post, name in session.execute(query)]


def over_at(session: Session, keyring: Keyring, site_id: int, since: datetime) -> list[ElectionFacts]:
    """Elections of a site that ended since a moment, of whichever way, the newest first."""
    query = (
        select(Election)
        .join(Committee, Committee.id == Election.committee_id)
        .where(Committee.site_id == site_id, Election.state.not_in(RUNNING), Election.ends_at >= since)
        .order_by(Election.ends_at.desc(), Election.id.desc())
    )
    return [facts(keyring, one) for one in session.scalars(query)]


def held(session: Session, election_id: int) -> Election | None:
    """An election's row; whoever wants to end or count it at this moment waits."""
    query = select(Election).where(Election.id == election_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def finish(  # noqa: PLR0913, PLR0917 - what came of it, and when
    session: Session, keyring: Keyring, row: Election, result: Result, now: datetime, log: Log
) -> None:
    """It is over: who won begins her term; ballots, first counts and slips are gone. The key ends after the commit."""
    body = open_body(keyring, row.slug, row.body)
    left = tuple(body.standing[place] for place in result.left)
    committee = store.find(session, row.committee_id)
    assert committee is not None  # a foreign key says so
    if result.state == "done" and not committee.is_open:
        result, left = Result("called_off"), ()  # nobody begins a term in a committee that meets no more
    if result.state == "done":
        day = local(now, _zone(session, committee)).date()
        won = left[0]
        representatives.elected(session, keyring, committee, row.post, won.nickname, won.picture, row.way, day)
    row.state, row.ends_at = result.state, now  # from here on children are told, however late adults counted
    row.body = lock_body(keyring, row.slug, Body(left, 0, body.where if row.way == NOMINATION else ""))
    row.first_count, row.counted_by = None, None
    session.execute(delete(Ballot).where(Ballot.election_id == row.id))
    slips.forget(session, f"election/{row.id}")
    log.add(session, f"election.{result.state}", row.slug)


def call_off(session: Session, keyring: Keyring, election_id: int, now: datetime, log: Log) -> bool:
    """It was opened wrongly: nothing is counted, and children are told. False where it is over already."""
    row = held(session, election_id)
    if row is None or row.state not in RUNNING:
        return False
    finish(session, keyring, row, Result("called_off"), now, log)
    return True


def call_off_all(session: Session, keyring: Keyring, committee_id: int, now: datetime, log: Log) -> None:
    """A committee meets no more: whatever it was electing is called off. The keys end after the commit."""
    query = select(Election.id).where(Election.committee_id == committee_id, Election.state.in_(RUNNING))
    for election_id in session.scalars(query.order_by(Election.id)).all():
        call_off(session, keyring, election_id, now, log)


def forget_standing(session: Session, keyring: Keyring, slug: str) -> None:
    """Those who tied stand in another election by now: here nobody needs their names any more."""
    mine = update(Election).where(Election.slug == slug, Election.state == "again")
    session.execute(mine.values(body=lock_body(keyring, slug, Body())))


def facts(keyring: Keyring, row: Election) -> ElectionFacts:
    """A row with its body opened."""
    names = [name for name in ElectionFacts.__dataclass_fields__ if name != "body"]
    return ElectionFacts(**{name: getattr(row, name) for name in names}, body=open_body(keyring, row.slug, row.body))


def _zone(session: Session, committee: CommitteeFacts) -> str:
    site = places.site(session, committee.site_id)
    return site.time_zone if site else "UTC"
