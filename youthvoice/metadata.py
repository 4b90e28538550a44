"""Every table of the house in one metadata: for migrations, backups and tests."""

from sqlalchemy import MetaData

from youthvoice.db import Base


def metadata() -> MetaData:
    """The metadata with every table in it."""
    return Base.metadata
