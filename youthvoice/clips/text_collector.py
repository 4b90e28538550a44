"""Which texts a page says: noted while it is made, so that the list of what to record is what children hear."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import g

from youthvoice.clips.names import clip_name


@dataclass(frozen=True, slots=True)
class Heard:
    """One text that can be heard.

    Attributes:
        language: its own.
        words: as they are said.
        place: where they stand: `page: screen/number`, the same as long as the page is built the same.
    """

    language: str
    words: str
    place: str

    @property
    def name(self) -> str:
        """The name of its clip."""
        return clip_name(self.language, self.words)


@dataclass
class Gathered:
    """The texts of one page, in the order in which they are shown; each once.

    Attributes:
        page: begins every place.
        texts: by name of the clip.
    """

    page: str
    texts: dict[str, Heard] = field(default_factory=dict)
    _screen: str = "top"
    _nth: int = 0

    def note(self, language: str, words: str, at: str) -> None:
        """One more text.

        Args:
            language: its own.
            words: as they are said.
            at: `name` begins a screen, `name/part` is a place by itself, nothing is the next of this screen.
        """
        if not words:
            return
        if at and "/" not in at:
            self._screen, self._nth = at, 0
        place = at if "/" in at else f"{self._screen}/{self._nth}"
        self._nth += "/" not in at
        heard = Heard(language, words, f"{self.page}: {place}"[:160])
        self.texts.setdefault(heard.name, heard)


@contextmanager
def gathering(page: str) -> Iterator[Gathered]:
    """Note every text of the pages that are made inside the block."""
    g.gathered = Gathered(page)
    try:
        yield g.gathered
    finally:
        g.pop("gathered")


def gathered_now() -> Gathered | None:
    """Where texts are noted at this moment, if anywhere."""
    found: Gathered | None = g.get("gathered")
    return found
