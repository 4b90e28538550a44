"""What a child sends from her thread: read into a message, or refused in words for her."""

from typing import Final, get_args

from flask import abort
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, MultiDict

from youthvoice.clips.audio_files import NotAClip, audio_kind
from youthvoice.grievances.child_thread import ANSWERS, ChildMessage, MessageKind
from youthvoice.grievances.intake_options import MAX_WORDS_CHARACTERS
from youthvoice.threads.child_fields import MAX_VOICE_BYTES, NO_VOICE, VOICE_TOO_LONG, WORDS_TOO_LONG
from youthvoice.threads.entities import ThreadEntry
from youthvoice.web.random_ids import read_submission_id

MAX_MESSAGE_BYTES: Final = MAX_VOICE_BYTES + 256 * 1024
"""Of a request: a voice and words."""

_MOST_ASK: Final = 32  # hexadecimal digits of a reply's id


class MessageRefused(Exception):
    """It cannot be taken; `words` say why, to the child, and `large` that it was too much."""

    def __init__(self, words: str, *, large: bool = False) -> None:
        super().__init__(words)
        self.words, self.large = words, large


def read_message(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> ChildMessage:
    """What a form of her thread says.

    Aborts with 400 where no page of ours sends such a form.

    Raises:
        NotTaken: see its words.
    """
    kind: MessageKind = form.get("kind", "")  # type: ignore[assignment] # looked at in the next line
    if kind not in get_args(MessageKind):
        abort(400)
    words, voice = _words(form.get("words", "")), b""
    if kind == "child":
        voice = _voice(files)
        if not words and not voice:
            raise MessageRefused(str(_("Write or speak first.")))
    answer = form.get("answer", "") if kind in ANSWERS else ""
    if kind in ANSWERS and answer not in ANSWERS[kind]:
        raise MessageRefused(str(_("Tap one picture first.")))
    ask = form.get("ask", "")[:_MOST_ASK] if kind == "may_know" else ""
    return ChildMessage(
        kind, words, answer, ask, voice, _kind_of(voice), read_submission_id(form.get("sheet", "")) or b""
    )


def read_words_or_voice(
    form: MultiDict[str, str], files: MultiDict[str, FileStorage], *, needed: bool = False
) -> tuple[str, bytes, str]:
    """Words, a voice and its media type; each may be empty, and both unless one of them is `needed`.

    Raises:
        MessageRefused: see its words.
    """
    words, voice = _words(form.get("words", "")), _voice(files)
    if needed and not words and not voice:
        raise MessageRefused(str(_("Write or speak first.")))
    return words, voice, _kind_of(voice)


def _voice(files: MultiDict[str, FileStorage]) -> bytes:
    return files["voice"].stream.read(MAX_VOICE_BYTES + 1) if "voice" in files else b""


def voice_media_type(entry: ThreadEntry) -> str:
    """The type under which a voice for the child is served: one of two, whatever was written down."""
    return "audio/ogg" if entry.sound.startswith(b"OggS") else "audio/webm"


def _words(sent: str) -> str:
    words = sent.replace("\r\n", "\n").replace("\0", "")
    if len(words) > MAX_WORDS_CHARACTERS:
        raise MessageRefused(str(WORDS_TOO_LONG), large=True)
    return words if words.strip() else ""


def _kind_of(voice: bytes) -> str:
    if not voice:
        return ""
    try:
        return audio_kind(voice, MAX_VOICE_BYTES)
    except NotAClip as refused:
        if refused.code == "too_large":
            raise MessageRefused(str(VOICE_TOO_LONG), large=True) from None
        raise MessageRefused(str(NO_VOICE)) from None
