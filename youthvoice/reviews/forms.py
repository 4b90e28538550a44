"""Forms of adults about a review."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Optional

from youthvoice.access.permissions import COORDINATOR, FACILITATOR, ROLE_LABELS, SAFEGUARDING_LEAD
from youthvoice.accountability.rules import SAID_YES, reply_kinds
from youthvoice.privacy.credentials.shared_links import read_number
from youthvoice.reviews import labels, rules
from youthvoice.reviews.entities import Attendance
from youthvoice.web.form_fields import CheckboxesField, SentenceForm

INVITABLE: Final = (COORDINATOR, FACILITATOR, SAFEGUARDING_LEAD)
"""Roles that are invited besides the advocate and the reviewer."""

People = Sequence[tuple[int, str]]  # row, name


def _choices(code_labels: Mapping[str, Any], codes: Iterable[str]) -> list[SelectChoice]:
    return [SelectChoice(code, code_labels[code]) for code in codes]


def _person_choices(people: People, nobody: Any) -> list[SelectChoice]:
    return [SelectChoice("0", nobody), *(SelectChoice(str(row), name) for row, name in people)]


def _required_person(message: Any) -> Any:
    def check(form: FlaskForm, field: Field) -> None:  # noqa: ARG001 - the library's signature
        if str(field.data or 0) not in {str(choice.value) for choice in field.choices} - {"0"}:
            raise ValidationError(message)

    return check


class ReviewForm(FlaskForm):
    """A new review. It never holds a child's name."""

    case_number = StringField(_l("Case number"))
    step = RadioField(_l("Step of care"), [InputRequired(_l("Choose the step of care."))])
    kind = RadioField(_l("Which review"), [InputRequired(_l("Choose which review it is."))])
    day = DateField(_l("Day of the review"), [InputRequired(_l("Choose the day."))])
    advocate = SelectField(
        _l("The child's advocate"), [_required_person(_l("Choose an advocate."))], coerce=int, validate_choice=False
    )
    reviewer = SelectField(
        _l("Who decides"), [_required_person(_l("Choose who decides."))], coerce=int, validate_choice=False
    )
    invited = CheckboxesField(_l("Who is invited besides them"))
    outside = BooleanField(_l("A team of another organisation is invited"))
    once_more = BooleanField(_l("Yes, open another review of this case on this day."))
    _today: date
    _last_day: date | None

    @classmethod
    def offering(
        cls, advocates: People, reviewers: People, today: date, last_day: date | None = None, *, usual_advocate: int = 0
    ) -> Self:
        """The form of a site.

        Args:
            advocates: of the site.
            reviewers: of the site.
            today: at the site.
            last_day: of a site that closes.
            usual_advocate: the advocate chosen in advance; 0 for none.
        """
        form = cls(data={"advocate": usual_advocate, "reviewer": reviewers[0][0] if len(reviewers) == 1 else 0})
        form._today, form._last_day = today, last_day
        form.step.choices = _choices(labels.CARE_STEP_LABELS, rules.CARE_STEPS)
        form.kind.choices = _choices(labels.REVIEW_KIND_LABELS, rules.REVIEW_KINDS)
        form.invited.choices = _choices(ROLE_LABELS, INVITABLE)
        form.advocate.choices = _person_choices(advocates, _l("Nobody yet"))
        form.reviewer.choices = _person_choices(reviewers, _l("Nobody yet"))
        return form

    def validate_case_number(self, field: Field) -> None:
        """Refuse a name, a date of birth, or a telephone number (S21)."""
        if code := rules.case_number_refusal(field.data or ""):
            raise ValidationError(labels.REFUSAL_LABELS[code])

    def validate_day(self, field: Field) -> None:
        """A day within the next year; a text that is no day has an error of its own."""
        if field.data is not None and (code := rules.day_refusal(field.data, self._today, self._last_day)):
            raise ValidationError(labels.REFUSAL_LABELS[code])


class DayForm(FlaskForm):
    """Another day for a review."""

    day = DateField(_l("New day of the review"), [InputRequired(_l("Choose the day."))])


class CarrierForm(FlaskForm):
    """The advocate who is to carry the review."""

    advocate = SelectField(
        _l("Who holds it now?"), [_required_person(_l("Choose an advocate."))], coerce=int, validate_choice=False
    )

    @classmethod
    def offering(cls, advocates: People) -> Self:
        """The form with all advocates who may."""
        form = cls()
        form.advocate.choices = _person_choices(advocates, _l("Nobody yet"))
        return form

    def refuse(self, code: str) -> None:
        """Show why this advocate cannot carry it."""
        self.advocate.errors = [*self.advocate.errors, labels.REFUSAL_LABELS[code]]


class ReportedPartForm(FlaskForm):
    """The part of a statement that becomes a report."""

    part = RadioField(_l("What goes into the report?"), [InputRequired(_l("Choose what goes into the report."))])

    @classmethod
    def offering(cls, parts: Iterable[str]) -> Self:
        """The form with the parts that this statement has."""
        form = cls()
        form.part.choices = _choices(labels.REPORTED_LABELS, parts)
        return form


