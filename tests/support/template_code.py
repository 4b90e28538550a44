"""The code that Jinja makes of a template, made once for all processes of a run, and of the next one.

Four workers, and two servers of each in journeys, made it each for themselves: a second of CPU each time.
"""

from types import CodeType

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


def share() -> None:
    """Applications that this process makes from now on find the code of templates in a folder of this user alone."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}


class _Compiled(FileSystemBytecodeCache):
    """Jinja's code by name, file and words of a template; what was read once stays in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            super().load_bytecode(bucket)
            self._know(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        super().dump_bytecode(bucket)
        self._know(bucket)

    def _know(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.known[bucket.key, bucket.checksum] = bucket.code
