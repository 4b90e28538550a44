"""Decisions about the wishes of a child and about the plan; the promises in them, and the child's confirmation.

`accountability` stores the answer that is due and the decisions. A review has one row, with a part for the plan and for
each wish, so that none can be dropped. A promise is a row of its own, with the adult who keeps it and a day. Silence
about the plan escalates like every answer due. Nobody above may know of a wish, so the people who may are asked
immediately and then every week.
Source: STANDARDS.md S9, S30; DESIGN.md 5, "A review".
"""

import hmac
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability import escalation_job, replies, store as due_store
from youthvoice.accountability.entities import AnswerablePart, AnswerDue
from youthvoice.accountability.rules import PLAN, SAID_YES
from youthvoice.accounts.mail import ask_all_to_sign_in
from youthvoice.accounts.store import list_trusted_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.reviews import rules, store
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import review_links, wish_readers
from youthvoice.reviews.statements.advocate_messages import seal_to_advocate
from youthvoice.reviews.statements.review_slip import forget_slip
from youthvoice.reviews.statements.store import OwnStatement
from youthvoice.sites.store import get_site
from youthvoice.threads import store as threads_store
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.web.i18n import plain_words

PROMISE: Final = "promise"


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision about one wish, or about the plan.

    Attributes:
        part: id of the wish, or `PLAN`.
        kind: `yes`, `partly` or `no_because`; of the plan `revised`, `paused` or `kept`.
        words: one sentence for the child, by language; the first is shown where the child's language is missing.
        carried_by: the person who keeps the promise; 0 without one.
        done_by: the day by which it is done; None without a promise.
    """

    part: str
    kind: str
    words: Mapping[str, str]
    carried_by: int = 0
    done_by: date | None = None


def decide(  # noqa: PLR0913, PLR0917 - who decides what, and what she saw
    session: Session, review: Review, decision: Decision, version: int, by: int, log: Log
) -> Review:
    """Store one decision; the caller commits.

    Args:
        session: may write.
        review: locked (`find_review(to_change=True)`).
        decision: what was decided.
        version: of the review when the form was made.
        by: the person who decides.
        log: in that person's name.

    Raises:
        ConcurrentUpdate: somebody else decided something since; nothing was stored.
        Refused: `not_yet` before the day, `sentence_too_long`, `owner_missing`, or see `record_reply`.
    """
    if review.version != version:
        raise ConcurrentUpdate
    today = _today(session, review)
    if today < review.day:
        raise Refused("not_yet")
    if plain_words.is_too_long(decision.words):
        raise Refused("sentence_too_long")
    promised = decision.kind in SAID_YES
    if promised and decision.carried_by not in {person.id for person in list_trusted_people(session, [review.site_id])}:
        raise Refused("owner_missing", "carried_by")
    open_for_decisions(session, review, today)
    answer_due = answer_due_of(session, review)
    replies.record_reply(
        session,
        answer_due.id,
        decision.part,
        decision.kind,
        decision.words,
        by,
        today,
        done_by=decision.done_by,
        carried_by=decision.carried_by if promised else 0,
    )
    _store_promise(session, review, decision if promised else None, decision.part, today)
    return _finish_decision(session, _note_decider(session, review, by, today, log), decision.part, today)


_MAX_DECIDERS: Final = 30


def _note_decider(session: Session, review: Review, by: int, today: date, log: Log) -> Review:
    """Note who decides, with one log line per person and day: a line per decision would tell the number of wishes.

    The caller stores the review that this returns.
    """
    deciders = review.body.deciders
    if (by, today) in deciders:
        return review
    log.add(session, "review.decide", review.key)
    return replace(review, body=replace(review.body, deciders=(*deciders, (by, today))[-_MAX_DECIDERS:]))


def open_for_decisions(session: Session, review: Review, today: date) -> None:
    """From the day of the review on, allow answers and let silence escalate. It changes something only once."""
    if answer_due_of(session, review).shown_on is None:
        forget_slip(session, review)
        store.set_wishes(session, review.key, review.valid_statement.wishes if review.valid_statement else (), today)


def list_promises(session: Session, review: Review) -> dict[str, AnswerDue]:
    """The promises of a review, by part."""
    parts_by_subject = {
        promise_subject(review.key, part.name): part.name for part in answer_due_of(session, review).parts
    }
    answers_due = due_store.find_by_subjects(session, PROMISE, parts_by_subject)
    return {parts_by_subject[subject]: due for subject, due in answers_due.items()}


def promise_subject(key: str, part: str) -> str:
    """The subject of a promise's row. A stolen database does not tell to which review or wish it belongs."""
    message = f"youthvoice/1|promise|{key}|{part}".encode()
    return hmac.digest(context.keyring().key_or_new(THREADS), message, "sha256").hex()[:32]


