"""A staff member's first page - HTTP only."""

from flask import Blueprint

pages = Blueprint("desk", __name__, url_prefix="/staff", template_folder="templates")
