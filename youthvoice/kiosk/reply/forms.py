"""Messages that a child sends from a thread or review: read from the form, or refused with a text for the child."""

from typing import Final, get_args

from flask import abort
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, MultiDict

from youthvoice.clips.audio_files import NotAClip, audio_kind
from youthvoice.grievances.child_thread import ANSWERS, ChildMessage, MessageKind
from youthvoice.grievances.intake.intake_options import MAX_WORDS_CHARACTERS
from youthvoice.grievances.transcripts import QUESTIONS
from youthvoice.threads.child_fields import MAX_VOICE_BYTES, NO_VOICE, VOICE_TOO_LONG, WORDS_TOO_LONG
from youthvoice.web.random_ids import read_submission_id

MAX_MESSAGE_BYTES: Final = MAX_VOICE_BYTES + 256 * 1024
"""Maximum of a request: a recording and text."""

_MAX_ASK_DIGITS: Final = 32  # hexadecimal digits of a reply's id


class MessageRefused(Exception):
    """The message is not accepted; `words` tell the child why, and `large` says that it was too large."""

    def __init__(self, words: str, *, large: bool = False) -> None:
        super().__init__(words)
        self.words, self.large = words, large


def read_message(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> ChildMessage:
    """Read a message from a form of the thread page.

    Aborts with 400 on a form that no page of ours sends.

    Raises:
        MessageRefused: see its words.
    """
    kind: MessageKind = form.get("kind", "")  # type: ignore[assignment] # checked in the next line
    if kind not in get_args(MessageKind):
        abort(400)
    words, voice = _read_text(form.get("words", "")), b""
    if kind == "child":
        voice = _read_recording(files)
        if not words and not voice:
            raise MessageRefused(str(_("Write or speak first.")))
    answer = form.get("answer", "") if kind in ANSWERS else ""
    if kind in ANSWERS and answer not in ANSWERS[kind]:
        raise MessageRefused(str(_("Tap one picture first.")))
    ask = form.get("ask", "")[:_MAX_ASK_DIGITS] if kind in {"may_know", *QUESTIONS} else ""
    # what the page showed as her answer when she tapped: a late "yes" must not take the place of a newer answer
    before = form.get("before", "") if kind in QUESTIONS else None
    number = read_submission_id(form.get("sheet", "")) or b""
    return ChildMessage(
        kind, words=words, answer=answer, ask=ask, sound=voice, sound_kind=_recording_kind(voice), number=number,
        before=before,
    )  # fmt: skip


def read_words_or_voice(
    form: MultiDict[str, str], files: MultiDict[str, FileStorage], *, needed: bool = False
) -> tuple[str, bytes, str]:
    """Read a text, a recording and its media type; each may be empty, but not both where `needed`.

    Raises:
        MessageRefused: see its words.
    """
    words, voice = _read_text(form.get("words", "")), _read_recording(files)
    if needed and not words and not voice:
        raise MessageRefused(str(_("Write or speak first.")))
    return words, voice, _recording_kind(voice)


def _read_recording(files: MultiDict[str, FileStorage]) -> bytes:
    return files["voice"].stream.read(MAX_VOICE_BYTES + 1) if "voice" in files else b""


def _read_text(sent: str) -> str:
    words = sent.replace("\r\n", "\n").replace("\0", "")
    if len(words) > MAX_WORDS_CHARACTERS:
        raise MessageRefused(str(WORDS_TOO_LONG), large=True)
    return words if words.strip() else ""


def _recording_kind(voice: bytes) -> str:
    if not voice:
        return ""
    try:
        return audio_kind(voice, MAX_VOICE_BYTES)
    except NotAClip as refused:
        if refused.code == "too_large":
            raise MessageRefused(str(VOICE_TOO_LONG), large=True) from None
        raise MessageRefused(str(NO_VOICE)) from None
