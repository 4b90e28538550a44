"""Forms that make a report: the child's form at `/tell`, and an advocate's decision about a letter.

A representative can hand over what a friend said (S26). The form then asks how the representative feels. The answer
becomes a line of the report, so that its readers look after the representative too.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, Self

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from youthvoice.access import permissions
from youthvoice.accounts.store import Readers
from youthvoice.grievances.intake import intake_options
from youthvoice.grievances.intake.rules import AdvocateDecision, Helper, gravest_first
from youthvoice.grievances.intake.submission import ReportSubmission
from youthvoice.threads import child_fields
from youthvoice.web.deliveries import is_delivered
from youthvoice.web.form_fields import CheckboxesField
from youthvoice.web.i18n.formats import join_pair

MAX_HOW_CHARACTERS: Final = 200
"""Of the child's name, or of how an adult can find the child."""

NOTHING_TOLD = _l("Tap a picture, write or speak. One thing is enough.")

TOO_MANY_TOPICS = _l("Two are enough. Tap one again to take it back.")

NO_NAME = _l("Nobody can find you without your name. You still get an answer by your pictures.")

UNKNOWN_READERS = _l("This did not go: the page mixed up who reads it. Go to the first page and begin again.")


class TellForm(Form):
    """Everything that one child sent from `/tell`. Errors are keyed by the name of a screen."""

    company = child_fields.PickField(child_fields.pick_codes(intake_options.WITH), screen="company")
    helper = child_fields.PickField(None)
    topic = child_fields.PicksField(
        child_fields.pick_codes(intake_options.TOPICS), most=intake_options.MAX_TOPICS, too_many=TOO_MANY_TOPICS
    )
    whom = child_fields.PickField(child_fields.pick_codes(intake_options.WHOM))
    by_whom = child_fields.PickField(child_fields.pick_codes(intake_options.BY_WHOM))
    words = child_fields.WordsField(intake_options.MAX_WORDS_CHARACTERS, "tell")
    voice = child_fields.VoiceField()
    danger = child_fields.PickField(child_fields.pick_codes(intake_options.DANGER))
    may_know = child_fields.PickField(child_fields.pick_codes(intake_options.MAY_KNOW))
    come = child_fields.PickField(child_fields.pick_codes(intake_options.YES_NO))
    where = child_fields.PickField(child_fields.pick_codes(intake_options.WHERE))
    contact = child_fields.PickField(child_fields.pick_codes(intake_options.CONTACT), screen="how")
    how = child_fields.WordsField(MAX_HOW_CHARACTERS, "how")

    def __init__(self, formdata: Any, helpers: Collection[Helper]) -> None:
        """Read what was sent.

        `mixes_up` says whether the form leaves out a person whom its own page did not list. No page of ours does that.
        The report could reach a person whom the child left out, so nothing is accepted, and the child reads why.

        Args:
            formdata: fields and files together.
            helpers: the adults whom the child could pick as helper.
        """
        self.helper_names = {str(helper.person_id): helper.name for helper in helpers}
        self.helper_ids = frozenset(self.helper_names)
        left_out, shown = formdata.getlist("left_out"), formdata.get("shown", "").split()
        self.left_out_ids = _row_ids(left_out)
        self.shown_ids = _row_ids(shown) if "shown" in formdata else None
        names_another = "shown" in formdata and not set(left_out) <= set(shown)
        self.mixes_up = names_another or not all(map(_is_row_id, (*left_out, *shown)))
        super().__init__(formdata)

    def choices_of(self, field: child_fields.PickField) -> Collection[str]:
        """The choices of a field that differ from page to page."""
        return self.helper_ids if field.name == "helper" else ()

    def refused(self) -> dict[str, str]:
        """The first error of each screen."""
        reasons = child_fields.first_refusals(self)
        if self.mixes_up and not is_delivered():
            reasons["readers"] = str(UNKNOWN_READERS)
        if self.contact.data and self.come.data == "yes" and not (self._contact or self.how.data or is_delivered()):
            reasons.setdefault("how", str(NO_NAME))
        return reasons

    @property
    def _contact(self) -> str:
        """How they meet. Without a recording no name was said; one that got lost on its way had it, perhaps."""
        is_heard = bool(self.voice.kind) or self.contact.data != intake_options.SAID
        return (self.contact.data or child_fields.SKIPPED) if is_heard else child_fields.SKIPPED

    def submission(self, language: str) -> ReportSubmission:
        """The submission of a valid form, without values that belong to an answer that the child changed.

        Args:
            language: the child's.
        """
        comes, by_whom = self.come.data == "yes", self.by_whom.data or child_fields.SKIPPED
        first, *also = gravest_first(self.topic.data or (), by_whom) or [child_fields.SKIPPED]
        return ReportSubmission(
            topic=first,
            also=tuple(also),
            whom=self.whom.data or child_fields.SKIPPED,
            by_whom=by_whom,
            words=self.words.data or "",
            voice=self.voice.data or b"",
            voice_kind=self.voice.kind,
            urgent=self.danger.data in {"yes", "unknown"},
            unsure=self.danger.data == "unknown",
            may_know=self.may_know.data or child_fields.SKIPPED,
            come=self.come.data or child_fields.SKIPPED,
            where=(self.where.data or child_fields.SKIPPED) if comes else child_fields.SKIPPED,
            contact=self._contact if comes else child_fields.SKIPPED,
            how=(self.how.data or "") if comes else "",
            helper="" if self.company.data == "alone" else self.helper_names.get(self.helper.data or "", ""),
            left_out=self.left_out_ids,
            shown=self.shown_ids,
            language=language,
        )

    def values(self) -> Mapping[str, Collection[str]]:
        """What the child selected and wrote, by the name of its input, to fill the page again; never a recording."""
        fields = {field.name: (field.data,) for field in self if isinstance(field, StringField) and field.data}
        return {**fields, "topic": tuple(self.topic.data or ()), "left_out": tuple(map(str, self.left_out_ids))}