class OfferForm(FlaskForm):
    """The advocate asked the child about a statement."""

    outcome = RadioField(
        _l("What did she say?"),
        [InputRequired(_l("Say what she wants."))],
        choices=_choices(labels.OFFER_LABELS, rules.OFFER_OUTCOMES),
    )
    alone = RadioField(
        _l("Was she seen alone?"),
        [InputRequired(_l("Say whether she was seen alone."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )


class ReviewAttendanceForm(FlaskForm):
    """How the child took part on the day."""

    child = RadioField(
        _l("Was she there?"),
        [InputRequired(_l("Say whether she was there."))],
        choices=_choices(labels.ATTENDANCE_LABELS, rules.ATTENDANCE),
    )
    alone = RadioField(
        _l("Did somebody see her alone before?"),
        [InputRequired(_l("Say whether she was seen alone."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )
    spoken_for_by = SelectField(_l("Who spoke for her"), coerce=int, validate_choice=False)

    @classmethod
    def offering(cls, people: People, attendance: Attendance | None) -> Self:
        """The form with the people who may have spoken for the child, and what was recorded so far."""
        alone = {True: "yes", False: "no"}
        recorded = (
            {"child": attendance.child, "alone": alone[attendance.alone], "spoken_for_by": attendance.spoken_for_by}
            if attendance
            else {}
        )
        form = cls(data=recorded)
        form.spoken_for_by.choices = _person_choices(people, _l("Nobody: she spoke herself, or nobody did"))
        return form

    def validate_spoken_for_by(self, field: Field) -> None:
        """Only people listed on the page: another id would show the name of somebody who works elsewhere."""
        if str(field.data or 0) not in {str(choice.value) for choice in field.choices}:
            raise ValidationError(_l("She no longer works here. Choose somebody else."))


class DecisionForm(SentenceForm):
    """The decision about a wish, or about the plan, with one sentence that a child understands (S30)."""

    kind = RadioField(_l("What is decided"), [InputRequired(_l("Choose what is decided. A wish cannot be left out."))])
    carried_by = SelectField(_l("Who does it"), coerce=int, validate_choice=False)
    done_by = DateField(_l("Done by"), [Optional()])
    version = HiddenField()

    @classmethod
    def offering(cls, part: str, people: People, languages: Iterable[str], values: Mapping[str, object]) -> Self:
        """The form for one part.

        Args:
            part: id of the wish, or `PLAN`.
            people: who may keep the promise.
            languages: codes; the child's own first.
            values: the decision so far: `kind`, `carried_by`, `done_by`, `version`, and `words_` by language.
        """
        form = cls.in_languages(languages, values)
        form.kind.choices = [SelectChoice(code, labels.OUTCOME_LABELS[code]) for code in reply_kinds("review", part)]
        form.carried_by.choices = _person_choices(people, _l("Nobody yet"))
        return form

    @property
    def promises(self) -> bool:
        """Whether the decision promises something."""
        return self.kind.data in SAID_YES

    @property
    def day(self) -> date | None:
        """The day of the promise; None without one."""
        return self.done_by.data if self.promises else None

    def list_missing(self) -> list[str]:
        """Codes of everything that a decision of this kind still lacks, so that one attempt shows all of it."""
        reason = "reason_missing" if self.kind.data in {"no_because", "kept"} else "words_missing"
        missing = [] if any(text.strip() for text in self.said.values()) else [reason]
        if self.promises:
            missing += ["owner_missing"] if not self.carried_by.data else []
            missing += ["day_of_a_promise"] if self.done_by.data is None else []
        return missing

    def refuse(self, code: str, words: Any) -> None:
        """Show why this is no decision, beside the field that is wrong; most codes are about the sentence."""
        field = {
            "not_an_answer": self.kind,
            "owner_missing": self.carried_by,
            "day_of_a_promise": self.done_by,
            "day_is_over": self.done_by,
            "day_after_last": self.done_by,
            "day_too_far": self.done_by,
        }.get(code, self.boxes[0][1] if code not in {"not_yet", "unknown_part"} else None)
        if field is None:
            self.form_errors = [words]
        else:
            field.errors = [*field.errors, words]


class InvitedForm(SentenceForm):
    """Keep or withdraw a person's invitation; keeping it needs one sentence for the child."""

    act = RadioField(_l("What do you do?"), validators=[InputRequired(_l("Choose one."))])

    @classmethod
    def offering(cls, language: str, values: Mapping[str, object], *, comes: bool) -> Self:
        """The form about one person.

        Args:
            language: of the child.
            values: the last decision: `act`, and `words_` in the child's language.
            comes: whether the person is invited now.
        """
        form = cls.in_languages([language], values)
        stays = _l("The invitation stays, because:") if comes else _l("Invite again, because:")
        form.act.choices = [SelectChoice("out", _l("Take the invitation back")), SelectChoice("stays", stays)]
        if not comes:
            form.act.choices[0] = SelectChoice("out", _l("The invitation stays taken back"))
        return form

    @property
    def stays(self) -> bool:
        """Whether the invitation stays, so that the child gets a sentence."""
        return bool(self.act.data == "stays")


def sort_invited(invited: Collection[str]) -> tuple[str, ...]:
    """The selected roles, in the order of the page."""
    return tuple(role for role in INVITABLE if role in invited)


class ReviewLinkForm(FlaskForm):
    """How long an outside team may read."""

    days = RadioField(
        _l("How long may it be opened?"),
        [InputRequired(_l("Choose how long."))],
        choices=[
            SelectChoice("1", _l("One day")),
            SelectChoice("3", _l("Three days")),
            SelectChoice("7", _l("A week")),
            SelectChoice("14", _l("Two weeks")),
        ],
        default="3",
    )


class LinkNumberForm(FlaskForm):
    """The number that belongs to a link. The reader has no account, and gets no cookie."""

    class Meta:
        """No CSRF token: there is no session that could be abused."""

        csrf = False

    number = StringField(_l("The number"))

    def validate_number(self, field: Field) -> None:
        """Eight digits, in any script, with or without spaces."""
        if not read_number(field.data or ""):
            raise ValidationError(_l("The number has eight digits."))
