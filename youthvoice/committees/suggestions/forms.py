"""What a child sent from `/agenda/suggest`: shape, and why it cannot be taken, in words for her."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField

from youthvoice.committees.entities import MOST_LETTERS, TOPICS, WISHES
from youthvoice.threads.child_fields import PickField, VoiceField, WordsField
from youthvoice.threads.suggestions.suggestion import Suggestion

NOTHING: Final = _l("Tap a picture, write or speak. One thing is enough.")
WHOSE: Final = _l("Tap whose agenda it is for.")


class SuggestForm(Form):
    """Everything one child suggested. Refusals are by the name of a screen."""

    committee = PickField(None)
    topic = PickField(frozenset(TOPICS), screen="suggest")
    wish = PickField(frozenset(WISHES), screen="suggest")
    words = WordsField(MOST_LETTERS, "tell")
    voice = VoiceField()

    def __init__(self, sent: Any, committees: Collection[int]) -> None:
        """Read what was sent.

        Args:
            sent: fields and files together.
            committees: rows of those whose agenda the page offered.
        """
        self.known = frozenset(str(one) for one in committees)
        super().__init__(sent)

    def choices_of(self, field: PickField) -> Collection[str]:
        """What may be picked where it differs from page to page."""
        return self.known if field.name == "committee" else ()

    def refused(self) -> dict[str, str]:
        """Why something cannot be taken, by screen; the first of each. Ask after `validate`."""
        found = {field.screen: str(field.errors[0]) for field in reversed(list(self)) if field.errors}
        if not self.committee.data:
            found["committee"] = str(WHOSE)
        if not found and self.suggestion("").is_empty:
            found["suggest"] = str(NOTHING)
        return found

    def suggestion(self, language: str) -> Suggestion:
        """What was suggested.

        Args:
            language: the child's.
        """
        return Suggestion(
            topic=self.topic.data or "",
            wish=self.wish.data or "",
            words=self.words.data or "",
            voice=self.voice.data or b"",
            voice_kind=self.voice.kind,
            language=language,
        )

    def given(self) -> Mapping[str, Collection[str]]:
        """What was chosen and written, by the name of its input, to fill the page again; never a voice."""
        return {field.name: (field.data,) for field in self if isinstance(field, StringField) and field.data}
