"""Converts the form of an election to values of its rules; and the request to a second adult that opens one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts import agreement
from youthvoice.accounts.agreement import RequestKind
from youthvoice.audit.audit_log import Log
from youthvoice.committees.elections import forms, labels, rules, store
from youthvoice.committees.entities import Committee
from youthvoice.committees.labels import POST_LABELS
from youthvoice.committees.representatives.rules import Representative, fold_nickname, is_same_child, list_last_holders
from youthvoice.committees.representatives.store import list_in_office, list_nicknames, list_representatives
from youthvoice.committees.store import committee_time_zone, find_committee, find_visible_committee
from youthvoice.sites.store import get_site
from youthvoice.web.i18n.formats import format_day, format_hour, join_list, local_time


def to_opening(form: forms.OpenElectionForm, time_zone: str) -> rules.ElectionOpening:
    """The opening that a valid form asks for.

    Args:
        form: validated.
        time_zone: of the site.
    """
    way = form.way.data
    voters = (form.voters.data or 0) if way == rules.AT_THE_TABLET and "voters" in form else 0
    return rules.ElectionOpening(
        post=form.post.data,
        way=way,
        tie=form.tie.data,
        standing=form.candidates(),
        voters=voters,
        ends_at=datetime.combine(form.ends_on.data, form.ends_time.data, ZoneInfo(time_zone)).astimezone(UTC),
        balance="balance" in form and bool(form.balance.data),
    )


def list_refusals(
    session: Session, committee: Committee, opening: rules.ElectionOpening, now: datetime
) -> tuple[rules.ElectionRefusal, ...]:
    """Everything that keeps an election from opening."""
    zone = committee_time_zone(session, committee)
    day = local_time(now, zone).date()
    former = [
        representative
        for representative in list_representatives(session, committee.id)
        if representative.post == opening.post
    ]
    nicknames = list_nicknames(list_last_holders(opening.post, former))
    is_running = store.is_election_running(session, committee.id, opening.post)
    in_office = {
        fold_nickname(representative.nickname)
        for representative in list_in_office(session, [committee.site_id], day)
        if not is_same_child(representative, committee.id, opening.post)
    }
    candidates_elsewhere = {
        fold_nickname(candidate.nickname)
        for other in store.list_elections(session, [committee.id])
        if other.is_running and other.post != opening.post
        for candidate in other.body.standing
    }
    election_refusals = [
        *rules.find_opening_refusals(opening, committee, holders=nicknames, running=is_running, now=now)
    ]
    last_day = get_site(session, committee.site_id).closes_on
    if last_day and opening.way != rules.NOMINATION and local_time(opening.ends_at, zone).date() > last_day:
        election_refusals.append(rules.ElectionRefusal("site_closes", "ends_on"))
    for code, names in (("nickname_taken", in_office), ("stands_twice", candidates_elsewhere)):
        election_refusals += [
            rules.ElectionRefusal(code, "standing", candidate.nickname)
            for candidate in opening.standing
            if fold_nickname(candidate.nickname) in names
        ]
    return tuple(election_refusals)


def list_post_endings(session: Session, committee: Committee, election: rules.Election) -> list[Representative]:
    """Candidates who hold another post of the committee, which ends if they are chosen."""
    if not election.is_running:
        return []
    names = {fold_nickname(candidate.nickname) for candidate in election.body.standing}
    representatives = list_in_office(session, [committee.site_id], _today(session, committee))
    matches = (
        representative
        for representative in representatives
        if representative.post != election.post and fold_nickname(representative.nickname) in names
    )
    return [representative for representative in matches if is_same_child(representative, committee.id, election.post)]


def find_winner(session: Session, committee: Committee, election: rules.Election) -> Representative | None:
    """The winner as a representative; None if no longer in office.

    The picture tells who it is, because in office the nickname may have got a number (`begin_term`).
    """
    if not election.won or not committee.is_open:
        return None
    day = _today(session, committee)
    winners = (
        representative
        for representative in list_representatives(session, committee.id)
        if representative.post == election.post and representative.picture == election.won.picture
    )
    return next((representative for representative in winners if representative.is_in_office(day)), None)


def _today(session: Session, committee: Committee) -> date:
    return context.today(committee_time_zone(session, committee))


def to_request_data(committee: Committee, opening: rules.ElectionOpening, where: str, tied: str) -> dict[str, Any]:
    """The data of the request to the second adult.

    Args:
        committee: whose post it is.
        opening: what a facilitator wants to open.
        where: where children nominated, of a nomination.
        tied: the election whose tie this run-off settles; empty for none.
    """
    values = {**asdict(opening), "ends_at": opening.ends_at.isoformat()}
    return {"committee": committee.id, "opening": values, "where": where, "tied": tied}


def _opening(data: Mapping[str, Any]) -> rules.ElectionOpening:
    """The opening of a request's data."""
    values = data["opening"]
    candidates = tuple(rules.Candidate(**candidate) for candidate in values["standing"])
    ends_at = datetime.fromisoformat(values["ends_at"])
    return rules.ElectionOpening(**{**values, "standing": candidates, "ends_at": ends_at})