def _is_row_id(sent: str) -> bool:
    return sent.isdecimal() and len(sent) < 10  # noqa: PLR2004 - more is no row


def _row_ids(sent: Iterable[str]) -> frozenset[int]:
    return frozenset(int(row_id) for row_id in sent if _is_row_id(row_id))


BEGIN_FIELD: Final = "begin"
"""Name of a field of forms on other pages that begin a report: they get the page, filled with what they hold."""

_FRIEND: Final = "friend"

_FRIEND_LINE = _l("A friend told me something bad.")

_HOW: Final[Mapping[str, object]] = {
    "well": _l("I am well with it."),
    "so_so": _l("It is hard for me."),
    "not_well": _l("I am not well with it."),
}


def prefilled_fields(form: Mapping[str, str]) -> Mapping[str, Collection[str]]:
    """Values that fill the page, by the name of its input; only values that the page itself offers.

    Args:
        form: `whom`, `come`, `how_is` and `words`, as another page sent them.
    """
    whom = form.get("whom", "")
    values = {
        "whom": whom if whom in child_fields.pick_codes(intake_options.WHOM) else "",
        "come": "yes" if form.get("come") == "yes" else "",
        "words": _words(form, whom),
    }
    return {name: (value,) for name, value in values.items() if value}


def _words(form: Mapping[str, str], whom: str) -> str:
    words = form.get("words", "").replace("\r\n", "\n").replace("\0", "").strip()
    how = _HOW.get(form.get("how_is", ""), "")
    first = " ".join(str(line) for line in (_FRIEND_LINE, how) if line) if whom == _FRIEND else ""
    return "\n".join(part for part in (first, words) if part)[: intake_options.MAX_WORDS_CHARACTERS]


_YES_NO: Final = (SelectChoice("yes", _l("Yes, or I am not sure")), SelectChoice("no", _l("No")))


class LetterReportForm(FlaskForm):
    """An advocate's decision about a letter: its topic, how urgent it is, and who must not read the report."""

    topic = RadioField(
        _l("What is it about?"),
        [InputRequired(_l("Choose what it is about."))],
        choices=[SelectChoice(pick.code, pick.words) for pick in intake_options.TOPICS],
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
        """The form with everybody who could read the report."""
        form = cls()
        form.left_out.choices = [
            SelectChoice(str(reader.person_id), join_pair(reader.name, permissions.ROLE_LABELS[reader.role]))
            for reader in readers.everybody
        ]
        return form

    @property
    def decision(self) -> AdvocateDecision:
        """The advocate's decision."""
        return AdvocateDecision(
            self.topic.data, self.hurt.data == "yes", self.danger.data == "yes", frozenset(self.left_out.data or ())
        )

    def refuse(self, why: str) -> None:
        """Show beside the names that too few people would read the report."""
        words = {
            "nobody": _("Then nobody would read it. Let one of them read it."),
            "outside_stays": _("Then too few would read it. Let one more of them read it."),
        }
        self.left_out.errors = [*self.left_out.errors, str(words[why])]
