"""Write the next migration from the models, against a database that has every earlier one.

Run through `make migration` while a migration grows: its file is written anew each time until a release has it. Then
its bytes are noted here, a new title begins, and the next number follows: no released one is written again.
"""

import re
import tempfile
from pathlib import Path

from youthvoice import db, metadata, migrations

RELEASED = {"0001_first_release.py": "c37eac8cf08633b6aebe01812e7558cf631fc6542bbb59f91cf26a394d6c261a"}
"""SHA-256 of each migration of a release, which a house of that release has carried out."""

BEFORE = max(RELEASED)[:4]
NEWEST, TITLE = f"{int(BEFORE) + 1:04}", "second release"
VERSIONS = Path(migrations.__file__).parent / "versions"


def main() -> None:
    """Replace the newest file; what it must do to rows that are there already is added by hand below its head."""
    for file in VERSIONS.glob(f"{NEWEST}_*.py"):
        file.unlink()
    engine = db.make_engine(f"sqlite:///{tempfile.mkdtemp()}/migration.sqlite3")
    migrations.upgrade(engine, metadata.full_metadata(), BEFORE)
    if not migrations.differences(engine, metadata.full_metadata()):
        raise SystemExit(f"{BEFORE} has every table: there is nothing to write.")
    migrations.write_revision(engine, metadata.full_metadata(), NEWEST, TITLE)
    (made,) = VERSIONS.glob(f"{NEWEST}_*.py")
    made.write_text(re.sub(r"^ *# ### .*\n", "", made.read_text("utf-8"), flags=re.MULTILINE), "utf-8")


if __name__ == "__main__":
    main()
