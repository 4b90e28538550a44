"""What is sent with a form stays in memory: a child's voice must not touch the disk before it is sealed."""

from io import BytesIO
from typing import IO

from flask import Request


class InMemory(Request):
    """A request whose files are never spooled into a temporary folder; their size is bounded before they are read."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - the library's signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()
