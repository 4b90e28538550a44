"""Publications: approve, send, export - HTTP only."""

from flask import Blueprint

pages = Blueprint("publications", __name__, url_prefix="/staff/publications", template_folder="templates")
