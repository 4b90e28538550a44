"""What takes a second to import, and is needed by few tests: each worker reads every test, and would wait for it."""

import importlib.util
import sys
from types import ModuleType


def late_import(name: str) -> ModuleType:
    """A module that is imported when something of it is first asked for."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    assert spec
    assert spec.loader
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
