"""`flask staff ...`."""

from flask.cli import AppGroup

group = AppGroup("staff", help="People who may sign in.")
