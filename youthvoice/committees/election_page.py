"""Between the form of an election and its rules: what was wanted, and what keeps it from opening."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.committees import election_store, representatives, standing, term_rules
from youthvoice.committees.election_forms import OpenElectionForm
from youthvoice.committees.elections import AT_THE_TABLET, Opening, Refusal, refusals
from youthvoice.committees.facts import CommitteeFacts
from youthvoice.committees.rep_facts import same
from youthvoice.web.days import local


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
    keyring, day = running.keyring(), local(now, standing.zone_of(session, committee)).date()
    before = [one for one in representatives.of(session, keyring, committee.id) if one.post == opening.post]
    held = representatives.names(term_rules.held_last(opening.post, before))
    runs = election_store.runs(session, committee.id, opening.post)
    elsewhere = [
        one
        for one in representatives.in_office(session, keyring, [committee.site_id], day)
        if one.committee_id != committee.id or one.post == term_rules.MANY
    ]
    known = {same(one.nickname) for one in elsewhere}
    taken = (Refusal("nickname_taken", "standing", one.nickname) for one in opening.standing)
    found = refusals(opening, committee, held=held, running=runs, now=now)
    return (*found, *(one for one in taken if same(one.name) in known))
