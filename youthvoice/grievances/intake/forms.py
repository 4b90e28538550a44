"""Forms that make a report: what a child sends from `/tell`, and what an advocate decides about a letter.

A representative hands over what a friend told her (S26). She is asked how she herself is: her answer is a line of her
words, so that whoever reads them looks after her, too.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, Self

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from youthvoice.access import permissions
from youthvoice.accounts.store import Readers
from youthvoice.grievances import intake_options
from youthvoice.grievances.intake.rules import AdvocateDecision, Helper, gravest_first
from youthvoice.grievances.intake.submission import ReportSubmission
from youthvoice.threads.child_fields import (
    SKIPPED,
    PickField,
    PicksField,
    VoiceField,
    WordsField,
    first_refusals,
    pick_codes,
)
from youthvoice.web.deliveries import is_delivered
from youthvoice.web.form_fields import CheckboxesField
from youthvoice.web.i18n.formats import join_pair

MAX_HOW_CHARACTERS: Final = 200
"""Letters of a name, or of how somebody is found."""

NOTHING_TOLD = _l("Tap a picture, write or speak. One thing is enough.")

TOO_MANY_TOPICS = _l("Two are enough. Tap one again to take it back.")

UNKNOWN_READERS = _l("This did not go: the page mixed up who reads it. Go to the first page and begin again.")


class TellForm(Form):
    """Everything one child told. Refusals are by the name of a screen."""

    company = PickField(pick_codes(intake_options.WITH), screen="company")
    helper = PickField(None)
    topic = PicksField(pick_codes(intake_options.TOPICS), most=intake_options.MAX_TOPICS, too_many=TOO_MANY_TOPICS)
    whom = PickField(pick_codes(intake_options.WHOM))
    by_whom = PickField(pick_codes(intake_options.BY_WHOM))
    words = WordsField(intake_options.MAX_WORDS_CHARACTERS, "tell")
    voice = VoiceField()
    danger = PickField(pick_codes(intake_options.YES_NO))
    may_know = PickField(pick_codes(intake_options.MAY_KNOW))
    come = PickField(pick_codes(intake_options.YES_NO))
    where = PickField(pick_codes(intake_options.WHERE))
    how = WordsField(MAX_HOW_CHARACTERS, "where")

    def __init__(self, sent: Any, helpers: Collection[Helper]) -> None:
        """Read what was sent.

        Args:
            sent: fields and files together.
            helpers: whom the child could pick.

        `mixes_up`: whether it leaves out somebody whom its own page did not name. No page of ours does: whom she left
        out might read it, so she is told, and nothing is taken.
        """
        self.names = {str(helper.person_id): helper.name for helper in helpers}
        self.helper_ids = frozenset(self.names)
        named, shown_ids = sent.getlist("left_out"), sent.get("shown", "").split()
        self.out = _rows(named)
        self.shown = _rows(shown_ids) if "shown" in sent else None
        names_another = "shown" in sent and not set(named) <= set(shown_ids)
        self.mixes_up = names_another or not all(map(_is_row, (*named, *shown_ids)))
        super().__init__(sent)

    def choices_of(self, field: PickField) -> Collection[str]:
        """What may be picked where it differs from page to page."""
        return self.helper_ids if field.name == "helper" else ()

    def refused(self) -> dict[str, str]:
        """Why something cannot be taken, by screen; the first of each."""
        reasons = first_refusals(self)
        if self.mixes_up and not is_delivered():
            reasons["readers"] = str(UNKNOWN_READERS)
        return reasons

    def told(self, language: str) -> ReportSubmission:
        """What was told, of a form that was found right; what belongs to another answer is dropped.

        Args:
            language: the child's.
        """
        comes, by_whom = self.come.data == "yes", self.by_whom.data or SKIPPED
        first, *also = gravest_first(self.topic.data or (), by_whom) or [SKIPPED]
        return ReportSubmission(
            topic=first,
            also=tuple(also),
            whom=self.whom.data or SKIPPED,
            by_whom=by_whom,
            words=self.words.data or "",
            voice=self.voice.data or b"",
            voice_kind=self.voice.kind,
            voice_lost=self.voice.is_lost,
            urgent=self.danger.data == "yes",
            may_know=self.may_know.data or SKIPPED,
            come=self.come.data or SKIPPED,
            where=(self.where.data or SKIPPED) if comes else SKIPPED,
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


def _is_row(sent: str) -> bool:
    return sent.isdecimal() and len(sent) < 10  # noqa: PLR2004 - more is no row


def _rows(sent: Iterable[str]) -> frozenset[int]:
    return frozenset(int(one) for one in sent if _is_row(one))


BEGIN_FIELD: Final = "begin"

_FRIEND: Final = "friend"

_TOLD = _l("A friend told me something bad.")

_HOW: Final[Mapping[str, object]] = {
    "well": _l("I am well with it."),
    "so_so": _l("It is hard for me."),
    "not_well": _l("I am not well with it."),
}


def prefilled_fields(form: Mapping[str, str]) -> Mapping[str, Collection[str]]:
    """What fills the page, by the name of its input; nothing that is on no page of ours.

    Args:
        form: `whom`, `come`, `how_is` and `words`, as another page sent them.
    """
    whom = form.get("whom", "")
    values = {
        "whom": whom if whom in pick_codes(intake_options.WHOM) else "",
        "come": "yes" if form.get("come") == "yes" else "",
        "words": _words(form, whom),
    }
    return {name: (value,) for name, value in values.items() if value}


def _words(form: Mapping[str, str], whom: str) -> str:
    words = form.get("words", "").replace("\r\n", "\n").replace("\0", "").strip()
    how = _HOW.get(form.get("how_is", ""), "")
    first = " ".join(str(line) for line in (_TOLD, how) if line) if whom == _FRIEND else ""
    return "\n".join(part for part in (first, words) if part)[: intake_options.MAX_WORDS_CHARACTERS]


_YES_NO: Final = (SelectChoice("yes", _l("Yes, or I am not sure")), SelectChoice("no", _l("No")))


class LetterReportForm(FlaskForm):
    """What it is about, how pressing it is, who must not read it."""

    topic = RadioField(
        _l("What is it about?"),
        [InputRequired(_l("Choose what it is about."))],
        choices=[SelectChoice(one.code, one.words) for one in intake_options.TOPICS],
    )
    hurt = RadioField(
        _l("May a child be hurt?"), [InputRequired(_l("Say whether a child may be hurt."))], choices=_YES_NO
    )
    danger = RadioField(
        _l("Is somebody in danger now?"), [InputRequired(_l("Say whether somebody is in danger now."))], choices=_YES_NO
    )
    left_out = CheckboxesField(_l("Who is named in it, and must not read it?"), coerce=int)

    @classmethod
    def offering(cls, readers: Readers) -> Self:
        """The form with everybody who could read it."""
        form = cls()
        form.left_out.choices = [
            SelectChoice(str(reader.person_id), join_pair(reader.name, permissions.ROLE_LABELS[reader.role]))
            for reader in readers.everybody
        ]
        return form

    @property
    def chosen(self) -> AdvocateDecision:
        """What was decided."""
        return AdvocateDecision(
            self.topic.data, self.hurt.data == "yes", self.danger.data == "yes", frozenset(self.left_out.data or ())
        )

    def refuse(self, why: str) -> None:
        """Say beside the names that too few would read it."""
        words = {
            "nobody": _("Then nobody would read it. Let one of them read it."),
            "outside_stays": _("Then too few would read it. Let one more of them read it."),
        }
        self.left_out.errors = [*self.left_out.errors, str(words[why])]
