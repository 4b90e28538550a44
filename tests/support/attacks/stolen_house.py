"""What a thief takes of a house, everything but the key folder, and how a secret is looked for in it."""

import base64
from collections.abc import Iterable, Iterator, Mapping

from flask import Flask

from youthvoice import db, metadata
from youthvoice.config import Settings


def disguises(secret: str | bytes) -> set[bytes]:
    """A secret as it is, as hex, and as base64 at any place of a longer text."""
    raw = secret.encode() if isinstance(secret, str) else secret
    found = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw)
        inner = whole[4 if before else 0 : len(whole) - 4]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    if isinstance(secret, str):
        found |= {secret.encode("unicode_escape"), secret.encode("utf-16-le")}
    return {one for one in found if len(one) >= 6}


def taken(settings: Settings) -> dict[str, bytes]:
    """Every file of the data folder, mails of development apart."""
    files = (file for file in settings.data.rglob("*") if file.is_file() and file.suffix != ".eml")
    return {file.name: file.read_bytes() for file in files}


def rows(*names: str) -> Iterator[tuple[str, object]]:
    """Every value of these tables, or of all."""
    with db.reading(db.engine()) as session:
        for table in metadata.full_metadata().sorted_tables:
            if not names or table.name in names:
                for row in session.execute(table.select()):
                    yield from ((table.name, value) for value in row)


def as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def stolen_files(app: Flask, settings: Settings, log: str) -> dict[str, bytes]:
    """Every file after a backup, the log, and what the backup said."""
    file = settings.data / "backup"
    file.unlink(missing_ok=True)  # a house that is stolen twice: nothing is written over a file that is there
    done = app.test_cli_runner().invoke(args=["backup", str(file)])
    assert done.exit_code == 0, done.output
    return taken(settings) | {"log": log.encode(), "said": done.output.encode()}


def stolen(app: Flask, settings: Settings, log: str) -> list[tuple[str, bytes]]:
    """The same and every value of every row; the slug of a site tells that what is open is found."""
    files = stolen_files(app, settings, log)
    found = [*(("row of " + name, as_bytes(value)) for name, value in rows()), *files.items()]
    assert any(content == b"example-house" for _where, content in found), "the search finds"
    return found


def leaks(found: Iterable[tuple[str, bytes]], secrets: Mapping[str, str | bytes]) -> list[tuple[str, str]]:
    """Where which secret lies open."""
    looked_for = [(what, one) for what, secret in secrets.items() for one in disguises(secret)]
    return [(where, what) for where, content in found for what, one in looked_for if one in content]
