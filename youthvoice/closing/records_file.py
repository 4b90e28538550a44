"""The file for the legal holder of records: sealed to a key of two halves, and read without an installation.

The file is a line of magic, its own key wrapped to the public key, then one stream of JSON documents. Its writer
cannot open it, nor can one half of the key. HPKE says nothing of the sender: the note of the end of a site names the
SHA-256 of each file.
"""

import base64
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from markupsafe import escape

from youthvoice.backups.durable_file import durable_file, refuse_if_there, write_new_file
from youthvoice.backups.sealed_chunks import read_documents, write_documents
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.sealing import PRIVATE_KEY_BYTES, WRAPPED_KEY_BYTES, unwrap, wrap
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context

MAGIC: Final = b"youth voice records 1\n"

_KIND: Final = "records"

_PURPOSE = sealing_context(_KIND, "own key")

_KINDS: Final = frozenset({"report", "statement", "letter", "log"})
"""Of documents that become a page: part of its file's name. Who knows the holder's key can write any other."""

_VOICE_ENDINGS: Final = {"audio/webm": "webm", "audio/ogg": "ogg"}

MAX_RECORD_BYTES: Final = 256 * 1024 * 1024
"""Of one record in memory, its voices among them: a file of a stranger may unpack to any size."""

Document = Mapping[str, Any]
"""One record, or what is said of all; JSON values."""


def new_file_key() -> bytes:
    """A key of one file, 32 bytes; kept nowhere but in it."""
    return os.urandom(PRIVATE_KEY_BYTES)


def proof_of(own: bytes) -> str:
    """Sixteen hexadecimal digits that only a reader of the file can name, so that nobody else says it was received.

    Args:
        own: key of the file.
    """
    return hmac.digest(own, b"youthvoice/1|records|received", "sha256").hex()[:16]


def write_records(file: Path, public: bytes, documents: Iterable[Document], own: bytes) -> str:
    """Write a new file that only the two halves of a key open.

    Args:
        file: must not exist.
        public: of the holder, 32 bytes.
        documents: made one after the other.
        own: from `new_file_key`.

    Returns:
        Its SHA-256, as it is on the disk.

    Raises:
        OSError: it cannot be written, or something exists there.
    """
    refuse_if_there(file)
    with durable_file(file, overwrites=False) as out:
        out.write(MAGIC + wrap(own, public, _PURPOSE))
        lines = (json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass") for document in documents)
        write_documents(out, own, lines, _KIND)
    return digest_of(file)


def digest_of(file: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def open_file_key(file: Path, private: bytes) -> bytes:
    """The key of a file.

    Raises:
        CannotOpen: no such file, or other halves.
    """
    with file.open("rb") as source:
        if source.read(len(MAGIC)) != MAGIC:
            raise CannotOpen
        return unwrap(source.read(WRAPPED_KEY_BYTES), private, _PURPOSE)


def read_records(file: Path, private: bytes) -> Iterator[Document]:
    """Every document of a file.

    Raises:
        CannotOpen: no such file, other halves, altered, or cut off.
    """
    own = open_file_key(file, private)
    with file.open("rb") as source:
        source.seek(len(MAGIC) + WRAPPED_KEY_BYTES)
        for document in read_documents(source, own, _KIND, MAX_RECORD_BYTES):
            yield json.loads(document.decode("utf-8", "surrogatepass"))


@contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Make a folder that its owner alone can open, and fill it: where that fails, it is removed.

    Raises:
        OSError: it cannot be made, or something exists there.
    """
    folder.mkdir(mode=0o700)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def write_pages(folder: Path, documents: Iterable[Document]) -> int:
    """Write each document as a page that every browser shows, its voices beside it, and a list of all.

    Args:
        folder: exists, and is empty.
        documents: from `read_records`.

    Returns:
        The number of records.

    Raises:
        OSError: a file cannot be written.
        CannotOpen: a document is none that `close records` writes.
    """
    lines: list[str] = []
    number = 0
    try:
        for document in documents:
            number += _write_page(folder, number + 1, document, lines)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise CannotOpen from None
    write_new_file(folder / "index.html", _page("Records", lines))
    return number


def _write_page(folder: Path, number: int, document: Document, lines: list[str]) -> bool:
    """Add a line to the list of all, and write the page of a record; whether it is one."""
    if document["kind"] == "head":
        lines.append(f"<p>{escape(document['about'])}</p>")
        return False
    if document["kind"] not in _KINDS:
        raise CannotOpen
    name = f"{number:04}-{document['kind']}.html"
    write_new_file(folder / name, _page(document["title"], _record_lines(folder, f"{number:04}", document)))
    lines.append(f'<p><a href="{name}">{escape(document["title"])}</a> {escape(_left_out(document))}</p>')
    return True


def _page(title: str, lines: Iterable[str]) -> bytes:
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    style = "<style>body{max-width:45em;margin:1em auto;font-family:sans-serif}pre{white-space:pre-wrap}</style>"
    body = "\n".join(lines)
    page = f"{head}<title>{escape(title)}</title>{style}<h1>{escape(title)}</h1>\n{body}\n</html>\n"
    return page.encode("utf-8", "replace")


def _left_out(document: Document) -> str:
    names: Sequence[str] = document.get("left_out", ())
    return f"Left out: {', '.join(names)}. Give them nothing of it." if names else ""


def _record_lines(folder: Path, number: str, document: Document) -> Iterator[str]:
    if left_out := _left_out(document):
        yield f"<p><strong>{escape(left_out)}</strong></p>"
    for label, value in document["values"]:
        yield f"<p>{escape(label)}: {escape(value)}</p>"
    for place, entry in enumerate(document["entries"]):
        yield f"<h2>{escape(entry['head'])}</h2>"
        for label, words in entry["words"]:
            yield f"<p>{escape(label)}</p><pre>{escape(words)}</pre>"
        if entry["voice"]:
            ending = _VOICE_ENDINGS.get(entry["voice_kind"], "bin")
            name = f"{number}-voice-{place:03}.{ending}"
            write_new_file(folder / name, base64.b64decode(entry["voice"]))
            yield f'<p><audio controls src="{name}"></audio> <a href="{name}">{name}</a></p>'
