"""What states, parts and refusals are called."""

from typing import NamedTuple

from flask_babel import gettext as _

from youthvoice.clips.audio_format import MOST_SECONDS


class State(NamedTuple):
    """Words, a mark, and `late` or `today` where it waits."""

    words: str
    mark: str
    when: str = ""


def state(code: str) -> State:
    """Where a text stands."""
    return {
        "recorded": State(_("Recorded"), "tick"),
        "shipped": State(_("Came with the questionnaire"), "tick"),
        "stale": State(_("The text has changed"), "clock", "today"),
        "missing": State(_("Not recorded"), "ring"),
    }[code]


def part(code: str) -> str:
    """A part of a sitting."""
    parts: dict[str, str] = {
        "begin": _("First screens"),
        "before": _("Before the first question"),
        "questions": _("Questions and answers"),
        "end": _("Sending, and what happens now"),
        "help": _("Help and rights"),
        "tell": _("Telling, and the pictures of an answer"),
    }
    return parts[code]


def not_a_clip(code: str) -> str:
    """Why bytes cannot be kept, and what to do."""
    reasons: dict[str, str] = {
        "empty": _("The recording is empty. Is the microphone on?"),
        "too_large": _("This is longer than %(seconds)s seconds. Say it shorter.", seconds=MOST_SECONDS),
        "not_sound": _("This is not a sound recording. Bring WebM or Ogg with Opus, such as a browser records."),
        "not_opus": _("This sound is written in another way. Bring WebM or Ogg with Opus, such as a browser records."),
    }
    return reasons[code]
