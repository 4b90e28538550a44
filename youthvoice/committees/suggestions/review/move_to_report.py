"""What concerns one child leaves the agenda for the advocates: words in, a thread out, in one transaction (S26).

On the agenda stays one line: who has it, and until when she answers. The room of grievances makes the thread
(`threads.handing_up`).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accountability import store as answers
from youthvoice.audit.log import Log
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.agenda import store as items
from youthvoice.committees.agenda.store import Meanwhile
from youthvoice.committees.entities import CommitteeFacts, ItemBody, ItemFacts, Moved
from youthvoice.committees.suggestions.review import decisions as deciding
from youthvoice.committees.suggestions.review.decisions import DecidedAlready, Desk
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.ports.reports import FromAgenda, WentTo, WentUpAlready, reports
from youthvoice.threads.suggestions.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Mover:
    """Who takes something off an agenda, and what she decided about it.

    Attributes:
        session: may write; its caller commits, or rolls back where anything raises.
        log: in her name.
        caller: an advocate.
        form: from `reports().asking`, found right.
    """

    session: Session
    log: Log
    caller: Caller
    form: Any


def move_suggestion(mover: Mover, desk: Desk, suggestion: Suggestion) -> None:
    """A suggestion becomes a thread, and is gone from its box.

    Args:
        mover: who.
        desk: of the same session.
        suggestion: opened.

    Raises:
        CannotGoUp: too few would read it; the form says so.
        DecidedAlready: somebody was faster.
    """
    seen = desk.seen
    told = FromAgenda(
        id=seen.id,
        agenda=seen.line.committee.name,
        words=suggestion.words or _pictured(suggestion.topic, suggestion.wish),
        voice=suggestion.voice,
        voice_kind=suggestion.voice_kind,
        language=suggestion.language,
    )
    went = _made(mover, seen.site, told)
    deciding.moved(desk, Moved((went.name,), went.until))


def move_item(mover: Mover, site: SiteFacts, committee: CommitteeFacts, item: ItemFacts) -> None:
    """Something that stands on an agenda becomes a thread; nothing of its words stays behind.

    Args:
        mover: who.
        site: of the committee.
        committee: whose agenda.
        item: as it was shown.

    Raises:
        CannotGoUp: too few would read it; the form says so.
        DecidedAlready: somebody was faster.
        NotThatWay: it is done, or gone already.
    """
    today = running.today(site.time_zone)
    words = item.body.words
    said = "\n\n".join(text for text in words.values() if text) or _pictured(item.body.topic, item.body.wish)
    told = FromAgenda(item.id, committee.name, said, language=next(iter(words), site.languages[0]))
    went = _made(mover, site, told)
    keyring = running.keyring()
    body = ItemBody("other", source=item.body.source, moved=Moved((went.name,), went.until))
    try:
        items.move(mover.session, keyring, item, "moved", today, body=body)
    except Meanwhile:
        raise DecidedAlready from None
    answers.withdraw(mover.session, "item", item.subject, site.id)


def _made(mover: Mover, site: SiteFacts, told: FromAgenda) -> WentTo:
    try:
        return reports().make(mover.session, mover.log, mover.caller, site, told, mover.form)
    except WentUpAlready:
        raise DecidedAlready from None


def _pictured(topic: str, wish: str) -> str:
    """What she tapped, where she wrote nothing."""
    return ", ".join(words for words in (agenda_words.topic(topic) if topic else "", agenda_words.wish(wish)) if words)
