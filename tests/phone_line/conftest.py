"""The fixtures of the desk, for a report that is told, answered and heard."""

from tests.grievances.conftest import team

__all__ = ["team"]
