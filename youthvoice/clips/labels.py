"""Why a recording is refused, in words for the adult who brings it."""

from flask_babel import LazyString, lazy_gettext as _l


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
