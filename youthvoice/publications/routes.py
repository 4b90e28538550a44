"""Views for guardians and children - HTTP only."""

from flask import Blueprint

pages = Blueprint("views", __name__, url_prefix="", template_folder="templates")
