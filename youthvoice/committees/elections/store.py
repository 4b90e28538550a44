"""Queries about elections: open one, find them, and end one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit.audit_log import Log
from youthvoice.committees.elections import rules
from youthvoice.committees.entities import Committee
from youthvoice.committees.models import BallotRow, CommitteeRow, ElectionRow
from youthvoice.committees.representatives.store import begin_term
from youthvoice.committees.store import find_committee
from youthvoice.sites.store import get_site
from youthvoice.slips.store import forget_slips
from youthvoice.web.i18n.formats import local_time
from youthvoice.web.random_ids import new_slug

BALLOT_KEY_PREFIX = "ballots-"


def lock_committee(session: Session, committee_id: int) -> bool:
    """Lock a committee, so that opening an election and closing it wait for each other; whether it still meets."""
    query = select(CommitteeRow.id).where(CommitteeRow.id == committee_id, CommitteeRow.closed_on.is_(None))
    return session.scalar(query.with_for_update()) is not None


def is_election_running(session: Session, committee_id: int, post: str) -> bool:
    """Whether an election for a post is running."""
    query = select(ElectionRow.id).where(
        ElectionRow.committee_id == committee_id,
        ElectionRow.post == post,
        ElectionRow.state.in_(rules.RUNNING_STATES),
    )
    return session.scalar(query.limit(1)) is not None


def add_election(  # noqa: PLR0913, PLR0917 - what was decided, by whom
    session: Session, committee_id: int, opening: rules.ElectionOpening, opened_by: int, log: Log, where: str = ""
) -> str:
    """Store a new election that nothing keeps from opening; the caller commits.

    Args:
        session: may write.
        committee_id: whose post it is.
        opening: what is fixed before; see `rules.find_opening_refusals`.
        opened_by: the adult.
        log: in the name of that adult.
        where: of a nomination.

    Returns:
        Its slug.
    """
    slug = new_slug(lambda name: session.scalar(select(ElectionRow.id).where(ElectionRow.slug == name)) is not None)
    election_row = ElectionRow(
        slug=slug,
        committee_id=committee_id,
        post=opening.post,
        way=opening.way,
        tie=opening.tie,
        state="open",
        ends_at=opening.ends_at,
        opened_by=opened_by,
        key=f"{BALLOT_KEY_PREFIX}{slug}",
        body=rules.encrypt_election_body(
            context.keyring(), slug, rules.ElectionBody(opening.standing, opening.voters, where)
        ),
    )
    session.add(election_row)
    session.flush()
    log.add(session, "election.open", slug)
    return slug


def find_election(session: Session, slug: str) -> rules.Election | None:
    """An election by the slug of its address."""
    election_row = session.scalar(select(ElectionRow).where(ElectionRow.slug == slug))
    return to_election(election_row) if election_row else None


def list_elections(session: Session, committee_ids: Collection[int]) -> list[rules.Election]:
    """The elections of some committees: running ones first, then the newest."""
    query = select(ElectionRow).where(ElectionRow.committee_id.in_(committee_ids)).order_by(ElectionRow.id.desc())
    elections = [to_election(election_row) for election_row in session.scalars(query)]
    return sorted(elections, key=lambda election: not election.is_running)


def list_open_votes(session: Session, site_id: int, now: datetime) -> list[tuple[str, str, str]]:
    """Votes that are open at the tablets of a site: slug, post, and name of the committee."""
    query = (
        select(ElectionRow.slug, ElectionRow.post, CommitteeRow.name)
        .join(CommitteeRow, CommitteeRow.id == ElectionRow.committee_id)
        .where(CommitteeRow.site_id == site_id, ElectionRow.way == rules.AT_THE_TABLET, ElectionRow.state == "open")
        .where(ElectionRow.ends_at > now)
        .order_by(ElectionRow.ends_at, ElectionRow.id)
    )
    return [(slug, post, name) for slug, post, name in session.execute(query)]


def list_announced_elections(session: Session, site_id: int, now: datetime) -> list[rules.Election]:
    """Elections of a site, of any way, that ended in the last two weeks, the newest first."""
    query = (
        select(ElectionRow)
        .join(CommitteeRow, CommitteeRow.id == ElectionRow.committee_id)
        .where(
            CommitteeRow.site_id == site_id,
            ElectionRow.state.not_in(rules.RUNNING_STATES),
            ElectionRow.ends_at >= now - rules.ANNOUNCED_FOR,
        )
        .order_by(ElectionRow.ends_at.desc(), ElectionRow.id.desc())
    )
    return [to_election(election_row) for election_row in session.scalars(query)]


def lock_election(session: Session, election_id: int) -> ElectionRow | None:
    """The row of an election, locked: others who want to end or count it wait."""
    query = select(ElectionRow).where(ElectionRow.id == election_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def finish_election(session: Session, row: ElectionRow, result: rules.ElectionResult, now: datetime, log: Log) -> None:
    """End an election: the winner's term begins; ballots, first counts and slips are deleted.

    The key is destroyed after the commit.
    """
    body = rules.open_election_body(context.keyring(), row.slug, row.body)
    committee = find_committee(session, row.committee_id)
    assert committee is not None  # a foreign key says so
    if result.state == "done" and not committee.is_open:
        result = rules.ElectionResult("called_off")  # no term begins in a closed committee
    candidates = tuple(body.standing[position] for position in result.positions)
    if result.state == "done":
        winner, day = candidates[0], local_time(now, _zone(session, committee)).date()
        begin_term(session, committee, row.post, winner.nickname, winner.picture, row.way, day)
    row.state = result.state
    row.ends_at = now  # children see it from now on, however late it was counted
    where = body.where if row.way == rules.NOMINATION else ""
    row.body = rules.encrypt_election_body(context.keyring(), row.slug, rules.ElectionBody(candidates, 0, where))
    row.first_count = row.counted_by = None
    session.execute(delete(BallotRow).where(BallotRow.election_id == row.id))
    forget_slips(session, f"election/{row.id}")
    log.add(session, f"election.{result.state}", row.slug)


def call_off_election(session: Session, election_id: int, now: datetime, log: Log) -> bool:
    """Call off an election that was opened wrongly: nothing is counted. False if it is over."""
    row = lock_election(session, election_id)
    if row is None or row.state not in rules.RUNNING_STATES:
        return False
    finish_election(session, row, rules.ElectionResult("called_off"), now, log)
    return True


def call_off_elections(session: Session, committee_id: int, now: datetime, log: Log) -> None:
    """Call off all elections of a committee that closes. The keys are destroyed after the commit."""
    query = select(ElectionRow.id).where(
        ElectionRow.committee_id == committee_id, ElectionRow.state.in_(rules.RUNNING_STATES)
    )
    for election_id in session.scalars(query.order_by(ElectionRow.id)).all():
        call_off_election(session, election_id, now, log)


def forget_candidates(session: Session, slug: str) -> None:
    """Delete the candidates of a tied election: they stand in its run-off."""
    tied_election = update(ElectionRow).where(ElectionRow.slug == slug, ElectionRow.state == "again")
    body = rules.encrypt_election_body(context.keyring(), slug, rules.ElectionBody())
    session.execute(tied_election.values(body=body))


def to_election(row: ElectionRow) -> rules.Election:
    """A row as a value, its body decrypted."""
    names = [name for name in rules.Election.__dataclass_fields__ if name != "body"]
    return rules.Election(
        **{name: getattr(row, name) for name in names},
        body=rules.open_election_body(context.keyring(), row.slug, row.body),
    )


def _zone(session: Session, committee: Committee) -> str:
    return get_site(session, committee.site_id).time_zone
