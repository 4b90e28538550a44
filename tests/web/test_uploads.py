"""A voice that is sent never touches the disk before it is sealed."""

import tempfile
from io import BytesIO

import pytest
from flask import Flask, request

from youthvoice.web.uploads import InMemoryRequest


def test_a_large_file_lies_in_memory_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Flask(__name__)
    app.request_class = InMemoryRequest

    def refuse(*_given: object, **_more: object) -> None:
        raise AssertionError("a file of a child on the disk")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    head = b'--x\r\nContent-Disposition: form-data; name="voice"; filename="v.webm"\r\n\r\n'
    sent = head + bytes(2_000_000) + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    with app.test_request_context("/", method="POST", data=sent, content_type=kind):
        voice = request.files["voice"]
        assert type(voice.stream) is BytesIO
        assert len(voice.read()) == 2_000_000
