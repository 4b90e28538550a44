"""What a child sent from `/tell`: shape, and why it cannot be taken, in words for her. Its fields are never drawn."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField

from youthvoice.grievances import options as picks
from youthvoice.grievances.intake.helpers import Helper
from youthvoice.grievances.intake.recipient_rules import gravest_first
from youthvoice.grievances.intake.submission import Told
from youthvoice.threads.child_fields import PickField, PicksField, VoiceField, WordsField

MOST_HOW: Final = 200
"""Letters of a name, or of how somebody is found."""

NOTHING = _l("Tap a picture, write or speak. One thing is enough.")


class TellForm(Form):
    """Everything one child told. Refusals are by the name of a screen."""

    company = PickField(picks.codes(picks.WITH), screen="company")
    helper = PickField(None)
    topic = PicksField(picks.codes(picks.TOPICS))
    whom = PickField(picks.codes(picks.WHOM))
    by_whom = PickField(picks.codes(picks.BY_WHOM))
    words = WordsField(picks.MOST_LETTERS, "tell")
    voice = VoiceField()
    danger = PickField(picks.codes(picks.YES_NO))
    may_know = PickField(picks.codes(picks.MAY_KNOW))
    come = PickField(picks.codes(picks.YES_NO))
    where = PickField(picks.codes(picks.WHERE))
    how = WordsField(MOST_HOW, "where")

    def __init__(self, sent: Any, helpers: Collection[Helper]) -> None:
        """Read what was sent.

        Args:
            sent: fields and files together.
            helpers: whom the child could pick.
        """
        self.names = {str(one.person_id): one.name for one in helpers}
        self.helper_ids = frozenset(self.names)
        self.out = _rows(sent.getlist("left_out"))
        self.shown = _rows(sent["shown"].split()) if "shown" in sent else None
        super().__init__(sent)

    def choices_of(self, field: PickField) -> Collection[str]:
        """What may be picked where it differs from page to page."""
        return self.helper_ids if field.name == "helper" else ()

    def refused(self) -> dict[str, str]:
        """Why something cannot be taken, by screen; the first of each."""
        found: dict[str, str] = {}
        for field in self:
            if field.errors:
                found.setdefault(field.screen, str(field.errors[0]))
        return found

    def told(self, language: str) -> Told:
        """What was told, of a form that was found right; what belongs to another answer is dropped.

        Args:
            language: the child's.
        """
        comes, by_whom = self.come.data == "yes", self.by_whom.data or picks.SKIPPED
        first, *also = gravest_first(self.topic.data or (), by_whom) or [picks.SKIPPED]
        return Told(
            topic=first,
            also=tuple(also),
            whom=self.whom.data or picks.SKIPPED,
            by_whom=by_whom,
            words=self.words.data or "",
            voice=self.voice.data or b"",
            voice_kind=self.voice.kind,
            urgent=self.danger.data == "yes",
            may_know=self.may_know.data or picks.SKIPPED,
            come=self.come.data or picks.SKIPPED,
            where=(self.where.data or picks.SKIPPED) if comes else picks.SKIPPED,
            how=(self.how.data or "") if comes else "",
            helper="" if self.company.data == "alone" else self.names.get(self.helper.data or "", ""),
            left_out=self.out,
            shown=self.shown,
            language=language,
        )

    def given(self) -> Mapping[str, Collection[str]]:
        """What was chosen and written, by the name of its input, to fill the page again; never a voice."""
        fields = {field.name: (field.data,) for field in self if isinstance(field, StringField) and field.data}
        return {**fields, "topic": tuple(self.topic.data or ()), "left_out": tuple(str(one) for one in self.out)}


def _rows(sent: Iterable[str]) -> frozenset[int]:
    return frozenset(int(one) for one in sent if one.isdecimal() and len(one) < 10)  # noqa: PLR2004 - more is no row
