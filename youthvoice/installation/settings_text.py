"""The settings file of a new installation, with a comment for each."""

import re
from typing import Final

from youthvoice.installation.layout import Layout

_TEXT: Final = """\
# Settings of an installation of Youth Voice: NAME=VALUE, one a line; what follows # is a comment.
# They hold from the next start of the service on. What else can be set says operations.md, "Settings".

# The address that people open. Links in mail begin with it.
{url}

# Folder of the database, unless that is PostgreSQL's.
{data}

# postgresql://user:password@host/name where SQLite is outgrown.
{database}

# Folder of the key files. Without them nothing of the database opens, and nobody can make them anew:
# keep a copy of this folder elsewhere, never beside the backups.
{keys}

# Where the service listens on 127.0.0.1; what does HTTPS leads here.
{port}

# Folder of the backups of each night: on another disk than the database, best of another machine.
{backups}

# How mail leaves: smtp://user:password@host:587 or smtps://user:password@host:465.
# Until this is set it waits in the database, encrypted.
{mail}

# Who hears of a weakness of this installation: an address of mail, or the https:// address of a page.
{contact}
"""


def settings_text(layout: Layout, url: str, database_url: str, backups: str) -> str:
    """The file, ready to be written; what is not set yet is a comment.

    Args:
        layout: that it is for.
        url: the https:// address that people open.
        database_url: of PostgreSQL; empty for an SQLite file in the data folder.
        backups: folder of the backups of each night; empty where there is none yet.
    """
    return _TEXT.format(
        url=_line("URL", url),
        data=_line("DATA", layout.data),
        database=_line("DATABASE_URL", database_url),
        keys=_line("KEYS", layout.keys),
        port=_line("PORT", layout.port),
        backups=_line("BACKUPS", backups),
        mail=_line("SMTP_URL", ""),
        contact=_line("CONTACT", ""),
    )


def with_backups(text: str, backups: str) -> str:
    """A settings file with another folder of the backups, in the line where one is or could be."""
    line = _line("BACKUPS", backups)
    for entry in (r"^ *(?:export +)?YOUTHVOICE_BACKUPS *=.*$", r"^#YOUTHVOICE_BACKUPS=.*$"):
        text, number = re.subn(entry, lambda _: line, text, count=1, flags=re.MULTILINE)
        if number:
            return text
    return f"{text.rstrip()}\n\n{line}\n"


def _line(name: str, value: object) -> str:
    return f"{'' if value else '#'}YOUTHVOICE_{name}={value}"
