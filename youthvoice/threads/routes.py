"""The letter box - HTTP only."""

from flask import Blueprint

pages = Blueprint("letters", __name__, url_prefix="/staff/letters", template_folder="templates")
