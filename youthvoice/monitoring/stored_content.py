"""Whether what is stored opens with the key files, and the log is whole: looked through once a night, all of it.

A country has millions of lines and gigabytes of views. So no page waits for it; the job takes turns with others, and
holds a hundred rows. `youthvoice doctor` and a rehearsal of a backup look through it themselves.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from flask_babel import LazyString, lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.quiet_pages import check_answers
from youthvoice.audit.audit_log import are_heads_whole, walk_lines
from youthvoice.errors import KeyGone
from youthvoice.good_news.store import check_board_news
from youthvoice.jobs.turns import Turn
from youthvoice.jobs.worker_health import NightlyCheck, are_same_night, last_heartbeat, record_heartbeat
from youthvoice.knocks.store import check_boxes
from youthvoice.privacy.keys.key_names import AUDIT, KEPT_COUNTS, KEPT_WORDS
from youthvoice.publications.encryption import check_publications
from youthvoice.reviews.store import check_reviews
from youthvoice.surveys.batches.store import check_counts
from youthvoice.surveys.questionnaires.drafts.store import check_drafts
from youthvoice.surveys.rounds.opening_drafts import check_round_drafts


class ContentKind(NamedTuple):
    """A kind of content that is stored under a lasting key.

    Attributes:
        label: in the plural.
        key: name of the key file.
        check: gives for each of them whether it opens.
    """

    label: LazyString
    key: str
    check: Callable[[], Iterator[bool]]


KINDS: Final = {
    "counts": ContentKind(_l("counts of rounds"), KEPT_COUNTS, check_counts),
    "views": ContentKind(_l("views"), KEPT_WORDS, check_publications),
    "answers": ContentKind(_l("answers and tasks"), KEPT_WORDS, check_answers),
    "reviews": ContentKind(_l("reviews"), KEPT_WORDS, check_reviews),
    "good news": ContentKind(_l("good news on boards"), KEPT_WORDS, check_board_news),
    "boxes": ContentKind(_l("boxes of knocks"), KEPT_WORDS, check_boxes),
    "drafts": ContentKind(_l("drafts of questionnaires"), KEPT_WORDS, check_drafts),
    "round drafts": ContentKind(_l("lists of unfinished rounds"), KEPT_WORDS, check_round_drafts),
}

LOG: Final = "log"

CONTENT: Final = NightlyCheck[str]("content", (*KINDS, LOG))

_GOING: Final = "content going"

_AGAIN: Final = timedelta(hours=1)
"""After which it is looked through again while something is wrong: somebody may have put a key file back."""

_LOST: Final = timedelta(minutes=5)
"""Of silence, after which a check that has not ended was lost with its process."""


class _Check(NamedTuple):
    """One check that is not over: what it found by now, and its steps, one for each row."""

    faults: Counter[str]
    steps: Iterator[None]


_checks: Final = context.AppCache[str, _Check](1)

_signs: Final = context.AppCache[str, None](1, seconds=60)
"""A check says once a minute that it goes on, so that no other process begins one."""


def check_content() -> bool:
    """The job: one turn of the check of this night; True while this process has to go on with it."""
    engine, check = db.engine(), _checks.find("")
    if check is None:
        with db.reading(engine) as session:
            if not _is_due(session, context.now()):
                return False
        _signs.forget()
        faults = Counter[str]()
        check = _Check(faults, _look_through(faults))
    _checks.forget()  # where a step fails, the next check begins from the start
    _signs.get("", lambda: record_heartbeat(engine, _GOING))
    turn = Turn()
    for _step in turn.take(check.steps):
        pass
    if turn.is_cut:
        _checks.put("", check)
    else:
        CONTENT.record(engine, context.now(), +check.faults)
    return turn.is_cut


def _is_due(session: Session, now: datetime) -> bool:
    going, checked = last_heartbeat(session, _GOING), CONTENT.last(session)
    if going is None or going > now:
        return True
    if checked is None or checked < going:
        return now - going >= _LOST
    return not are_same_night(checked, now) or (bool(CONTENT.find_faults(session)) and now - checked >= _AGAIN)


def _look_through(faults: Counter[str]) -> Iterator[None]:
    """Count by kind what does not open; a step for each row."""
    for name, kind in KINDS.items():
        for opens in kind.check():
            faults[name] += not opens
            yield
    try:
        key = context.keyring().key(AUDIT)
    except KeyGone:  # its file is named among the missing ones
        return
    for is_whole in walk_lines(key):
        faults[LOG] += not is_whole
        yield
    with db.reading(db.engine()) as session:
        faults[LOG] += not are_heads_whole(session, key)


def find_present_faults() -> Counter[str]:
    """How much does not open, by kind, looked through now; a page that needs it fails."""
    faults = Counter[str]()
    for _step in _look_through(faults):
        pass
    return faults


def list_present_complaints() -> Iterator[str]:
    """What is wrong with a database that came back, looked through now; in English."""
    faults = find_present_faults()
    if faults[LOG]:
        yield "The log was changed from outside."
    yield from name_unopenable(faults)


def name_unopenable(faults: Mapping[str, int]) -> Iterator[str]:
    """What does not open, a sentence for each kind, in English."""
    for name, kind in KINDS.items():
        if number := faults[name]:
            yield f"{number} {kind.label} do not open. Put the right key file {kind.key} back into YOUTHVOICE_KEYS."
