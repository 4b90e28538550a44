"""What happens to an answer due: an adult answers, children confirm that it is done, or reopen it.

An *answer due* is one answer that adults owe children: to a round, an agenda item, a choice or a review; or a task. It
is a row whose text is encrypted (`encryption.AnswerDueBody`); each function here locks the row, opens its body, changes
it and locks it again. It can be answered as a whole (`part` is empty) or part by part, such as question by question.
Each answer is a *reply*; an answer due is *settled* when every part has one.

Where children say "not yet", the reply moves to the earlier ones and the part is due again from its first owner.

Two kinds of row must not tell by their columns what happened to them, so their body has what others have in columns:

- *quiet* ones (`encryption.QUIET_KINDS`), which exist whether or not a child reported harm: their answer is on
  the page of their site, which is never written without those of other sites (`quiet_pages`);
- *wishes*, the parts of a review that one child asked for (`rules.is_wish`): that one was reopened moves no deadline.

Other packages hear of it through `entities.reply_events`, such as an agenda item that moves on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from youthvoice.accountability import encryption, quiet_pages, rules
from youthvoice.accountability.entities import Reply, ReplyWords, reply_events
from youthvoice.accountability.models import AnswerDueRow, QuietPageRow
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.sites.last_day import coming_last_day, limit_to_last_day
from youthvoice.sites.store import get_site


def record_reply(  # noqa: PLR0913, PLR0917 - each of them is part of it
    session: Session,
    answer_due_id: int,
    part: str,
    kind: str,
    words: ReplyWords,
    by: int,
    day: date,
    *,
    done_by: date | None = None,
    carried_by: int = 0,
    seen: str | None = None,
) -> None:
    """Answer the whole (`part` is empty) or one part. Answering again corrects the text and keeps the day.

    The first language of `words` is shown to readers of any other.

    Args:
        session: may write.
        answer_due_id: what is answered.
        part: the question, or empty.
        kind: `yes`, `partly`, `no_because`, or `done`.
        words: the sentence by language.
        by: the person who answers.
        day: today at the site.
        done_by: of a yes or partly the day by which it is done, or since which.
        carried_by: of a decision of a review, the person who keeps it.
        seen: digest of the answer that the person saw, empty where there was none; None replaces any other.

    Raises:
        Refused: with the code of the reason.
        ConcurrentUpdate: there is another answer than the one that was seen.
    """
    row, pages, body = _lock_and_open(session, answer_due_id)
    last_day = coming_last_day(get_site(session, row.site_id), day)
    texts = {language: text.strip() for language, text in words.items() if text.strip()}
    if code := _refusal(row, body, part, kind, texts) or rules.done_day_refusal(row.kind, kind, done_by, day, last_day):
        raise Refused(code)
    before = next((other for other in body.replies if other.part == part), None)
    reply = Reply(
        part, kind, texts, next(iter(texts)), by, before.day if before else day, done_by, carried_by=carried_by
    )
    is_as_seen = seen is None or seen == (before.digest if before else "")
    if not is_as_seen and (before is None or before.digest != reply.digest):  # a form that is sent twice is no conflict
        raise ConcurrentUpdate
    is_same_promise = before is not None and (before.kind, before.done_by) == (kind, done_by)
    if before and is_same_promise:  # of another promise children are asked again
        reply = replace(reply, confirmed_on=before.confirmed_on)
    _store_reply(session, row, pages, _with_reply(body, reply), day)


def _refusal(row: AnswerDueRow, body: encryption.AnswerDueBody, part: str, kind: str, texts: ReplyWords) -> str | None:
    if not encryption.is_ready_to_answer(row) or body.is_blank:
        return "not_yet"
    if rules.ANSWER_DUE_KINDS[row.kind].by_itself and row.settled_on is None:
        return {"letters": "letters_wait", "statement": "statement_waits"}.get(row.kind, "suggestions_wait")
    return rules.reply_refusal(row.kind, part, kind, texts.values(), [part.name for part in body.parts])


def _with_reply(body: encryption.AnswerDueBody, reply: Reply) -> encryption.AnswerDueBody:
    """The body with a reply in place of an earlier one to the same part. A reply to the whole answers every part."""
    others = (other for other in body.replies if other.part != reply.part)
    replies = tuple(sorted((*others, reply), key=lambda reply: reply.part))
    reopened_parts = () if reply.part == rules.WHOLE else tuple(part for part in body.again if part != reply.part)
    return replace(body, replies=replies, again=reopened_parts)


def _store_reply(
    session: Session, row: AnswerDueRow, pages: Sequence[QuietPageRow], body: encryption.AnswerDueBody, day: date
) -> None:
    """Store a body with a new reply, and the day on which everything was answered: of a quiet row in its body."""
    if row.kind in encryption.QUIET_KINDS:
        body = replace(body, settled_on=body.settled_on or (day if body.is_answered else None))
        quiet_pages.write_pages(session, pages, [(row, body)])
        return
    _store_body(session, row, body)
    if body.is_answered and row.settled_on is None:
        row.settled_on = day
        session.flush()
        if events := reply_events().get(row.kind):
            events.answered(session, encryption.to_answer_due(row, body), day)


def settle(session: Session, answer_due_id: int, day: date) -> None:
    """Mark it as settled from this day; one that is settled keeps its day. Not for quiet rows."""
    session.flush()
    session.execute(
        update(AnswerDueRow)
        .where(AnswerDueRow.id == answer_due_id, AnswerDueRow.settled_on.is_(None))
        .values(settled_on=day)
    )


def confirm_done(session: Session, answer_due_id: int, day: date, part: str = rules.WHOLE) -> None:
    """Children confirm that it is done: a meeting directly, others by taps. Confirming again changes nothing.

    Args:
        session: may write.
        answer_due_id: what was answered.
        day: today at the site.
        part: the question; empty for the whole.

    Raises:
        Refused: `not_answered`: nobody said yes or partly.
    """
    row, _pages, body = _lock_and_open(session, answer_due_id)
    reply = _reply_or_refuse(body, part)
    if reply.kind not in rules.SAID_YES:
        raise Refused("not_answered")
    if reply.confirmed_on is not None:
        return
    replies = tuple(replace(other, confirmed_on=day) if other is reply else other for other in body.replies)
    body = replace(body, replies=replies, tapped=_taps_without(body, part))
    _store_body(session, row, body)
    if events := reply_events().get(row.kind):
        events.confirmed(session, encryption.to_answer_due(row, body), day)


def reopen(session: Session, answer_due_id: int, day: date, part: str = rules.WHOLE) -> None:
    """Children say: not yet. The first owner has to answer again within 14 days; this answer becomes an earlier one.

    Of a wish only this changes outside the encrypted part: an answer is due again. `reviews` asks the people who may
    know of it.

    Args:
        session: may write.
        answer_due_id: what was answered.
        day: today at the site.
        part: the question; empty for the whole.

    Raises:
        Refused: `not_answered`.
    """
    row, _pages, body = _lock_and_open(session, answer_due_id)
    first_in_time = _was_first_in_time(row, body, day)
    body = _with_reopened(body, _reply_or_refuse(body, part))
    if rules.is_wish(row.kind, part):  # its columns tell about the plan only
        row.settled_on = None
    else:
        body = replace(body, late=(), late_before=(*body.late_before, *body.late), first_in_time=first_in_time)
        _ask_first_owner_again(session, row, day)
    _store_body(session, row, body)
    if events := reply_events().get(row.kind):
        events.opened_again(session, encryption.to_answer_due(row, body), day)


def _was_first_in_time(row: AnswerDueRow, body: encryption.AnswerDueBody, day: date) -> bool:
    """Whether no day was missed before children first reopened an answer: on this day, or earlier."""
    if body.first_in_time is not None:
        return body.first_in_time
    if body.earlier:  # reopened before this was stored
        return not body.late_before
    return not body.late and not rules.was_answered_late(row.due, row.settled_on or day)


def _with_reopened(body: encryption.AnswerDueBody, reply: Reply) -> encryption.AnswerDueBody:
    """The body in which a reply is an earlier one, and its part is due again."""
    return replace(
        body,
        replies=tuple(other for other in body.replies if other is not reply),
        earlier=(*body.earlier, reply),
        again=tuple(dict.fromkeys((*body.again, reply.part))),
        tapped=_taps_without(body, reply.part),
    )


def _ask_first_owner_again(session: Session, row: AnswerDueRow, day: date) -> None:
    """Begin the escalation again, with a new deadline."""
    row.due = limit_to_last_day(day + timedelta(days=rules.AGAIN_DAYS), get_site(session, row.site_id), day)
    row.rung = rules.RUNGS[0]
    row.settled_on = row.asked_id = row.asked_until = row.reminded_on = None


def _lock_and_open(
    session: Session, answer_due_id: int
) -> tuple[AnswerDueRow, Sequence[QuietPageRow], encryption.AnswerDueBody]:
    row, pages = quiet_pages.lock_row(session, answer_due_id)
    return row, pages, quiet_pages.open_bodies(session, [row])[0]


def _store_body(session: Session, row: AnswerDueRow, body: encryption.AnswerDueBody) -> None:
    encryption.keep_body(row, body)
    session.flush()


def _reply_or_refuse(body: encryption.AnswerDueBody, part: str) -> Reply:
    reply = next((reply for reply in body.replies if reply.part == part), None)
    if reply is None:
        raise Refused("not_answered")
    return reply


def _taps_without(body: encryption.AnswerDueBody, part: str) -> dict[str, tuple[int, int]]:
    """The sums of children's taps, yes and not yet, without those about a part that is decided now."""
    return {name: taps for name, taps in body.tapped.items() if name != part}
