"""Nothing that `make test` leaves out is left out by `make test-long`."""

import re
from pathlib import Path

TOP = Path(__file__).parents[2]
LEFT_OUT = re.compile(r"^from tests\.support\.long_tests import |browsers\.LONG\b", re.MULTILINE)
IN_A_FOLDER = re.compile(r"\$\(addprefix (\S+),([^)]*)\)")


def test_every_module_that_leaves_something_out_is_run_by_make_test_long() -> None:
    makefile = (TOP / "Makefile").read_text("utf-8")
    lists = " ".join(line for line in makefile.splitlines() if line.startswith(("LONG :=", "BREADTH :=")))
    listed = {TOP / folder / name for folder, names in IN_A_FOLDER.findall(lists) for name in names.split()}
    listed |= {TOP / path for path in IN_A_FOLDER.sub("", lists).split() if path.startswith("tests/")}
    assert [path for path in listed if not path.exists()] == []
    modules = [file for file in (TOP / "tests").rglob("test_*.py") if LEFT_OUT.search(file.read_text("utf-8"))]
    assert len(modules) > 12, "the pattern finds them"
    missing = [file.name for file in modules if not listed & {file, *file.parents}]
    assert missing == []
