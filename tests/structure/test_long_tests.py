"""Nothing that `make test` leaves out is left out by `make test-long`."""

import re
import subprocess
from pathlib import Path

TOP = Path(__file__).parents[2]
LEFT_OUT = re.compile(r"long_test\(|breadth\(|RUNS_LONG|LONG_WALK|browsers\.LONG\b")


def test_every_module_that_leaves_something_out_is_run_by_make_test_long() -> None:
    said = subprocess.run(
        ["make", "-n", "-o", "install-test", "-o", "catalogues", "test-long"],
        cwd=TOP, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    listed = {TOP / path for path in said.split() if path.startswith("tests/")}
    assert [path for path in listed if not path.exists()] == []
    modules = [file for file in (TOP / "tests").rglob("test_*.py") if LEFT_OUT.search(file.read_text("utf-8"))]
    assert len(modules) > 60, "the pattern finds them"
    missing = [file.name for file in modules if not listed & {file, *file.parents} and file != Path(__file__)]
    assert missing == []