def list_late_promises(session: Session, site_ids: Collection[int], today: date) -> dict[str, set[str]]:
    """The parts with an overdue promise, by key of the review. Only people who may know of a wish may see its part."""
    late = due_store.list_late_subjects(session, PROMISE, site_ids, today)
    late_promises: dict[str, set[str]] = {}
    for due in due_store.find_by_subjects(session, PROMISE, late).values():
        for key, _slash, part in (answerable_part.name.partition("/") for answerable_part in due.parts):
            late_promises.setdefault(key, set()).add(part)
    return late_promises


def confirm(session: Session, own_statement: OwnStatement, part: str) -> None:
    """The child confirms that something is done.

    Args:
        session: may write; the review is locked.
        own_statement: opened with the child's code.
        part: id of the wish, or `PLAN`.

    Raises:
        Refused: `not_answered`: nobody promised it.
    """
    day = _today(session, own_statement.review)
    replies.confirm_done(session, answer_due_of(session, own_statement.review).id, day, part)
    if promise := list_promises(session, own_statement.review).get(part):
        replies.settle(session, promise.id, day)
    threads_store.add_timeline_step(session, own_statement.thread, "you_confirmed", day, part=part)


def disagree(  # noqa: PLR0913, PLR0917 - which wish, and what she says about it
    session: Session, own_statement: OwnStatement, part: str, words: str = "", voice: bytes = b"", voice_kind: str = ""
) -> None:
    """The child disagrees with a decision, or says that it is not done: a new one is due in 14 days, one level higher.

    About a wish, everybody is asked immediately who may know of it and decide it: nobody above them may.

    Args:
        session: may write; the review is locked.
        own_statement: opened with the child's code.
        part: id of the wish, or `PLAN`.
        words: the child's reason, for the readers of the statement; for the advocate only, where the child took the
            statement back; may be empty.
        voice: the recording; may be empty.
        voice_kind: `audio/webm` or `audio/ogg`.

    Raises:
        Refused: `not_answered`; `no_advocate`: nobody can read the reason, because nobody carries the review.
    """
    review = own_statement.review
    answer_due, day = answer_due_of(session, review), _today(session, review)
    replies.reopen(session, answer_due.id, day, part)
    due_store.withdraw_answer_due(session, PROMISE, promise_subject(review.key, part), review.site_id)
    if part == PLAN:
        escalation_job.ask_next_level(session, answer_due.id, day)
    else:  # only people who may open the statement may know of the wish
        wish_deciders = wish_readers.list_wish_deciders(session, review)
        ask_all_to_sign_in(session, wish_deciders, "review", review.key, part, day.isoformat())
    if (words or voice) and review.valid_statement is None:
        review = seal_to_advocate(session, own_statement, words, voice, voice_kind, part=part)
    elif words or voice:
        values = {"part": part, "words": words, **({"kind": voice_kind} if voice else {})}
        threads_store.add_entry(
            session, own_statement.thread, ThreadEntry(DISAGREES, CHILD, day, said=values, sound=voice)
        )
    threads_store.add_timeline_step(session, own_statement.thread, "you_disagreed", day, part=part, words=words)
    if part == PLAN:
        body = replace(review.body, plan_on=None)
    else:  # the answer due has a day for the plan only
        body = replace(review.body, look_until=rules.again_due(day), wishes_asked_on=day)
    store.change_review(session, review, body, of_wish=part != PLAN, decided_on=None)


DISAGREES: Final = "disagree"
"""Kind of the entry with the child's reason."""


def answer_due_of(session: Session, review: Review) -> AnswerDue:
    """The answer that is due about the plan and each wish of a review."""
    answer_due = store.find_answer_due(session, review)
    if answer_due is None:
        raise LookupError(review.key)
    return answer_due


