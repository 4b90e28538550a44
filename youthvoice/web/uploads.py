"""Limits for uploads and forms: size and fields are checked before parsing, and nothing is written to the disk."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import IO, Final

from flask import Blueprint, Request, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

MAX_FIELDS: Final = 200
"""Maximum of fields in a form: a megabyte of empty ones costs seconds, and no page of ours has this many."""

AROUND_A_FILE: Final = 16 * 1024
"""Bytes that a form needs besides its file."""

FILE_FIELDS: Final = frozenset({"file", "sound", "voice"})
"""Names of file fields. A file under another name is dropped: a form would read it as text, and fail."""

_Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class BoundedFormParser(FormDataParser):
    """A parser that counts fields before it creates them."""

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> _Parsed:
        sent = stream.read()
        if sent.count(b"&") >= MAX_FIELDS:
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(sent), mimetype, content_length, options)


def allow_larger(
    pages: Blueprint, most: int, endpoint: str, when: Callable[[Mapping[str, object]], bool] = lambda _values: True
) -> None:
    """Let one form of a blueprint be larger than others; it takes effect before anything reads the form.

    Args:
        pages: the blueprint.
        most: maximum of the whole request in bytes.
        endpoint: of the form.
        when: an additional condition on the values in the address.
    """

    def allow(requested: str | None, values: dict[str, object] | None) -> None:
        if requested == endpoint and when(values or {}):
            request.max_content_length = request.max_form_memory_size = most

    pages.url_value_preprocessor(allow)


class InMemoryRequest(Request):
    """A request whose files are never written to a temporary folder; their size is limited before they are read."""

    form_data_parser_class = BoundedFormParser
    max_form_parts = MAX_FIELDS

    def _load_form_data(self) -> None:
        super()._load_form_data()
        if None in self.form or None in self.files:  # a part without a name, which no form has
            self.__dict__.update(form=self.parameter_storage_class(), files=self.parameter_storage_class())
            raise BadRequest
        if not FILE_FIELDS.issuperset(self.files):
            file_items = [file for file in self.files.items(multi=True) if file[0] in FILE_FIELDS]
            self.__dict__["files"] = self.parameter_storage_class(file_items)

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - the library's signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()
