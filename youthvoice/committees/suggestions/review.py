"""Suggestions that wait for an advocate, and what follows from each decision.

Only `open_pending` decrypts a suggestion; the route logs the first time. An agenda item has nothing of the suggestion
that it came from: neither id, nor days, nor order. If two advocates decide concurrently, the second learns that a
colleague was first, and nothing is written. A suggestion that becomes a report leaves one line on the agenda: who has
it, and by when they answer. Grievances make the thread (`thread_ports`).

Source: DESIGN.md 4 and 5, "An agenda"; S26; PRIVACY.md A10.
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
class SuggestionLine:
    """A suggestion in a list, not decrypted.

    Attributes:
        waiting: as its store returns it.
        committee: whose agenda.
        item: the agenda item in its place while it is on hold; None before.
    """

    waiting: store.WaitingSuggestion
    committee: Committee
    item: AgendaItem | None

    @property
    def due(self) -> date:
        """The day by which it is decided, as the page said to the child, or as the agenda says."""
        held_suggestion = self.item.body.held if self.item else None
        return held_suggestion.until if held_suggestion else self.waiting.due_on


@dataclass(frozen=True, slots=True)
class PendingSuggestion:
    """A suggestion for an advocate to decide, not decrypted.

    Attributes:
        line: of the list.
        site: where it was made.
        locked: its encrypted letter.
    """

    line: SuggestionLine
    site: Site
    locked: letter_box.EncryptedLetter

    @property
    def id(self) -> bytes:
        """16 bytes."""
        return self.line.waiting.id


def list_pending(session: Session, caller: Caller) -> list[tuple[Site, list[SuggestionLine]]]:
    """All suggestions that wait for an advocate, by site, the earliest due first."""
    sites = list(list_sites(session, caller.site_ids))
    waiting_suggestions = store.list_suggestions(session, readership.reader_key(session, caller), context.now())
    lines = sorted(_to_lines(session, caller, waiting_suggestions), key=_by_day)
    lines_by_site = [(site, [line for line in lines if line.waiting.site_id == site.id]) for site in sites]
    return [(site, site_lines) for site, site_lines in lines_by_site if site_lines]


def find_pending(session: Session, caller: Caller, suggestion_id: str) -> PendingSuggestion | None:
    """One suggestion; None if it is gone, the caller may not review it, or the address is invalid."""
    try:
        raw_id = bytes.fromhex(suggestion_id)
    except ValueError:
        return None
    stored = store.find_suggestion(session, raw_id, readership.reader_key(session, caller), context.now())
    if stored is None:
        return None
    waiting_suggestion, letter = stored
    lines = _to_lines(session, caller, [waiting_suggestion])
    site = find_site(session, waiting_suggestion.site_id) if lines else None
    return PendingSuggestion(lines[0], site, letter) if site else None


def open_pending(suggestion: PendingSuggestion, caller: Caller) -> letter_box.Suggestion:
    """Decrypt a suggestion.

    Raises:
        CannotOpen, KeyGone: it can no longer be decrypted.
    """
    return letter_box.open_suggestion(context.keyring(), suggestion.locked, caller.person_id, open_private_key(caller))


def _to_lines(
    session: Session, caller: Caller, waiting_suggestions: Sequence[store.WaitingSuggestion]
) -> list[SuggestionLine]:
    """The suggestions whose committee the caller does not facilitate, each with its agenda item."""
    committee_ids = {suggestion.committee_id for suggestion in waiting_suggestions}
    committees = [find_committee(session, committee_id) for committee_id in committee_ids]
    reviewable = {
        committee.id: committee
        for committee in committees
        if committee and committee.facilitator_id != caller.person_id
    }
    agenda_items = list_items(session, reviewable, {"suggested"}) if reviewable else []
    by_letter = {item.body.letter: item for item in agenda_items}
    return [
        SuggestionLine(suggestion, reviewable[suggestion.committee_id], by_letter.get(suggestion.id.hex()))
        for suggestion in waiting_suggestions
        if suggestion.committee_id in reviewable
    ]


def _by_day(line: SuggestionLine) -> tuple[date, str, bytes]:
    """The sort key of a line."""
    return line.due, line.committee.name, line.waiting.id


HELD_KIND = "held"
"""Kind of the answer due for a suggestion on hold; its subject is that of the agenda item."""


@dataclass(frozen=True, slots=True)
class ReviewSession:
    """A decrypted suggestion before an advocate, in a transaction.

    Attributes:
        session: may write; the caller commits, or rolls back if a decision raises.
        caller: the advocate.
        log: in the advocate's name.
        pending: the suggestion before decryption.
        suggestion: its content.
    """

    session: Session
    caller: Caller
    log: Log
    pending: PendingSuggestion
    suggestion: letter_box.Suggestion

    @property
    def today(self) -> date:
        """Today at the site."""
        return context.today(self.pending.site.time_zone)


def publish(review_session: ReviewSession, body: ItemBody) -> None:
    """Publish it on the agenda, in these words.

    Raises:
        ConcurrentUpdate: a colleague has decided.
    """
    _remove_suggestion(review_session, "publish")
    _put_on_agenda(review_session, "on_agenda", body)


def join(review_session: ReviewSession, item: AgendaItem) -> None:
    """Count it as one more "me too" for an item that says the same.

    Raises:
        ConcurrentUpdate: a colleague has decided.
    """
    _remove_suggestion(review_session, "join")
    add_support(review_session.session, item.id, 1)
    if review_session.pending.line.item:
        _put_on_agenda(review_session, "declined", ItemBody("other", why="there_already"))


def decline(review_session: ReviewSession, why: str) -> None:
    """Decline it; the agenda shows the reason, and nothing of its content.

    Raises:
        ConcurrentUpdate: a colleague has decided.
    """
    _remove_suggestion(review_session, "decline")
    _put_on_agenda(review_session, "declined", ItemBody("other", why=why))


def hold(review_session: ReviewSession, held_suggestion: HeldSuggestion) -> None:
    """Put it on hold: the agenda shows why, who decides and by when, and that adult owes the decision.

    Raises:
        ConcurrentUpdate: a colleague has decided.
    """
    pending = review_session.pending
    if not store.hold_suggestion(review_session.session, pending.id, review_session.today):
        raise ConcurrentUpdate
    body = ItemBody("other", held=held_suggestion, letter=pending.id.hex())
    item_id = add_item(review_session.session, pending.line.committee.id, body, review_session.today, state="suggested")
    create_answer_due(
        review_session.session,
        site_id=pending.site.id,
        kind=HELD_KIND,
        subject=item_id.hex(),
        about=in_every_language(lambda: _("A suggestion that waits")),  # the same for every suggestion (S22)
        due=held_suggestion.until,
        owner_id=held_suggestion.by,
    )
    _settle(review_session, "hold")


def _remove_suggestion(review_session: ReviewSession, action: str) -> None:
    """Remove the suggestion from its letter box."""
    if not store.remove_suggestion(review_session.session, review_session.pending.line.waiting):
        raise ConcurrentUpdate
    _settle(review_session, action)


def _settle(review_session: ReviewSession, action: str) -> None:
    """Settle the answers due for it; the log names the committee, not the suggestion."""
    line, session, today = review_session.pending.line, review_session.session, review_session.today
    due_job.settle_decision(session, review_session.pending.site.id, line.committee.id, line.waiting.due_on, today)
    if line.item and (answer_due := find_by_subject(session, HELD_KIND, line.item.subject)):
        replies.settle(session, answer_due.id, today)
    review_session.log.add(session, f"suggestion.{action}", str(line.committee.id))


def _put_on_agenda(review_session: ReviewSession, state: ItemState, body: ItemBody) -> None:
    """Add an item to the agenda, or change the item of a suggestion on hold."""
    line, session, today = review_session.pending.line, review_session.session, review_session.today
    if line.item is None:
        add_item(session, line.committee.id, body, today, state=state)
    else:
        change_state(session, line.item, state, today, body=replace(body, held=None, letter=""))


def refer_suggestion(review_session: ReviewSession, form: Any) -> None:
    """Make a suggestion a report, and remove it from its letter box.

    Args:
        review_session: of the suggestion.
        form: from `reports().asking`, validated.

    Raises:
        ReferralRefused: too few could read it; the form says so.
        ConcurrentUpdate: a colleague has decided.
    """
    pending, suggestion = review_session.pending, review_session.suggestion
    referral = thread_ports.ReportReferral(
        id=pending.id,
        source_name=pending.line.committee.name,
        words=suggestion.words or ", ".join(pictured_words(suggestion.topic, suggestion.wish)),
        voice=suggestion.voice,
        voice_kind=suggestion.voice_kind,
        language=suggestion.language,
    )
    item_referral = _make_report(
        review_session.session, review_session.log, review_session.caller, pending.site, referral, form
    )
    _remove_suggestion(review_session, "move")
    _put_on_agenda(review_session, "moved", ItemBody("other", moved=item_referral))


def refer_item(session: Session, site: Site, committee: Committee, item: AgendaItem, form: Any) -> None:
    """Make an agenda item a report of the caller; nothing of its text stays on the agenda.

    Args:
        session: may write; the caller commits, or rolls back if anything raises.
        site: of the committee.
        committee: whose agenda.
        item: as it was shown.
        form: from `reports().asking`, validated.

    Raises:
        ReferralRefused: too few could read it; the form says so.
        ConcurrentUpdate: a colleague has decided.
        IllegalTransition: it is done, or has left the agenda.
    """
    words = item.body.words
    text = "\n\n".join(filter(None, words.values())) or ", ".join(pictured_words(item.body.topic, item.body.wish))
    referral = thread_ports.ReportReferral(item.id, committee.name, text, language=next(iter(words), site.languages[0]))
    item_referral = _make_report(session, caller_log(), current_caller(), site, referral, form)
    body = ItemBody("other", source=item.body.source, moved=item_referral)
    change_state(session, item, "moved", context.today(site.time_zone), body=body)
    withdraw_answer_due(session, "item", item.subject, site.id)


def _make_report(  # noqa: PLR0913, PLR0917 - as the port
    session: Session, log: Log, caller: Caller, site: Site, referral: thread_ports.ReportReferral, form: Any
) -> ItemReferral:
    """Make the report by its port."""
    try:
        referral_result = thread_ports.reports().make(session, log, caller, site, referral, form)
    except thread_ports.AlreadyReferred:
        raise ConcurrentUpdate from None
    return ItemReferral((referral_result.name,), referral_result.until)
