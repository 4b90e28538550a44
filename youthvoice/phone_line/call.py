"""One call: a child presses her seven keys, and hears the state of her report and what was answered.

Each key opens as the same picture does on */reply*, by the same code and the same counters. Nothing is written of a
right one. What a call opens is in the memory of this process until the call ends.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from youthvoice import context, db
from youthvoice.kiosk.reply.browser_visit import ChildThread, leads_to_review, open_report
from youthvoice.kiosk.reply.pages import voice_media_type
from youthvoice.phone_line.modem import Modem
from youthvoice.phone_line.recorded_sentences import PhoneLine
from youthvoice.phone_line.wave_sound import NoSound, make_waves
from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH, PictureCode
from youthvoice.sites.store import Site, record_line_heard
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts
from youthvoice.threads.child_codes.code_visit import ChildVisit, CodeScope, open_visit
from youthvoice.threads.entities import ThreadEntry

MAX_CALL_SECONDS: Final = 600

MAX_WRONG: Final = 3
"""Wrong codes of one call; then the line is hung up."""

FIRST_KEY_SECONDS: Final = 15.0

NEXT_KEY_SECONDS: Final = 15.0
"""A child looks each key up, on a paper or a tablet, and turns screens there."""

_AGAIN: Final = "1"

_RESTART: Final = "*"

_NEXT_LANGUAGE: Final = frozenset("0#")
"""While the keys are asked for: the next language, which then comes first in this call."""

_DIGITS: Final = "123456789"

Waves = Callable[[], Sequence[bytes]]
"""Makes the sounds of one sentence or recording, just before it is played."""


def take_call(modem: Modem, line: PhoneLine) -> None:
    """Answer the call that rings, and hold it until the caller hangs up or everything was said.

    Raises:
        ModemLost: the modem went away; so did the call.
    """
    if not modem.answer():
        return
    call = _Call(modem, line)
    try:
        call.hold()
    finally:
        modem.hang_up()


class _Call:
    """A call that was answered."""

    def __init__(self, modem: Modem, line: PhoneLine) -> None:
        self._modem, self._line, self._languages = modem, line, line.languages
        self._until = time.monotonic() + MAX_CALL_SECONDS

    def hold(self) -> None:
        for _attempt in range(MAX_WRONG):
            code = self._ask_code()
            if code is None:
                break
            site = self._line.site
            if site.phone_heard is None:
                _record_heard(site)
            scope = CodeScope(site.id, context.today(site.time_zone), line="telephone", by_phone=True)
            try:
                visit = open_visit(code, scope, context.now())
            except Exception as error:
                if not (isinstance(error, TooManyCodeAttempts) or db.is_write_failure(error)):
                    raise
                self._inform("wait", *self._languages)
                return
            self._modem.forget_keys()  # an eighth one, or a # that says "done"
            if self._tell(visit):
                return
            self._inform("nothing", *self._languages)
        self._inform("bye", *self._languages)

    def _ask_code(self) -> PictureCode | None:
        """The keys of a code; None where they are not pressed, though asked for twice."""
        for _time in range(2):
            self._greet()
            keys = self._read_keys()
            if len(keys) == CODE_LENGTH:
                return PictureCode(tuple(_DIGITS.index(key) for key in keys))
        return None

    def _greet(self) -> None:
        """Ask for the keys in one language after the other, the site's first one first, until a key is pressed."""
        nth = 0
        while nth < len(self._languages) and not self._is_over:
            self._say("keys", self._languages[nth])
            nth += 1
            if self._modem.first_key in _NEXT_LANGUAGE:
                self._modem.next_key(0)
                self._languages, nth = (*self._languages[nth:], *self._languages[:nth]), 0
            elif self._modem.first_key:
                return

    def _read_keys(self) -> list[str]:
        """Up to seven digits, until the caller waits too long; keys that are no picture are passed over."""
        keys: list[str] = []
        while len(keys) < CODE_LENGTH and (key := self._next_key(NEXT_KEY_SECONDS if keys else FIRST_KEY_SECONDS)):
            if key == _RESTART:
                keys.clear()
            elif key in _DIGITS:
                keys.append(key)
        self._modem.forget_keys()
        return keys

    def _tell(self, visit: ChildVisit) -> bool:
        """Say what the visit opens; whether it opens anything."""
        with db.reading(db.engine()) as session:
            child_thread = open_report(session, visit)
            if child_thread is None and not leads_to_review(session, visit):
                return False
        language = self._line.speaks(child_thread.thread.case.language if child_thread else "")
        contents = list(self._contents(child_thread, language)) if child_thread else [self._sentence("plan", language)]
        while not self._is_over:
            for waves in contents:
                self._play(waves)
                self._modem.forget_keys()
            self._say("again", language)
            if self._next_key(NEXT_KEY_SECONDS) != _AGAIN:
                break
            self._modem.forget_keys()
        self._say("bye", language)
        return True

    def _contents(self, child_thread: ChildThread, language: str) -> Iterator[Waves]:
        """The answers, the newest first, or the state of the report."""
        view, is_closed = child_thread.view, child_thread.thread.case.state == "closed"
        for thread_entry in view.messages:
            yield self._sentence("answer", language)
            spoken = [entry for entry in (*_renderings(thread_entry, view.renderings), thread_entry) if entry.sound]
            yield from (self._recording(entry, language) for entry in spoken)
            if thread_entry.said.get("words") or not thread_entry.sound:  # an adult may do both
                yield self._sentence("written", language)
        if is_closed or not view.messages:
            is_new = child_thread.thread.case.state == "new"
            yield self._sentence("closed" if is_closed else "new" if is_new else "open", language)
        if view.asks or view.checks:
            yield self._sentence("question", language)

    def _sentence(self, code: str, language: str) -> Waves:
        return lambda: self._line.sentence(code, language)

    def _recording(self, entry: ThreadEntry, language: str) -> Waves:
        """What an adult said; where it cannot be played here, the sentence that leads to a tablet."""

        def waves() -> Sequence[bytes]:
            try:
                return make_waves(entry.sound, voice_media_type(entry))
            except NoSound:
                return self._line.sentence("written", language)

        return waves

    def _say(self, code: str, *languages: str) -> None:
        """Say one sentence in some languages, until a key is pressed: the first of an answer."""
        for language in languages:
            self._play(self._sentence(code, language))

    def _inform(self, code: str, *languages: str) -> None:
        """Say what asks nothing: a key passes over one language of it, and is the first of no code."""
        for language in languages:
            self._say(code, language)
            self._modem.forget_keys()

    def _play(self, waves: Waves) -> None:
        if not self._is_over:
            try:
                self._modem.play(waves())
            except NoSound:
                return  # the rest is said

    def _next_key(self, seconds: float) -> str:
        return "" if self._is_over else self._modem.next_key(min(seconds, self._until - time.monotonic()))

    @property
    def _is_over(self) -> bool:
        return self._modem.is_hung_up or time.monotonic() >= self._until


def _record_heard(site: Site) -> None:
    """Record that the line works under this number, once, by the day: from then on children see it."""
    with suppress(SQLAlchemyError, db.WriteQueueTimeout), db.writing(db.engine()) as session:
        record_line_heard(session, site, context.today(site.time_zone))


def _renderings(thread_entry: ThreadEntry, renderings: Sequence[ThreadEntry]) -> list[ThreadEntry]:
    """How interpreters said a message in the child's language."""
    return [entry for entry in renderings if entry.said["message"] == thread_entry.said.get("message")]
