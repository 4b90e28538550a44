"""Sign in, sign out, people - HTTP only."""

from flask import Blueprint

pages = Blueprint("staff", __name__, url_prefix="/staff", template_folder="templates")
