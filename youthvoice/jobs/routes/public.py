"""Whether the installation is well - HTTP only."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.jobs.worker import is_worker_alive
from youthvoice.web import rate_limits

work_pages = Blueprint("work", __name__)


@work_pages.get("/health")
def health() -> ResponseReturnValue:
    """200 when database and work process answer, else 503; a lost store of flood limits stops nobody, and is told."""
    well = is_worker_alive(db.engine())
    return jsonify(database=True, work=well, limits=rate_limits.is_store_reachable()), 200 if well else 503
