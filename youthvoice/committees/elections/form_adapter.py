"""Between the form of an election and its rules: what was wanted, and what keeps it from opening."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.committees import overview as standing
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.elections.entities import ElectionFacts
from youthvoice.committees.elections.forms import OpenElectionForm
from youthvoice.committees.elections.rules import AT_THE_TABLET, Opening, Refusal, refusals
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.representatives import rules as term_rules
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.entities import RepFacts, same
from youthvoice.web.i18n.dates import local


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
    others = {
        same(one.nickname)
        for one in representatives.in_office(session, keyring, [committee.site_id], day)
        if not term_rules.is_herself(one, committee.id, opening.post)
    }
    stand = {
        same(one.nickname)
        for other in election_store.of(session, keyring, [committee.id])
        if other.is_running and other.post != opening.post
        for one in other.body.standing
    }
    found = [*refusals(opening, committee, held=held, running=runs, now=now)]
    for code, known in (("nickname_taken", others), ("stands_twice", stand)):
        found += [Refusal(code, "standing", one.nickname) for one in opening.standing if same(one.nickname) in known]
    return tuple(found)


def leaving(session: Session, committee: CommitteeFacts, election: ElectionFacts) -> list[RepFacts]:
    """Who stands, holds another post of the committee, and leaves it if she is chosen."""
    if not election.is_running:
        return []
    stand = {same(one.nickname) for one in election.body.standing}
    found = representatives.in_office(session, running.keyring(), [committee.site_id], _today(session, committee))
    hers = (one for one in found if one.post != election.post and same(one.nickname) in stand)
    return [one for one in hers if term_rules.is_herself(one, committee.id, election.post)]


def seat(session: Session, committee: CommitteeFacts, election: ElectionFacts) -> RepFacts | None:
    """Who won, as she is in office: at the tablet her nickname may bear a number. None where she is not any more."""
    if not election.won or not committee.is_open:
        return None
    day, mine = _today(session, committee), representatives.of(session, running.keyring(), committee.id)
    known = (one for one in mine if one.post == election.post and one.is_in_office(day))
    return next((one for one in known if one.picture == election.won.picture), None)


def _today(session: Session, committee: CommitteeFacts) -> date:
    return running.today(standing.zone_of(session, committee))
