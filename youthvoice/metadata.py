"""The metadata of every table, for migrations, backups and tests; importing this imports every model."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from sqlalchemy import MetaData

import youthvoice
from youthvoice.db import Base

_NAMES = [f"youthvoice.{package.name}.models" for package in iter_modules(youthvoice.__path__) if package.ispkg]
MODELS = [import_module(name) for name in _NAMES if find_spec(name)]
"""The `models` of every package that has tables."""


def full_metadata() -> MetaData:
    """The metadata with every table."""
    return Base.metadata
