"""What two adults decide about an election: that it opens, where a rule for all posts together needs two."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import requests
from youthvoice.accounts.requests import Asked, CannotBeDone, Done, Line
from youthvoice.audit.log import Log
from youthvoice.committees import labels as words
from youthvoice.committees import overview as standing
from youthvoice.committees import store
from youthvoice.committees.elections import form_adapter as election_page
from youthvoice.committees.elections import labels as election_words
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.elections.rules import NOMINATION, Candidate, Opening, Refusal
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.web.i18n.dates import day, hour, local
from youthvoice.web.i18n.lists import listed


def asked_for(committee: CommitteeFacts, opening: Opening, where: str, tied: str) -> dict[str, Any]:
    """What waits for the second adult.

    Args:
        committee: whose post it is.
        opening: what a facilitator wants.
        where: of a nomination.
        tied: the election whose tie this one settles; empty for none.
    """
    wanted = {**asdict(opening), "ends_at": opening.ends_at.isoformat()}
    return {"committee": committee.id, "opening": wanted, "where": where, "tied": tied}


def _opening(data: Mapping[str, Any]) -> Opening:
    wanted = data["opening"]
    stand = tuple(Candidate(**one) for one in wanted["standing"])
    return Opening(**{**wanted, "standing": stand, "ends_at": datetime.fromisoformat(wanted["ends_at"])})


def open_election(  # noqa: PLR0913, PLR0917 - what was decided, by whom
    session: Session, committee: CommitteeFacts, opening: Opening, person_id: int, log: Log, where: str, tied: str
) -> str | Refusal:
    """The slug of the new election; why not, where somebody else opened one or closed the committee a moment ago."""
    if not election_store.hold(session, committee.id):
        return Refusal("committee_closed", "post")
    if election_store.runs(session, committee.id, opening.post):
        return Refusal("runs_already", "post")
    said = where if opening.way == NOMINATION else ""
    slug = election_store.add(session, running.keyring(), committee.id, opening, person_id, log, said)
    if tied:
        election_store.forget_standing(session, running.keyring(), tied)
    return slug


class OpenElection:
    """An election, or a nomination."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as Kind
        """Which post."""
        return str(_("Open an election: %(post)s", post=words.post(data["opening"]["post"])))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[Line]:
        """What is decided before, and who stands."""
        opening, committee = _opening(data), store.find(session, data["committee"])
        zone = standing.zone_of(session, committee) if committee else "UTC"
        ends = local(opening.ends_at, zone)
        ways = election_words.ways((opening.way,))
        return [
            Line(_("Committee"), committee.name if committee else ""),
            Line(_("How do the children choose?"), str(ways[0].label)),
            Line(_("Who stands"), listed(one.nickname for one in opening.standing)),
            Line(_("Last day"), f"{day(ends)}, {hour(ends)}"),
            Line(_("Balance"), _("At least half of all posts will be girls")),
        ]

    def carry_out(self, session: Session, asked: Asked, second: Caller) -> Done:
        """Weighed again as things are now."""
        first, data = requests.first_of(session, asked), asked.data
        opening, committee = _opening(data), standing.found(session, data["committee"], first)
        if committee is None or not first.may("committees.elect"):
            raise CannotBeDone(_("Whoever asked cannot do this any more."))
        if found := election_page.weighed(session, committee, opening, running.now()):
            raise CannotBeDone(Markup(" ").join(election_words.refusal(one) for one in found))
        log = requests.log_of(first)
        slug = open_election(session, committee, opening, first.person_id, log, data["where"], data["tied"])
        if isinstance(slug, Refusal):
            raise CannotBeDone(election_words.refusal(slug))
        return Done(url_for("elections.one", slug=slug), second.may("committees.count"))


KINDS: Final = {"election": OpenElection()}
