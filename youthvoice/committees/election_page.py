"""Between the form of an election and its rules: what was wanted, and what keeps it from opening."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.committees import election_store, representatives
from youthvoice.committees.election_forms import OpenElectionForm
from youthvoice.committees.elections import AT_THE_TABLET, Opening, Refusal, refusals
from youthvoice.committees.facts import CommitteeFacts


def opening_of(form: OpenElectionForm, time_zone: str) -> Opening:
    """What a valid form asks for.

    Args:
        form: validated.
        time_zone: of the site.
    """
    way = form.way.data
    voters = (form.voters.data or 0) if way == AT_THE_TABLET and "voters" in form else 0
    return Opening(
        post=form.post.data,
        way=way,
        tie=form.tie.data,
        standing=form.standing(),
        voters=voters,
        ends_at=datetime.combine(form.ends_on.data, form.ends_time.data, ZoneInfo(time_zone)).astimezone(UTC),
        balance="balance" in form and bool(form.balance.data),
    )


def weighed(session: Session, committee: CommitteeFacts, opening: Opening, now: datetime) -> tuple[Refusal, ...]:
    """Everything that keeps an election from opening."""
    terms = representatives.terms(session, running.keyring(), committee.id, opening.post)
    held = representatives.held_last(terms)
    runs = election_store.runs(session, committee.id, opening.post)
    return refusals(opening, committee, held=held, running=runs, now=now)
