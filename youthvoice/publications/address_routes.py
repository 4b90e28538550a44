"""Guardians' addresses: enter, clear - HTTP only."""

from flask import Blueprint

pages = Blueprint("addresses", __name__, url_prefix="/staff/addresses", template_folder="templates")
