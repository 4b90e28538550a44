"""`youthvoice phone`: the process that serves the telephone line, beside web and work processes."""

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from youthvoice import context, db
from youthvoice.jobs.worker_health import PHONE, record_heartbeat
from youthvoice.phone_line.call import take_call
from youthvoice.phone_line.modem import Modem, ModemLost
from youthvoice.phone_line.recorded_sentences import find_line

LOOK_SECONDS: Final = 1.0

CHECK_SECONDS: Final = 60.0
"""Between two checks, while nobody calls, whether the modem hangs; one that restarted gets its settings again."""

_RETRY_SECONDS: Final = 10.0


@click.command("phone", help="The telephone line on YOUTHVOICE_PHONE: answers calls of children until a signal comes.")
@with_appcontext
def phone() -> None:
    """Serve the line; a modem that is unplugged is waited for."""
    port = context.settings().phone
    if port is None:
        raise click.ClickException("YOUTHVOICE_PHONE is not set: it names the serial port of a voice modem.")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's own way
    serve_line(app, port, stop)


def serve_line(app: Flask, port: Path, stop: threading.Event, retry_seconds: float = _RETRY_SECONDS) -> None:
    """Answer one call after the other. Of a call nothing is logged; of a modem that goes away one line.

    Args:
        app: the application.
        port: of the modem.
        stop: ends it, after the call that is held.
        retry_seconds: between two tries to open a modem that is away.
    """
    is_lost = False
    while not stop.is_set():
        try:
            modem = Modem(port)
        except ModemLost as lost:
            is_lost = _say_once(port, lost, is_lost=is_lost)
            stop.wait(retry_seconds)
            continue
        try:
            modem.prepare()
            is_lost = False
            _answer_calls(app, modem, stop.is_set)
        except ModemLost as lost:
            is_lost = _say_once(port, lost, is_lost=is_lost)
            stop.wait(retry_seconds)
        finally:
            modem.close()


def _answer_calls(app: Flask, modem: Modem, is_stopped: Callable[[], bool]) -> None:
    checked, noted, had_network = 0.0, datetime.min.replace(tzinfo=UTC), True
    while not is_stopped():
        if time.monotonic() - checked >= CHECK_SECONDS:
            modem.stay_ready()
            checked, has_network = time.monotonic(), modem.has_network()
            if has_network:
                noted = _note_hour(app, noted)
            elif had_network:
                click.echo("The modem is in no network: is its card in, unlocked and paid?", err=True)
            had_network = has_network
        if modem.waits_for_ring(LOOK_SECONDS):
            with app.app_context():  # of its own: two calls share no session of the database
                with db.reading(db.engine()) as session:
                    line = find_line(session)
                if line is None:
                    modem.forget_call()
                else:
                    take_call(modem, line)


def _note_hour(app: Flask, noted: datetime) -> datetime:
    """Record the hour in which the line can answer; a finer time would show each call. Gives the hour recorded last."""
    with app.app_context(), suppress(SQLAlchemyError, db.WriteQueueTimeout):  # a full disk takes no answer from a child
        hour = context.now().replace(minute=0, second=0, microsecond=0)
        if hour == noted:
            return hour
        with db.reading(db.engine()) as session:
            can_answer = find_line(session) is not None
        if can_answer:
            record_heartbeat(db.engine(), PHONE, hour)
            return hour
    return noted


def _say_once(port: Path, lost: ModemLost, *, is_lost: bool) -> bool:
    if not is_lost:
        click.echo(f"The modem at {port} cannot be used: {lost} It is tried again.", err=True)
    return True
