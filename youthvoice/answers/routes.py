"""What adults owe - HTTP only."""

from flask import Blueprint

pages = Blueprint("answers", __name__, url_prefix="/staff/answers", template_folder="templates")
