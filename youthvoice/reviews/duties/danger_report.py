"""What a child says to her review, or a part of it, becomes a report where her advocate sees a danger.

Never by itself: the advocate who carries it decides, and the child was told of this limit before her first word. The
log says that a report was made, and no word of it. Source: DESIGN.md 5, "A review"; S31 (the danger limit).
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
from youthvoice.threads.thread_ports import AgendaReferral, AlreadyReferred, reports
from youthvoice.web.i18n.formats import join_list

WHOLE: Final = "all"

PARTS: Final = (WHOLE, "words", "voice", "afraid", "good_words")
"""What can be taken of a statement: everything, or only one of these."""

_ID_BYTES: Final = 16


def list_parts(statement: Statement) -> tuple[str, ...]:
    """What of a statement can become a report; a statement of pictures alone goes as a whole."""
    there = {
        "words": statement.words,
        "voice": statement.voice,
        "afraid": statement.afraid,
        "good_words": statement.good_words,
    }
    return (WHOLE, *(part for part in PARTS if there.get(part)))


def make_report(  # noqa: PLR0913, PLR0917 - of what, by whom, and what was decided
    session: Session, review: Review, statement: Statement, part: str, caller: Caller, log: Log, site: Site, form: Any
) -> Review:
    """Make the report, and let the child read that it was made.

    Args:
        session: may write; its caller commits, or rolls back where this raises.
        review: held.
        statement: her statement, as the advocate opened it.
        part: one of `list_parts`.
        caller: the advocate who carries it.
        log: hers.
        site: of the review.
        form: from `reports().asking`, found right.

    Raises:
        ReferralRefused: too few would read it; the form says so.
        Refused: `reported_already`: of these words there is a report.
    """
    voice = statement.voice if part in {WHOLE, "voice"} else b""
    referral = AgendaReferral(
        id=_id_of(review, statement, part),
        agenda=review.body.case_number,
        words=_words_of(statement, part),
        voice=voice,
        voice_kind=statement.voice_kind if voice else "",
        language=statement.language,
        of_review=True,
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
    """The same words of the same review are one report, whoever is faster; said anew they may be another."""
    what = "|".join((review.key, part, _words_of(statement, part))).encode() + statement.voice
    return hashlib.sha256(what).digest()[:_ID_BYTES]
