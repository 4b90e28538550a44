"""`make bench`: prints `bench NAME VALUE UNIT`, one figure a line."""

import argparse
import tempfile
from pathlib import Path

from benchmarks import judged


def main() -> None:
    """Measure, on SQLite or on a PostgreSQL that is started for it."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--postgresql", action="store_true", help="the same on PostgreSQL; not judged")
    asked.add_argument("--responses", type=int, default=800, help="complete responses in each of five runs")
    asked.add_argument("--sheets", type=int, default=10_000, help="sheets of the batch that is closed")
    asked.add_argument("--views", type=int, nargs="*", default=(1_000, 1_000_000), help="responses behind opened views")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        judged.run(
            Path(folder), judged.Sizes(given.responses, given.sheets, tuple(given.views)), postgresql=given.postgresql
        )


if __name__ == "__main__":
    main()
