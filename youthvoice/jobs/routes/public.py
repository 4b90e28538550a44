"""Whether the house is well - HTTP only."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.jobs.worker import is_alive
from youthvoice.web import rate_limits as limits

pages = Blueprint("work", __name__)


@pages.get("/health")
def health() -> ResponseReturnValue:
    """200 when database and work process answer, else 503; a lost store of flood limits stops nobody, and is told."""
    well = is_alive(db.engine())
    return jsonify(database=True, work=well, limits=limits.is_counted_together()), 200 if well else 503
