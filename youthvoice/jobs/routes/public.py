"""The health check of the installation - HTTP only."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.jobs.worker_health import is_worker_alive
from youthvoice.web import rate_limits

work_pages = Blueprint("work", __name__)


@work_pages.get("/health")
def health() -> ResponseReturnValue:
    """200 when database and work process answer, else 503; a lost rate limit store is reported, but no failure."""
    well = is_worker_alive(db.engine())
    return jsonify(database=True, work=well, limits=rate_limits.is_store_reachable()), 200 if well else 503
