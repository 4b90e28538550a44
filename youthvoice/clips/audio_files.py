"""Whether bytes are a voice that can be kept, and the clips that came with the questionnaires."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from youthvoice.clips.text_collector import take_name
from youthvoice.config import shared_folder

MAX_SECONDS = 30

BITS_PER_SECOND = 24_000

MAX_BYTES = 128 * 1024  # thirty seconds need 88 KiB; what holds the sound together needs some more

WEBM, OGG = "audio/webm", "audio/ogg"

ENDINGS = {WEBM: ".webm", OGG: ".ogg"}

_HEAD = 4096  # what a recording is stands in its first bytes


class NotAClip(Exception):
    """These bytes cannot be kept; `code` is `empty`, `too_large`, `not_sound` or `not_opus`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def audio_kind(sound: bytes, most: int = MAX_BYTES) -> str:
    """`audio/webm` or `audio/ogg`.

    Args:
        sound: as recorded.
        most: bytes that are taken; a child's own voice may be longer than a clip.

    Raises:
        NotAClip: see its codes.
    """
    if not sound:
        raise NotAClip("empty")
    if len(sound) > most:
        raise NotAClip("too_large")
    head = sound[:_HEAD]
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        if b"A_OPUS" not in head or b"V_" in head[: head.index(b"A_OPUS")]:
            raise NotAClip("not_opus")
        return WEBM
    if head.startswith(b"OggS\x00"):
        if head[28:36] != b"OpusHead":  # the first packet lies behind a page header with one segment
            raise NotAClip("not_opus")
        return OGG
    raise NotAClip("not_sound")


FOLDER = shared_folder("surveys") / "clips"

_NAMED = re.compile(r"([0-9a-f]{24})\.(webm|ogg|opus)")


@dataclass(frozen=True, slots=True)
class ShippedClip:
    """One of them."""

    take: str
    kind: str
    file: Path


@lru_cache(maxsize=4)
def shipped(folder: Path = FOLDER) -> Mapping[str, ShippedClip]:
    """Every clip of a folder by its name, looked through once.

    Raises:
        NotAClip: a file is none.
    """
    if not folder.is_dir():
        return {}
    found = {}
    for file in sorted(folder.iterdir()):
        if named := _NAMED.fullmatch(file.name):
            sound = file.read_bytes()
            found[named[1]] = ShippedClip(take_name(sound), audio_kind(sound), file)
    return found
