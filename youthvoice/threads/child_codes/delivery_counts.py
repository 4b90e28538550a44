"""How much a tablet delivers in a day, counted in the same table as attempts at codes."""

from youthvoice import context, db
from youthvoice.privacy.keys.key_names import PEPPER
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
