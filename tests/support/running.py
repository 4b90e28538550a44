"""An application context for tests of stores and jobs, which ask it for keys and clock; nothing of the web in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Engine

from youthvoice import context
from youthvoice.config import Settings
from youthvoice.privacy.keys.keyring import Keyring


@contextmanager
def running(
    settings: Settings, keyring: Keyring, engine: Engine, clock: context.Clock = context.wall_clock
) -> Iterator[Flask]:
    """Run with these; another thread pushes a context of the application that is given."""
    app = Flask("youthvoice")
    context.init_app(app, context.Runtime(settings, keyring, clock, engine))
    with app.app_context():
        yield app
