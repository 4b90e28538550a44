"""Rounds: open with a second adult, end, sit - HTTP only."""

from flask import Blueprint

pages = Blueprint("rounds", __name__, url_prefix="/staff/rounds", template_folder="templates")
