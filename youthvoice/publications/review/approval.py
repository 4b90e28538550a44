"""Approve a view for all audiences, so that the decider can answer what children said."""

from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accountability.store import Part
from youthvoice.audit.log import Log
from youthvoice.privacy.disclosure.band_cuts import demands
from youthvoice.publications import store
from youthvoice.publications.snapshot import Frozen
from youthvoice.publications.store import Edition
from youthvoice.surveys.rounds import answer_due as owing


def approve(session: Session, edition: Edition, person_id: int, day: date, log: Log) -> None:
    """Approve in one transaction; every published question becomes one that can be answered by itself.

    Raises:
        NotWaiting: it is decided about already.
    """
    frozen = edition.first.frozen
    store.approve(session, edition, person_id, day, log)
    owing.let_answer(session, running.keyring(), frozen["round"], parts(frozen), day)


def parts(frozen: Frozen) -> list[Part]:
    """The questions that guardians and children see, in order."""
    return [Part(question["name"], question["text"]) for question in frozen["questions"]]


def narrowest(frozen: Frozen) -> int | None:
    """How many whole numbers a reader's narrowest range holds at least; None where no band is shown."""
    numbers = [size for size in (frozen["n"], (frozen["before"] or {}).get("n")) if size is not None]
    return min((demands(size).width for size in numbers), default=None)
