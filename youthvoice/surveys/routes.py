"""A child answers one round - HTTP only."""

from flask import Blueprint

pages = Blueprint("surveys", __name__, url_prefix="/survey", template_folder="templates")
