"""The advocate makes a report of a statement, or of a part of it, where it shows a danger.

It never happens automatically: the advocate decides, and the child is told of this limit before the first word. The log
says that a report was made, and none of its words.
Source: DESIGN.md 5, "A review"; S31 (the danger limit).
"""

import hashlib
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import Statement
from youthvoice.sites.store import Site
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.thread_ports import AlreadyReferred, ReportReferral, reports
from youthvoice.web.i18n.formats import join_list

WHOLE: Final = "all"

PARTS: Final = (WHOLE, "words", "voice", "afraid", "good_words")
"""The parts of a statement that can become a report: all of it, or one of the others."""

_ID_BYTES: Final = 16


def list_parts(statement: Statement) -> tuple[str, ...]:
    """The parts of this statement that can become a report; a statement of pictures only goes as a whole."""
    texts = {
        "words": statement.words,
        "voice": statement.voice,
        "afraid": statement.afraid,
        "good_words": statement.good_words,
    }
    return (WHOLE, *(part for part in PARTS if texts.get(part)))


def make_report(  # noqa: PLR0913, PLR0917 - of what, by whom, and what was decided
    session: Session, review: Review, statement: Statement, part: str, caller: Caller, log: Log, site: Site, form: Any
) -> Review:
    """Make the report, and record it so that the child reads it.

    Args:
        session: may write; its caller commits, or rolls back where this raises.
        review: locked.
        statement: opened by the advocate.
        part: one of `list_parts`.
        caller: the advocate who carries the review.
        log: in the caller's name.
        site: of the review.
        form: from `reports().asking`, valid.

    Raises:
        ReferralRefused: too few people would read it; the form says so.
        Refused: `reported_already`: a report of these words exists.
    """
    voice = statement.voice if part in {WHOLE, "voice"} else b""
    referral = ReportReferral(
        id=_id_of(review, statement, part),
        source_name=review.body.case_number,
        words=_words_of(statement, part),
        voice=voice,
        voice_kind=statement.voice_kind if voice else "",
        language=statement.language,
        kind="review",
    )
    try:
        reports().make(session, log, caller, site, referral, form)
    except AlreadyReferred:
        raise Refused("reported_already") from None
    return store.change_review(session, review, replace(review.body, reported=(*review.body.reported, log.day)))


def _words_of(statement: Statement, part: str) -> str:
    pictures = (
        (_("This should change"), statement.change if part == WHOLE else ()),
        (_("I am afraid of this"), statement.afraid if part in {WHOLE, "afraid"} else ()),
    )
    lines = [
        f"{head}: {join_list(pick_label(options.LIFE, code) for code in codes)}" for head, codes in pictures if codes
    ]
    own = {"words": statement.words, "good_words": statement.good_words}
    return "\n\n".join([*lines, *(text for name, text in own.items() if text and part in {WHOLE, name})])


def _id_of(review: Review, statement: Statement, part: str) -> bytes:
    """The id of the report's source: the same words of the same review make one report, changed words another one."""
    source = "|".join((review.key, part, _words_of(statement, part))).encode() + statement.voice
    return hashlib.sha256(source).digest()[:_ID_BYTES]
