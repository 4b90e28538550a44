"""Questionnaires: import, preview, approve - HTTP only."""

from flask import Blueprint

pages = Blueprint("questionnaires", __name__, url_prefix="/staff/questionnaires", template_folder="templates")
