"""Sites, groups, tablets - HTTP only."""

from flask import Blueprint

pages = Blueprint("places", __name__, url_prefix="/staff", template_folder="templates")
