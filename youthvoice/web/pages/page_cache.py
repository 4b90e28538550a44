"""Pages rendered once and served many times, with one hole for the submission id; and templates compiled once.

Compressing a page of questions takes longer than everything else together. All but the hole is the same for every
child, so it is compressed in advance and joined as RFC 1951 blocks: prefix, the hole as it is, suffix.
"""

import hashlib
import os
import secrets
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jinja2
from flask import Flask, Response, request
from jinja2 import nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator

from youthvoice.context import AppCache
from youthvoice.web import random_ids
from youthvoice.web.i18n import languages
from youthvoice.web.pages.unchanged_pages import ZERO_ID, etag_of, is_fetched_beforehand

_LEVEL = 9

_MAX_BLOCK_BYTES = 0xFFFF

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # RFC 1952: deflate, no name, no time, slowest


def _deflate(data: bytes, end: int) -> bytes:
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush(end)


@dataclass(frozen=True)
class PrerenderedPage:
    """A page with one hole. The compressed suffix never refers back into the hole, so it may hold any bytes.

    `mark` is an ETag, which does not depend on the submission id in the hole.
    """

    before: bytes
    after: bytes
    mark: str
    _prefix: bytes
    _suffix: bytes
    _crc: int

    @classmethod
    def of(cls, html_before: bytes, html_after: bytes) -> "PrerenderedPage":
        """Compress a page once.

        Args:
            html_before: everything before the hole.
            html_after: everything after it.
        """
        # A full flush ends on a byte and forgets its window; the suffix starts a window of its own.
        prefix = _GZIP_HEADER + _deflate(html_before, zlib.Z_FULL_FLUSH)
        suffix = _deflate(html_after, zlib.Z_FINISH)
        mark = etag_of(html_before + ZERO_ID.encode() + html_after)
        return cls(html_before, html_after, mark, prefix, suffix, zlib.crc32(html_before))

    def gzip(self, hole: bytes) -> bytes:
        """The whole page as one gzip member, without compressing it again.

        Args:
            hole: at most 65 535 bytes.

        Raises:
            ValueError: if the hole is longer than one stored block can be.
        """
        if len(hole) > _MAX_BLOCK_BYTES:
            raise ValueError(f"a hole holds {_MAX_BLOCK_BYTES} bytes, not {len(hole)}")
        stored = b"\x00" + struct.pack("<HH", len(hole), len(hole) ^ _MAX_BLOCK_BYTES) + hole
        crc = zlib.crc32(self.after, zlib.crc32(hole, self._crc))
        length = (len(self.before) + len(hole) + len(self.after)) & 0xFFFFFFFF
        return b"".join((self._prefix, stored, self._suffix, struct.pack("<II", crc, length)))

    def plain(self, hole: bytes) -> bytes:
        """The whole page for a browser that does not accept gzip."""
        return self.before + hole + self.after


class PageCache:
    """Pages of one kind, each rendered when a process first needs it.

    Args:
        limit: maximum of pages; beyond it all are rendered again.
    """

    def __init__(self, limit: int) -> None:
        self._pages = AppCache[Hashable, PrerenderedPage](limit)
        self._hole = f"what-differs-{secrets.token_hex(16)}"

    def page(self, key: Hashable, render: Callable[[str], str]) -> PrerenderedPage:
        """The page of a key.

        Args:
            key: everything that the page depends on, but the size of its text.
            render: renders the page with this text for the hole, which must occur in it once.
        """

        def make() -> PrerenderedPage:
            before, after = render(self._hole).split(self._hole)
            return PrerenderedPage.of(before.encode(), after.encode())

        return self._pages.get((languages.page_classes(), key), make)


def serve_prerendered(page: PrerenderedPage, hole: str) -> Response:
    """Serve a page with its hole filled, compressed where the browser accepts it.

    Args:
        page: from a `PageCache`.
        hole: such as a submission id.
    """
    is_gzipped = request.accept_encodings["gzip"] > 0
    body = page.gzip(hole.encode()) if is_gzipped else page.plain(hole.encode())
    reply = Response(body, content_type="text/html; charset=utf-8")
    if is_gzipped:
        reply.headers["Content-Encoding"] = "gzip"
    reply.headers["Vary"] = "Accept-Encoding, Cookie"
    if is_fetched_beforehand() and random_ids.read_submission_id(hole):
        reply.set_etag(page.mark)
    return reply


_COMPILER: Final = f"{jinja2.__version__} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}"

_MARK_BYTES: Final = 32
"""Of a hash before what Jinja keeps: its own reader takes the first bytes for a pickle, whatever that raises."""


class CompiledTemplates(BytecodeCache):
    """Templates as Jinja compiled them, kept as Python keeps its modules: beside them, if that folder can be written.

    Compiling those of one survey takes three quarters of what its first page costs, and four megabytes of each process.
    A template that was changed is compiled again.
    """

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file of a compiled template; for a template that is no file one that is never there."""
        path = Path(filename or os.devnull, name if filename is None else "")
        return str(path.parent / "__pycache__" / f"{path.name}.{sys.implementation.cache_tag}.pyc")

    def get_source_checksum(self, source: str) -> str:
        """What a template is compiled from: its text, and Jinja with the options below.

        A filter that is to be given the context of a page from now on needs another name, too.
        """
        return hashlib.sha256(f"{_COMPILER}\0{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a compiled template, if it is there, and as it was written."""
        with suppress(Exception):  # of a file that is not there, or of a pickle: then it is compiled
            data = Path(bucket.key).read_bytes()
            code = data[_MARK_BYTES:]
            if hashlib.sha256(code).digest() + code == data:
                bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template, unless Python keeps no modules either; a reader sees all of the file, or none."""
        if sys.dont_write_bytecode:
            return
        file = Path(bucket.key)
        begun = file.with_name(f"{file.name}.{os.getpid()}-{threading.get_ident()}")
        code = bucket.bytecode_to_string()
        with suppress(OSError):
            file.parent.mkdir(exist_ok=True)
            try:
                begun.write_bytes(hashlib.sha256(code).digest() + code)
                begun.replace(file)
            finally:
                begun.unlink(missing_ok=True)  # on a full disk


class _UnfoldedOutput(CodeGenerator):
    """Leaves every expression to the moment when a page is made.

    Jinja writes the value of `"kiosk.js"|asset` into the code. It may be another one when the code is read again.
    """

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)


def keep_compiled_templates(app: Flask) -> None:
    """Set how templates are compiled, and keep what is compiled from now on."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.optimized = False
    app.jinja_env.code_generator_class = _UnfoldedOutput
    app.jinja_env.bytecode_cache = CompiledTemplates()
