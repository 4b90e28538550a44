"""How much a tablet delivers in a day, counted in the same table as attempts at codes."""

from typing import Final

from youthvoice import context, db
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.store import CurrentTablet
from youthvoice.threads.child_codes.code_attempts import AttemptCounter, TooManyCodeAttempts, begin_attempt, counter_id


def count_delivery(tablet_id: int, kind: str, weight: int, most: int) -> bool:
    """Count a delivery of a tablet; False when it exceeds the limit. Commits in a transaction of its own.

    One row counts all envelopes of a kind by weight: a thief of the rows does not see how many of them were reports.

    Args:
        tablet_id: of the tablet.
        kind: what is counted separately: envelopes of a tablet in use or a retired one, reports alone, and each of
            these where it came with only a pass.
        weight: how many it counts as.
        most: the limit per day, UTC.
    """
    pepper, day = context.keyring().key(PEPPER), context.today()
    try:
        with db.writing(db.engine()) as session:
            who = counter_id(pepper, f"delivered|{tablet_id}|{kind}|{day}")
            counter = AttemptCounter(who, day, most, weight=weight)
            begin_attempt(session, pepper, counter, context.now())
    except TooManyCodeAttempts:
        return False
    return True


MANY_REPORTS: Final = 30
"""Reports of one tablet in a day, after which further ones are flagged `ONE_OF_MANY`; none is refused."""


def is_one_of_many(tablet: CurrentTablet) -> bool:
    """Count a report of a tablet today; True when it is over `MANY_REPORTS`. Reports by pass alone count separately.

    A thief of the rows learns no day on which somebody reported, which the rows of reports show anyway. For two days he
    learns that a tablet sent some, but not which tablet.

    Args:
        tablet: the tablet.
    """
    kind = "told by pass" if tablet.by_pass_alone else "told"
    return not count_delivery(tablet.tablet_id, kind, 1, MANY_REPORTS)