def open_election(  # noqa: PLR0913, PLR0917 - what was decided, by whom
    session: Session,
    committee: Committee,
    opening: rules.ElectionOpening,
    person_id: int,
    log: Log,
    where: str,
    tied: str,
) -> str | rules.ElectionRefusal:
    """Open an election; returns its slug, or the refusal if a colleague has just opened one or closed the committee."""
    if not store.lock_committee(session, committee.id):
        return rules.ElectionRefusal("committee_closed", "post")
    if store.is_election_running(session, committee.id, opening.post):
        return rules.ElectionRefusal("runs_already", "post")
    nominated_where = where if opening.way == rules.NOMINATION else ""
    slug = store.add_election(session, committee.id, opening, person_id, log, nominated_where)
    if tied:
        store.forget_candidates(session, tied)
    return slug


class OpenElectionRequest:
    """The request to open an election or a nomination."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as `RequestKind`
        """Which post."""
        return str(_("Open an election: %(post)s", post=POST_LABELS[data["opening"]["post"]]))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """What is fixed before the election, and the candidates."""
        opening, committee = _opening(data), find_committee(session, data["committee"])
        zone = committee_time_zone(session, committee) if committee else "UTC"
        ends = local_time(opening.ends_at, zone)
        return [
            agreement.RequestLine(_("Committee"), committee.name if committee else ""),
            agreement.RequestLine(_("How do the children choose?"), str(labels.WAY_EXPLANATIONS[opening.way])),
            agreement.RequestLine(_("Candidates"), join_list(candidate.nickname for candidate in opening.standing)),
            agreement.RequestLine(_("Last day"), f"{format_day(ends)}, {format_hour(ends)}"),
            agreement.RequestLine(_("Balance"), _("At least half of all posts will be girls")),
        ]

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Open the election, after checking it against the present state."""
        first, data = agreement.first_caller(session, agreement_request), agreement_request.data
        opening, committee = _opening(data), find_visible_committee(session, data["committee"], first)
        if committee is None or not first.may("committees.elect"):
            raise agreement.CannotBeDone(_("The person who asked can no longer do this."))
        if election_refusals := list_refusals(session, committee, opening, context.now()):
            raise agreement.CannotBeDone(
                Markup(" ").join(
                    labels.election_refusal_label(election_refusal) for election_refusal in election_refusals
                )
            )
        log = agreement.log_of_first(first)
        slug = open_election(session, committee, opening, first.person_id, log, data["where"], data["tied"])
        if isinstance(slug, rules.ElectionRefusal):
            raise agreement.CannotBeDone(labels.election_refusal_label(slug))
        return agreement.RequestOutcome(url_for("elections.detail", slug=slug), second.may("committees.count"))


ELECTION_REQUEST_KINDS: Final[Mapping[str, RequestKind]] = {"election": OpenElectionRequest()}
