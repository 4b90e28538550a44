"""Programs of Debian that a test needs: without one it is skipped loudly, and fails where everything must be proved."""

import os
import shutil
from pathlib import Path

import pytest


def need_program(program: str | Path, package: str) -> None:
    """Skip the test where a program is missing; fail it under `CI=true`, where `.ci/run` installs its package.

    Args:
        program: its name, or its path where it lies outside the search path.
        package: of Debian.
    """
    if shutil.which(program):
        return
    why = f"NOT TESTED: {program} is missing (apt-get install {package})"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
