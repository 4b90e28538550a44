"""Whether messages leave, checked once a day: looked at more often, it would tell in which hour one was written.

A mail goes to an advocate in the minute in which a child tells. Somebody who watches the outbox all day would see it,
and where mail is broken would still see it hours later. So a page and a watcher learn the state of three in the
morning; `youthvoice doctor`, which is run by hand, looks itself.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.jobs.worker_health import last_heartbeat, record_moments
from youthvoice.mail import outbox, sms

DeliveryFault = Literal["stuck", "given_up", "sms"]

_FAULTS: Final[tuple[DeliveryFault, ...]] = ("stuck", "given_up", "sms")

_CHECKED: Final = "messages checked"

_CHECK_HOUR: Final = timedelta(hours=3)  # UTC


def find_delivery_faults(session: Session) -> frozenset[DeliveryFault]:
    """What is wrong now: mail waits for hours or was given up, a text message for ten minutes; never how many."""
    configuration = context.settings().sms
    late = configuration is not None and sms.count_late(configuration, context.now()) > 0
    states = (outbox.is_any_stuck(session), outbox.delivery_status(session).given_up > 0, late)
    return frozenset(fault for fault, is_there in zip(_FAULTS, states, strict=True) if is_there)


def find_kept_faults(session: Session) -> frozenset[DeliveryFault]:
    """What was wrong at the last daily check."""
    checked = last_heartbeat(session, _CHECKED)
    moments = {fault: last_heartbeat(session, _name(fault)) for fault in _FAULTS}
    return frozenset(fault for fault, at in moments.items() if at is not None and at == checked)


def last_check(session: Session) -> datetime | None:
    """When the last daily check was, UTC; None before the first one."""
    return last_heartbeat(session, _CHECKED)


def check_deliveries() -> None:
    """The job: check once a day, from three in the morning on (UTC)."""
    engine, now = db.engine(), context.now()
    with db.reading(engine) as session:
        last = last_check(session)
        if last is not None and (last - _CHECK_HOUR).date() == (now - _CHECK_HOUR).date():
            return
        faults = find_delivery_faults(session)
    record_moments(engine, {_CHECKED: now, **{_name(fault): now for fault in faults}})


def _name(fault: DeliveryFault) -> str:
    return f"messages {fault}"
