"""All that a tablet loads for a survey: the page and every file it names."""

import re

from benchmarks.load import Connection

_FILES = re.compile(rb'(?:src|href)="(/static/[^"#]+)"')
_IN_CSS = re.compile(rb"url\(\"?'?(/static/[^\"')]+)")


def weight_kib(port: int, path: str, cookie: str) -> tuple[float, int]:
    """How much comes over the wire, compressed, and in how many files.

    Args:
        port: of the server on 127.0.0.1.
        path: of the page.
        cookie: of an enrolled tablet.
    """
    connection = Connection(port)
    page = connection.ask("GET", path, cookie)
    wire, waiting, seen = page.wire, set(_FILES.findall(page.body)), set[bytes]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        part = connection.ask("GET", name.decode(), cookie)
        wire += part.wire
        waiting |= set(_IN_CSS.findall(part.body)) - seen
    connection.close()
    return wire / 1024, 1 + len(seen)
