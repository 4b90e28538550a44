"""A small app that wears the look of the house and does nothing else."""

import pytest
from flask import Flask

from youthvoice.web import assets
from youthvoice.web.i18n import translations


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.secret_key = "only for tests"
    translations.init_app(app)
    assets.init_app(app)
    return app
