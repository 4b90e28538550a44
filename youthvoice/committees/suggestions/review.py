"""What waits for an advocate to check, and what follows from her decision.

Nothing here opens a suggestion but `opened`, for which its caller has written into the log. Source: DESIGN.md 4.

Nothing of what comes bears anything of what went: neither its id, nor its days, nor its order. Who is second learns
that somebody was faster, and nothing was written. Source: DESIGN.md 5, "An agenda"; S26; PRIVACY.md A10.

On the agenda stays one line: who has it, and until when she answers. Grievances make the thread (`thread_ports`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller, caller_log, current_caller
from youthvoice.accountability import replies
from youthvoice.accountability.store import create_answer_due, find_by_subject, withdraw_answer_due
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.audit.audit_log import Log
from youthvoice.committees.agenda.entities import AgendaItem, HeldSuggestion, ItemBody, ItemReferral, ItemState
from youthvoice.committees.agenda.labels import pictured_words
from youthvoice.committees.agenda.store import add_item, add_support, change_state, list_items
from youthvoice.committees.entities import Committee
from youthvoice.committees.store import find_committee
from youthvoice.errors import ConcurrentUpdate
from youthvoice.sites.store import Site, find_site, list_sites
from youthvoice.threads import readership, thread_ports
from youthvoice.threads.letters import due_job, letter_box, store
from youthvoice.web.i18n.formats import in_every_language


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A suggestion from outside.

    Attributes:
        waiting: as its store gives it.
        committee: whose agenda.
        item: the line that stands on the agenda for it while it is held; None before.
        due: until when it is decided: as the child was told, or as the agenda says.
    """

    waiting: store.WaitingSuggestion
    committee: Committee
    item: AgendaItem | None

    @property
    def due(self) -> date:
        """Until when it is decided."""
        held_suggestion = self.item.body.held if self.item else None
        return held_suggestion.until if held_suggestion else self.waiting.due_on


@dataclass(frozen=True, slots=True)
class PendingSuggestion:
    """A suggestion before an advocate.

    Attributes:
        line: from outside.
        site: where.
        locked: what is needed to open it.
    """

    line: SuggestionRow
    site: Site
    locked: letter_box.LockedLetter

    @property
    def id(self) -> bytes:
        """16 bytes."""
        return self.line.waiting.id


def list_pending(session: Session, caller: Caller) -> list[tuple[Site, list[SuggestionRow]]]:
    """Everything that waits for somebody, by site, the earliest due first."""
    sites = list(list_sites(session, caller.site_ids))
    waits = store.list_suggestions(session, readership.reader_key(session, caller), context.now())
    suggestions = _lines(session, caller, waits)
    lines = [
        (site, sorted((suggestion for suggestion in suggestions if suggestion.waiting.site_id == site.id), key=_by_day))
        for site in sites
    ]
    return [(site, mine) for site, mine in lines if mine]


def find_pending(session: Session, caller: Caller, suggestion_id: str) -> PendingSuggestion | None:
    """One suggestion; None where it is gone, not hers to check, or no such address."""
    try:
        number = bytes.fromhex(suggestion_id)
    except ValueError:
        return None
    found = store.find_suggestion(session, number, readership.reader_key(session, caller), context.now())
    lines = _lines(session, caller, [found[0]]) if found else []
    site = find_site(session, lines[0].waiting.site_id) if lines else None
    return PendingSuggestion(lines[0], site, found[1]) if found and site else None


def open_pending(suggestion: PendingSuggestion, caller: Caller) -> letter_box.Suggestion:
    """What it says.

    Raises:
        CannotOpen, KeyGone: it cannot be opened any more.
    """
    return letter_box.open_suggestion(context.keyring(), suggestion.locked, caller.person_id, open_private_key(caller))


def _lines(session: Session, caller: Caller, waits: Sequence[store.WaitingSuggestion]) -> list[SuggestionRow]:
    committees = {
        committee_id: find_committee(session, committee_id) for committee_id in {each.committee_id for each in waits}
    }
    hers = {one: each for one, each in committees.items() if each and each.facilitator_id != caller.person_id}
    agenda_items = list_items(session, hers, {"suggested"}) if hers else []
    by_letter = {item.body.letter: item for item in agenda_items}
    return [
        SuggestionRow(each, hers[each.committee_id], by_letter.get(each.id.hex()))
        for each in waits
        if each.committee_id in hers
    ]


def _by_day(suggestion: SuggestionRow) -> tuple[date, str, bytes]:
    return suggestion.due, suggestion.committee.name, suggestion.waiting.id


HELD_KIND = "held"
"""Kind of what the holder of a suggestion owes; its subject is that of the line on the agenda."""


@dataclass(frozen=True, slots=True)
class ReviewSession:
    """A suggestion before an advocate who has opened it, in a transaction of hers.

    Attributes:
        session: may write; its caller commits, or rolls back where a decision raises.
        caller: who decides.
        log: in her name.
        pending: from outside.
        suggestion: what it says.
    """

    session: Session
    caller: Caller
    log: Log
    pending: PendingSuggestion
    suggestion: letter_box.Suggestion

    @property
    def today(self) -> date:
        """The day it is at the site."""
        return context.today(self.pending.site.time_zone)


def publish(review_session: ReviewSession, body: ItemBody) -> None:
    """It stands on the agenda from today, in these words.

    Raises:
        ConcurrentUpdate: somebody was faster.
    """
    _take_out(review_session, "publish")
    _put_on_agenda(review_session, "on_agenda", body)


