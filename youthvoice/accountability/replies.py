"""Store an adult's answer, and children's confirmation or reopening of it, in the encrypted part of the row."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from youthvoice.accountability import encryption, rules
from youthvoice.accountability.entities import Reply, ReplyWords, reply_events
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.errors import Refused


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

    Raises:
        Refused: with the code of the reason.
    """
    row = encryption.lock_row(session, answer_due_id)
    body = encryption.open_body(row)
    texts = {language: text.strip() for language, text in words.items() if text.strip()}
    if code := _refusal(row, body, part, kind, texts) or rules.done_day_refusal(row.kind, kind, done_by, day):
        raise Refused(code)
    before = next((reply for reply in body.replies if reply.part == part), None)
    reply = Reply(
        part, kind, texts, next(iter(texts)), by, before.day if before else day, done_by, carried_by=carried_by
    )
    if before and (before.kind, before.done_by) == (kind, done_by):  # of another promise children are asked again
        reply = replace(reply, confirmed_on=before.confirmed_on)
    _store_reply(session, row, body, reply, day)


def _refusal(row: AnswerDueRow, body: encryption.AnswerDueBody, part: str, kind: str, texts: ReplyWords) -> str | None:
    if not encryption.is_ready_to_answer(row) or body.is_blank:
        return "not_yet"
    if rules.ANSWER_DUE_KINDS[row.kind].by_itself and row.settled_on is None:
        return {"letters": "letters_wait", "statement": "statement_waits"}.get(row.kind, "suggestions_wait")
    return rules.reply_refusal(row.kind, part, kind, texts.values(), [part.name for part in body.parts])


def _store_reply(session: Session, row: AnswerDueRow, body: encryption.AnswerDueBody, reply: Reply, day: date) -> None:
    others = (other for other in body.replies if other.part != reply.part)
    again = () if reply.part == rules.WHOLE else tuple(part for part in body.again if part != reply.part)
    replies = tuple(sorted((*others, reply), key=lambda reply: reply.part))
    body = replace(body, replies=replies, again=again)
    if row.kind in encryption.QUIET_KINDS:
        body = replace(body, settled_on=body.settled_on or (day if body.is_answered else None))
    encryption.keep_body(row, body)
    session.flush()
    if row.kind in encryption.QUIET_KINDS:
        encryption.rewrite_quiet_rows(session)
    elif body.is_answered and row.settled_on is None:
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
    row = encryption.lock_row(session, answer_due_id)
    body = encryption.open_body(row)
    reply = _reply_or_refuse(body, part)
    if reply.kind not in rules.SAID_YES:
        raise Refused("not_answered")
    if reply.confirmed_on is not None:
        return
    replies = tuple(replace(other, confirmed_on=day) if other is reply else other for other in body.replies)
    body = replace(body, replies=replies, tapped=_taps_without(body, part))
    encryption.keep_body(row, body)
    session.flush()
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
    row = encryption.lock_row(session, answer_due_id)
    body = encryption.open_body(row)
    reply, of_wish = _reply_or_refuse(body, part), rules.is_wish(row.kind, part)
    body = replace(
        body,
        replies=tuple(other for other in body.replies if other is not reply),
        earlier=(*body.earlier, reply),
        again=tuple(dict.fromkeys((*body.again, part))),
        late=body.late if of_wish else (),
        late_before=body.late_before if of_wish else (*body.late_before, *body.late),
        tapped=_taps_without(body, part),
    )
    encryption.keep_body(row, body)
    row.settled_on = None
    if not of_wish:  # the columns tell about the plan only
        row.due, row.rung = day + timedelta(days=rules.AGAIN_DAYS), rules.RUNGS[0]
        row.asked_id = row.asked_until = row.reminded_on = None
    session.flush()
    if events := reply_events().get(row.kind):
        events.opened_again(session, encryption.to_answer_due(row, body), day)


def _reply_or_refuse(body: encryption.AnswerDueBody, part: str) -> Reply:
    reply = next((reply for reply in body.replies if reply.part == part), None)
    if reply is None:
        raise Refused("not_answered")
    return reply


def _taps_without(body: encryption.AnswerDueBody, part: str) -> dict[str, tuple[int, int]]:
    return {name: taps for name, taps in body.tapped.items() if name != part}
