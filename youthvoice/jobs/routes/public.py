"""The health check of the installation - HTTP only."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from youthvoice import context, db
from youthvoice.config import read_version
from youthvoice.jobs.worker_health import is_worker_alive
from youthvoice.web import rate_limits
from youthvoice.web.request_bodies import has_valid_session

work_pages = Blueprint("work", __name__)


@work_pages.get("/health")
def health() -> ResponseReturnValue:
    """200 when database and work process answer, else 503; a lost rate limit store is reported, but no failure.

    The version only to somebody who is signed in: an old one tells a stranger what to try.
    """
    well = is_worker_alive(db.engine())
    signed_in = not context.settings().box and has_valid_session()(request.environ)
    version = {"version": read_version()} if signed_in else {}
    return jsonify(database=True, work=well, limits=rate_limits.is_store_reachable(), **version), 200 if well else 503
