"""The order of the rows in the file of SQLite, which shows when each came until the file is rewritten."""

import shutil
import sqlite3
from contextlib import closing

from sqlalchemy.engine.interfaces import DBAPICursor

from youthvoice import db


def rewrite_file() -> None:
    """Rewrite the whole file of SQLite in the order of its tables' keys, and empty its log; a job.

    The position of a row in the file shows when it came: a large one is appended, a small one is put before those that
    came to its page earlier. While another process writes, or where the disk has no room for a copy and a log as large
    as the file, the next run does it. The copy is in the folder of the file: another may have less room, or is not
    encrypted. Source: sqlite.org, "Temporary Files Used By SQLite", 2.7 and 5.
    """
    file = db.embedded_file(db.engine().url)
    if file is None:
        return
    if shutil.disk_usage(file.parent).free > 2 * file.stat().st_size:
        try:
            with closing(db.engine().raw_connection()) as connection:
                _rewrite_in(connection.cursor(), str(file.parent))
        except sqlite3.OperationalError as error:
            if not db.is_write_failure(error):
                raise
    db.truncate_write_ahead_log(db.engine())


def _rewrite_in(cursor: DBAPICursor, folder: str) -> None:
    quoted_folder = folder.replace("'", "''")
    cursor.execute(f"PRAGMA temp_store_directory='{quoted_folder}'")
    cursor.execute("PRAGMA cache_spill=ON")  # without it the whole file is in memory
    try:
        cursor.execute("VACUUM")
    finally:
        cursor.execute("PRAGMA cache_spill=OFF")
