"""Whether messages leave, checked once a day: looked at more often, it would tell in which hour one was written.

A mail goes to an advocate in the minute in which a child tells. Somebody who watches the outbox all day would see it,
and where mail is broken would still see it hours later. So a page and a watcher learn the state of three in the
morning; `youthvoice doctor`, which is run by hand, looks itself.
"""

from typing import Final, Literal

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.jobs.worker_health import NightlyCheck, are_same_night
from youthvoice.mail import outbox, sms

DeliveryFault = Literal["stuck", "given_up", "sms"]

DELIVERIES: Final = NightlyCheck[DeliveryFault]("messages", ("stuck", "given_up", "sms"))


def find_delivery_faults(session: Session) -> frozenset[DeliveryFault]:
    """What is wrong now: mail waits for hours or was given up, a text message for ten minutes; never how many."""
    configuration = context.settings().sms
    late = configuration is not None and sms.count_late(configuration, context.now()) > 0
    states = (outbox.is_any_stuck(session), outbox.delivery_status(session).given_up > 0, late)
    return frozenset(fault for fault, is_there in zip(DELIVERIES.faults, states, strict=True) if is_there)


def check_deliveries() -> None:
    """The job: check once a day, from three in the morning on (UTC)."""
    engine, now = db.engine(), context.now()
    with db.reading(engine) as session:
        last = DELIVERIES.last(session)
        if last is not None and are_same_night(last, now):
            return
        faults = find_delivery_faults(session)
    DELIVERIES.record(engine, now, faults)
