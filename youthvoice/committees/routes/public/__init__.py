"""HTTP at the tablet or by a link; without a staff session."""

from flask import Blueprint

agenda_pages = Blueprint("agenda", __name__, url_prefix="")

rep_pages = Blueprint("rep", __name__, url_prefix="/agenda")
