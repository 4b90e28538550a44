"""Every table in one metadata: for migrations, backups and tests."""

from sqlalchemy import MetaData

from youthvoice.db import Base


def full_metadata() -> MetaData:
    """The metadata with every table in it."""
    return Base.metadata
