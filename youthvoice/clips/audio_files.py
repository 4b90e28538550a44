"""Check that bytes are a usable recording, and list the clips that are shipped with the questionnaires."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from youthvoice.clips.text_collector import take_name
from youthvoice.config import shared_folder

MAX_CLIP_SECONDS = 30

BITS_PER_SECOND = 24_000

MAX_BYTES = 128 * 1024  # thirty seconds need 88 KiB, and the container some more

WEBM, OGG = "audio/webm", "audio/ogg"

ENDINGS = {WEBM: ".webm", OGG: ".ogg"}

_HEAD = 4096  # the first bytes show the format of a recording


class NotAClip(Exception):
    """These bytes are no usable recording.

    Attributes:
        code: of a voice `empty`, `too_large`, `not_sound` or `not_opus`; of a film one of `film_files.clear_film`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def audio_kind(sound: bytes, most: int = MAX_BYTES) -> str:
    """The media type of a recording: `audio/webm` or `audio/ogg`.

    Args:
        sound: the recording.
        most: the largest size in bytes; a child's own recording may be longer than a clip.

    Raises:
        NotAClip: with one of its codes.
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
        if head[28:36] != b"OpusHead":  # the first packet follows a page header with one segment
            raise NotAClip("not_opus")
        return OGG
    raise NotAClip("not_sound")


FOLDER = shared_folder("surveys") / "clips"

_FILE_NAME = re.compile(r"([0-9a-f]{24})\.(webm|ogg|opus)")


@dataclass(frozen=True, slots=True)
class ShippedClip:
    """One clip that is shipped with the questionnaires."""

    take: str
    kind: str
    file: Path


@lru_cache(maxsize=4)
def list_shipped_clips(folder: Path = FOLDER) -> Mapping[str, ShippedClip]:
    """List every clip of a folder by its name; the folder is read once.

    Raises:
        NotAClip: a file is no recording.
    """
    if not folder.is_dir():
        return {}
    clips = {}
    for file in sorted(folder.iterdir()):
        if match := _FILE_NAME.fullmatch(file.name):
            sound = file.read_bytes()
            clips[match[1]] = ShippedClip(take_name(sound), audio_kind(sound), file)
    return clips