def _today(session: Session, review: Review) -> date:
    return context.today(get_site(session, review.site_id).time_zone)


def _store_promise(session: Session, review: Review, decision: Decision | None, part: str, today: date) -> None:
    subject = promise_subject(review.key, part)
    due_store.withdraw_answer_due(session, PROMISE, subject, review.site_id)
    # a day before today means that it is done already (`rules.promise_state`): then nobody is reminded
    if decision is not None and decision.done_by is not None and decision.done_by >= today:
        due_store.create_answer_due(
            session,
            site_id=review.site_id,
            kind=PROMISE,
            subject=subject,
            about={"en": review.body.case_number},
            due=decision.done_by,
            owner_id=decision.carried_by,
        )
        promise_part = AnswerablePart(f"{review.key}/{part}", dict(decision.words))
        due_store.set_answerable_parts(session, PROMISE, subject, [promise_part], None)
        ask_all_to_sign_in(session, [decision.carried_by], "review", subject, today.isoformat())


def _finish_decision(session: Session, review: Review, part: str, today: date) -> Review:
    """Mark the review as decided after its last decision, and add the step that the child sees."""
    decided_on = review.decided_on or (today if answer_due_of(session, review).settled_on is not None else None)
    thread = threads_store.find_thread(session, review.valid_statement.thread_id) if review.valid_statement else None
    if thread is not None and decided_on is not None and review.decided_on is None:
        threads_store.add_reply(session, thread, ThreadEntry("step", CHILD, today, said={"step": "decided"}))
    if decided_on is not None and review.decided_on is None:
        review_links.end_links(session, review.id, today)
    body = replace(review.body, plan_on=review.body.plan_on or today) if part == PLAN else review.body
    return store.change_review(session, review, body, of_wish=part != PLAN, decided_on=decided_on)


def wish_due(review: Review, late: Collection[str] = ()) -> date | None:
    """The last day in time for a decision about the wishes that still wait; None where none waits.

    Args:
        review: which.
        late: the parts with an overdue promise.
    """
    waits = review.decided_on is None and review.body.plan_on is not None
    if not waits and not set(late) - {PLAN}:
        return None
    return review.body.look_until if waits and review.body.look_until else rules.decisions_due(review.day)


def ask_about_wishes(session: Session, review: Review, today: date) -> None:
    """Ask the people who may know of the wishes and decide them, where a decision or promise is overdue.

    Args:
        session: may write.
        review: locked.
        today: at its site.
    """
    late = list_late_promises(session, [review.site_id], today).get(review.key, ())
    due = wish_due(review, late)
    if due is None or not rules.may_ask_about_wishes(due, review.body.wishes_asked_on, today):
        return
    ask_all_to_sign_in(
        session, wish_readers.list_wish_deciders(session, review), "review", review.key, "wishes", today.isoformat()
    )
    store.change_review(session, review, replace(review.body, wishes_asked_on=today), quiet=True)


def list_late_wish_promises(session: Session, site_ids: Collection[int], today: date) -> list[bytes]:
    """The ids of reviews of some sites with an overdue promise about a wish, where the deciders are to be asked now."""
    late_wish_promises = []
    for key, parts in list_late_promises(session, site_ids, today).items():
        review = store.find_review(session, bytes.fromhex(key)) if parts - {PLAN} else None
        due = wish_due(review, parts) if review else None
        if review and due and rules.may_ask_about_wishes(due, review.body.wishes_asked_on, today):
            late_wish_promises.append(review.id)
    return late_wish_promises


def list_waiting_wishes(session: Session, person_id: int, days: Mapping[int, date]) -> Iterator[tuple[Review, date]]:
    """The reviews of some sites with a wish that waits for a person other than the reviewer, with the last day in time.

    Args:
        session: only read.
        person_id: an advocate, or the decision-maker of a site.
        days: today, by site.
    """
    for today in sorted(set(days.values())):
        here = [site_id for site_id, day in days.items() if day == today]
        late = list_late_promises(session, here, today)
        for review in store.list_open_reviews(session, here, today, late, person_id):
            due = wish_due(review, late.get(review.key, ()))
            if due is None or review.reviewer_id == person_id:  # the reviewer sees the answer due itself
                continue
            if review.advocate_id == person_id or (
                today > due and person_id in wish_readers.list_wish_deciders(session, review)
            ):
                yield review, due
