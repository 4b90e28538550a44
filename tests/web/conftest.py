"""A small app that wears the look of the house and does nothing else."""

import pytest
from flask import Flask
from flask_babel import Babel

from youthvoice.web import assets


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.secret_key = "only for tests"
    Babel(app)
    assets.init_app(app)
    return app