def join(review_session: ReviewSession, item: AgendaItem) -> None:
    """It is the same as something that is on the agenda already: one more "me too" there.

    Raises:
        ConcurrentUpdate: somebody was faster.
    """
    _take_out(review_session, "join")
    add_support(review_session.session, item.id, 1)
    if review_session.pending.line.item:
        _put_on_agenda(review_session, "declined", ItemBody("other", why="there_already"))


def decline(review_session: ReviewSession, why: str) -> None:
    """It does not come onto the agenda; the agenda says why, and nothing of it.

    Raises:
        ConcurrentUpdate: somebody was faster.
    """
    _take_out(review_session, "decline")
    _put_on_agenda(review_session, "declined", ItemBody("other", why=why))


def hold(review_session: ReviewSession, held_suggestion: HeldSuggestion) -> None:
    """It waits: the agenda says why, who decides and until when, and that adult owes it.

    Raises:
        ConcurrentUpdate: somebody was faster.
    """
    suggestion = review_session.pending
    if not store.hold_suggestion(review_session.session, suggestion.id, review_session.today):
        raise ConcurrentUpdate
    body = ItemBody("other", held=held_suggestion, letter=suggestion.id.hex())
    item_id = add_item(
        review_session.session, suggestion.line.committee.id, body, review_session.today, state="suggested"
    )
    create_answer_due(
        review_session.session,
        site_id=suggestion.site.id,
        kind=HELD_KIND,
        subject=item_id.hex(),
        about=in_every_language(lambda: _("A suggestion that waits")),  # the same whatever was suggested (S22)
        due=held_suggestion.until,
        owner_id=held_suggestion.by,
    )
    _settle(review_session, "hold")


def _take_out(review_session: ReviewSession, act: str) -> None:
    if not store.remove_suggestion(review_session.session, review_session.pending.line.waiting):
        raise ConcurrentUpdate
    _settle(review_session, act)


def _settle(review_session: ReviewSession, act: str) -> None:
    """Settle what was owed for it; the log says whose agenda, not which suggestion."""
    suggestion, session = review_session.pending.line, review_session.session
    due_job.settle_decision(
        session,
        review_session.pending.site.id,
        suggestion.committee.id,
        suggestion.waiting.due_on,
        review_session.today,
    )
    if suggestion.item and (answer_due := find_by_subject(session, HELD_KIND, suggestion.item.subject)):
        replies.settle(session, answer_due.id, review_session.today)
    review_session.log.add(session, f"suggestion.{act}", str(suggestion.committee.id))


def _put_on_agenda(review_session: ReviewSession, state: ItemState, body: ItemBody) -> None:
    """Onto the agenda: a new row, or the line that stood there while it was held."""
    suggestion = review_session.pending.line
    if suggestion.item is None:
        add_item(review_session.session, suggestion.committee.id, body, review_session.today, state=state)
        return
    change_state(
        review_session.session, suggestion.item, state, review_session.today, body=replace(body, held=None, letter="")
    )


def refer_suggestion(review_session: ReviewSession, form: Any) -> None:
    """A suggestion becomes a thread, and is gone from its box.

    Args:
        review_session: of the suggestion.
        form: from `reports().asking`, found right.

    Raises:
        ReferralRefused: too few would read it; the form says so.
        ConcurrentUpdate: somebody was faster.
    """
    pending, suggestion = review_session.pending, review_session.suggestion
    referral = thread_ports.AgendaReferral(
        id=pending.id,
        agenda=pending.line.committee.name,
        words=suggestion.words or ", ".join(pictured_words(suggestion.topic, suggestion.wish)),
        voice=suggestion.voice,
        voice_kind=suggestion.voice_kind,
        language=suggestion.language,
    )
    moved = _make_report(
        review_session.session, review_session.log, review_session.caller, pending.site, referral, form
    )
    _take_out(review_session, "move")
    _put_on_agenda(review_session, "moved", ItemBody("other", moved=moved))


def refer_item(session: Session, site: Site, committee: Committee, item: AgendaItem, form: Any) -> None:
    """Something that stands on an agenda becomes a thread of the caller; nothing of its words stays behind.

    Args:
        session: may write; its caller commits, or rolls back where anything raises.
        site: of the committee.
        committee: whose agenda.
        item: as it was shown.
        form: from `reports().asking`, found right.

    Raises:
        ReferralRefused: too few would read it; the form says so.
        ConcurrentUpdate: somebody was faster.
        IllegalTransition: it is done, or gone already.
    """
    words = item.body.words
    said = "\n\n".join(text for text in words.values() if text) or ", ".join(
        pictured_words(item.body.topic, item.body.wish)
    )
    referral = thread_ports.AgendaReferral(item.id, committee.name, said, language=next(iter(words), site.languages[0]))
    moved = _make_report(session, caller_log(), current_caller(), site, referral, form)
    body = ItemBody("other", source=item.body.source, moved=moved)
    change_state(session, item, "moved", context.today(site.time_zone), body=body)
    withdraw_answer_due(session, "item", item.subject, site.id)


def _make_report(  # noqa: PLR0913, PLR0917 - as the port
    session: Session, log: Log, caller: Caller, site: Site, referral: thread_ports.AgendaReferral, form: Any
) -> ItemReferral:
    try:
        referral_result = thread_ports.reports().make(session, log, caller, site, referral, form)
    except thread_ports.AlreadyReferred:
        raise ConcurrentUpdate from None
    return ItemReferral((referral_result.name,), referral_result.until)
