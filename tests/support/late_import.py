"""What takes a second to import, and is needed by few tests: each worker reads every test, and would wait for it."""

from importlib import import_module
from types import ModuleType
from typing import Any


class _Late(ModuleType):
    """Stands for a module until something of it is asked for.

    pytest asks all that a module of tests holds whether it is a test or a fixture, by names with an underscore.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def late_import(name: str) -> ModuleType:
    """A module that is imported when something of it is first asked for."""
    return _Late(name)
