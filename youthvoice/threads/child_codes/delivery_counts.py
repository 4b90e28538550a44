"""How much a tablet delivers in a day, counted in the same table as attempts at codes."""

from typing import Any

from sqlalchemy import Dialect, bindparam

from youthvoice import context, db
from youthvoice.compiled_sql import CompiledStatement, insert_into
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.threads.child_codes.code_attempts import counter_id
from youthvoice.threads.models import CodeAttemptRow


def _count_below(dialect: Dialect) -> Any:
    """Make the row of a counter, or add `tries` to it; no row comes back, and nothing is added, where it has `most`."""
    row = insert_into(CodeAttemptRow, dialect)
    values: dict[str, Any] = {name: bindparam(name) for name in ("who", "day", "tries", "slot", "noise", "warned")}
    return (
        row.values(**values)
        .on_conflict_do_update(
            index_elements=[CodeAttemptRow.who],
            set_={"tries": CodeAttemptRow.tries + row.excluded.tries},
            where=CodeAttemptRow.tries < bindparam("most"),
        )
        .returning(CodeAttemptRow.tries)
    )


_COUNT_BELOW = CompiledStatement(_count_below)  # runs with every report and every envelope, before it is sealed


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
    values = {
        "who": counter_id(pepper, f"delivered|{tablet_id}|{kind}|{day}"),
        "day": day.isoformat(),
        "tries": weight,
        "slot": bytes(32),
        "noise": bytes(8),
        "warned": False,
        "most": most,
    }
    with db.engine().connect().execution_options(writes=True) as connection, connection.begin():
        return _COUNT_BELOW.first(connection, values) is not None
