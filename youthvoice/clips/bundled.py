"""Clips that came with the questionnaires: `surveys/clips/NAME.webm` or `.ogg`, named as `naming` does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from youthvoice.clips.audio_format import kind_of
from youthvoice.clips.names import take_name

FOLDER = Path(__file__).parents[2] / "surveys" / "clips"
_NAMED = re.compile(r"([0-9a-f]{24})\.(webm|ogg|opus)")


@dataclass(frozen=True, slots=True)
class Shipped:
    """One of them."""

    take: str
    kind: str
    file: Path


@lru_cache(maxsize=4)
def shipped(folder: Path = FOLDER) -> Mapping[str, Shipped]:
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
            found[named[1]] = Shipped(take_name(sound), kind_of(sound), file)
    return found
