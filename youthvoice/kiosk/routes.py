"""A child's front page and what surrounds it - HTTP only."""

from flask import Blueprint

pages = Blueprint("kiosk", __name__, url_prefix="", template_folder="templates")
