"""What a lower package asks of a higher one is connected in every application, once."""

import pytest
from flask import Flask

from youthvoice import context
from youthvoice.context import Port


def test_every_port_is_connected(app: Flask) -> None:
    names = [port.name for port in Port.declared]
    assert len(names) == len(set(names)) > 8
    assert {name for name in names if name not in context.runtime_of(app).ports} == set()


def test_a_port_is_connected_once(app: Flask) -> None:
    port = next(port for port in Port.declared if port.name == "reads_alone")
    with pytest.raises(ValueError, match="connected already"):
        port.connect(app, lambda _session, _person_id: False)
