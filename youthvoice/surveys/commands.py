"""`flask surveys ...`."""

from flask.cli import AppGroup

group = AppGroup("surveys", help="Questionnaires and rounds.")
