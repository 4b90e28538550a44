"""Whether bytes are a voice we can keep: Opus in WebM or in Ogg, and not too much of it. Told by what is inside."""

MOST_SECONDS = 30
BITS_PER_SECOND = 24_000
MOST_BYTES = 128 * 1024  # thirty seconds need 88 KiB; what holds the sound together needs some more

WEBM, OGG = "audio/webm", "audio/ogg"
ENDINGS = {WEBM: ".webm", OGG: ".ogg"}
_HEAD = 4096  # what a recording is stands in its first bytes


class NotAClip(Exception):
    """These bytes cannot be kept; `code` is `empty`, `too_large`, `not_sound` or `not_opus`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(sound: bytes, most: int = MOST_BYTES) -> str:
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
