"""What a tablet brings in a day, counted in the rows that count tries."""

from typing import Final

from youthvoice import context, db
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.store import CurrentTablet
from youthvoice.threads.child_codes.code_attempts import (
    CodeAttempt,
    TooManyCodeAttempts,
    begin_attempt,
    hash_counted,
)


def count_delivery(tablet_id: int, kind: str, weight: int, most: int) -> bool:
    """Count what a tablet brings today; whether it is within so many. Commits in a transaction of its own.

    One row for all envelopes of a kind, with weights: a thief of the rows does not see how many of them were reports.

    Args:
        tablet_id: of the tablet.
        kind: what is counted apart: envelopes of a tablet in use or of one that was let go, reports alone, and each of
            these where it came with a pass alone.
        weight: as how many it counts.
        most: a day, UTC.
    """
    pepper, day = context.keyring().key(PEPPER), context.today()
    try:
        with db.writing(db.engine()) as session:
            who = hash_counted(pepper, f"delivered|{tablet_id}|{kind}|{day}")
            attempt = CodeAttempt(who, day, most, weight=weight)
            begin_attempt(session, pepper, attempt, context.now())
    except TooManyCodeAttempts:
        return False
    return True


MANY_REPORTS: Final = 30
"""Reports of one tablet in a day, after which the others are marked as one of many; none is refused."""


def is_one_of_many(tablet: CurrentTablet) -> bool:
    """Count a report of a tablet today; whether so many came already. What comes with a pass alone is counted apart.

    A thief of the rows learns no day on which somebody told: the rows of reports bear theirs. That some came from one
    tablet he learns for two days, not from which.

    Args:
        tablet: the tablet.
    """
    kind = "told by pass" if tablet.by_pass_alone else "told"
    return not count_delivery(tablet.tablet_id, kind, 1, MANY_REPORTS)
