"""Why a recording is refused, in words for the adult who brings it."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _l

from youthvoice.clips.film_files import MAX_FILM_BYTES, MAX_FILM_SIDE

FILM_REFUSALS: Final = {
    "empty": _l("The file is empty. Choose the film again."),
    "film_too_large": _l(
        "The film is larger than %(most)s KiB. Each tablet keeps every film, so make it shorter or smaller.",
        most=MAX_FILM_BYTES // 1024,
    ),
    "not_film": _l("This is not a whole film. Bring WebM or MP4."),
    "film_codec": _l("This film is written in another way. Bring WebM with VP8 or VP9, or MP4 with H.264."),
    "film_tracks": _l("The film has sound, or something besides its picture. Save it without sound."),
    "film_too_wide": _l(
        "The film is too wide or too high: %(most)s pixels at most, so that old tablets play it.", most=MAX_FILM_SIDE
    ),
}
"""What is wrong with a film and what to do, by the code of `NotAClip`."""


def refusal_labels(max_seconds: int) -> dict[str, LazyString]:
    """What is wrong with a recording and what to do, by the code of `NotAClip`.

    Args:
        max_seconds: how long it may be.
    """
    return {
        "empty": _l("The recording is empty. Is the microphone on?"),
        "too_large": _l("This is longer than %(seconds)s seconds. Say it shorter.", seconds=max_seconds),
        "not_sound": _l("This is not a sound recording. Bring WebM or Ogg with Opus, such as a browser records."),
        "not_opus": _l("This sound is written in another way. Bring WebM or Ogg with Opus, such as a browser records."),
    }
