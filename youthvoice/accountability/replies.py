"""An adult answers; children say whether it is done. Each change is kept in the locked part of its row."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from youthvoice.accountability import encryption, rules
from youthvoice.accountability.entities import Reply, ReplyWords, reply_events
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.errors import Refused


def record_reply(  # noqa: PLR0913, PLR0917 - an answer has as many sides
    session: Session,
    owed_id: int,
    part: str,
    kind: str,
    words: ReplyWords,
    by: int,
    day: date,
    *,
    done_by: date | None = None,
    carried_by: int = 0,
) -> None:
    """Answer the whole (`part` is empty) or one part; answering again corrects the words and keeps the day.

    The first language of `words` is the one that readers of any other are shown.

    Args:
        session: may write.
        owed_id: what is answered.
        part: the question, or empty.
        kind: yes, partly, no_because, or done.
        words: the sentence by language.
        by: the person.
        day: today at the site.
        done_by: of yes and partly the day by which it is done, or since which.
        carried_by: of a decision of a review, the person who does it.

    Raises:
        Refused: with the code of why.
    """
    row = encryption.lock_row(session, owed_id)
    body = encryption.open_body(row)
    texts = {language: text.strip() for language, text in words.items() if text.strip()}
    if code := _refusal(row, body, part, kind, texts) or rules.done_day_refusal(row.kind, kind, done_by, day):
        raise Refused(code)
    before = next((reply for reply in body.replies if reply.part == part), None)
    reply = Reply(
        part, kind, texts, next(iter(texts)), by, before.day if before else day, done_by, carried_by=carried_by
    )
    if before and kind in rules.SAID_YES:
        reply = replace(reply, confirmed_on=before.confirmed_on)
    _keep_reply(session, row, body, reply, day)


def _refusal(row: AnswerDueRow, body: encryption.AnswerDueBody, part: str, kind: str, said: ReplyWords) -> str | None:
    if not encryption.is_ready_to_answer(row) or body.is_blank:
        return "not_yet"
    if rules.ANSWER_DUE_KINDS[row.kind].by_itself and row.settled_on is None:
        return {"letters": "letters_wait", "statement": "statement_waits"}.get(row.kind, "suggestions_wait")
    return rules.reply_refusal(row.kind, part, kind, said.values(), [part.name for part in body.parts])


def _keep_reply(session: Session, row: AnswerDueRow, body: encryption.AnswerDueBody, reply: Reply, day: date) -> None:
    others = (one for one in body.replies if one.part != reply.part)
    again = () if reply.part == rules.WHOLE else tuple(one for one in body.again if one != reply.part)
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


def settle(session: Session, owed_id: int, day: date) -> None:
    """Nothing is owed any more, from this day; settled already keeps its day. Not for what is `QUIET`."""
    session.flush()
    session.execute(
        update(AnswerDueRow).where(AnswerDueRow.id == owed_id, AnswerDueRow.settled_on.is_(None)).values(settled_on=day)
    )


def confirm_done(session: Session, owed_id: int, day: date, part: str = rules.WHOLE) -> None:
    """Children say: it is done. A meeting may say so at once; else their taps do. Said again, it changes nothing.

    Args:
        session: may write.
        owed_id: what was answered.
        day: today at the site.
        part: the question that was answered; empty for the whole.

    Raises:
        Refused: `not_answered`; nobody said yes or partly.
    """
    row = encryption.lock_row(session, owed_id)
    body = encryption.open_body(row)
    reply = _answer(body, part)
    if reply.kind not in rules.SAID_YES:
        raise Refused("not_answered")
    if reply.confirmed_on is not None:
        return
    replies = tuple(replace(one, confirmed_on=day) if one is reply else one for one in body.replies)
    body = replace(body, replies=replies, tapped=_without(body, part))
    encryption.keep_body(row, body)
    session.flush()
    if events := reply_events().get(row.kind):
        events.confirmed(session, encryption.to_answer_due(row, body), day)


def reopen(session: Session, owed_id: int, day: date, part: str = rules.WHOLE) -> None:
    """Children say: not yet. It is owed by its first owner again, within 14 days; the answer is kept as an earlier one.

    Of a wish nothing outside changes but that something is owed again: `reviews` asks those who may know of it.

    Args:
        session: may write.
        owed_id: what was answered.
        day: today at the site.
        part: the question that was answered; empty for the whole.

    Raises:
        Refused: `not_answered`.
    """
    row = encryption.lock_row(session, owed_id)
    body = encryption.open_body(row)
    reply, of_wish = _answer(body, part), rules.is_wish(row.kind, part)
    body = replace(
        body,
        replies=tuple(one for one in body.replies if one is not reply),
        earlier=(*body.earlier, reply),
        again=tuple(dict.fromkeys((*body.again, part))),
        late=body.late if of_wish else (),
        late_before=body.late_before if of_wish else (*body.late_before, *body.late),
        tapped=_without(body, part),
    )
    encryption.keep_body(row, body)
    row.settled_on = None
    if not of_wish:  # columns and who is asked tell of the plan alone
        row.due, row.rung = day + timedelta(days=rules.AGAIN_DAYS), rules.RUNGS[0]
        row.asked_id = row.asked_until = row.reminded_on = None
    session.flush()
    if events := reply_events().get(row.kind):
        events.opened_again(session, encryption.to_answer_due(row, body), day)


def _answer(body: encryption.AnswerDueBody, part: str) -> Reply:
    reply = next((reply for reply in body.replies if reply.part == part), None)
    if reply is None:
        raise Refused("not_answered")
    return reply


def _without(body: encryption.AnswerDueBody, part: str) -> dict[str, tuple[int, int]]:
    return {name: taps for name, taps in body.tapped.items() if name != part}
