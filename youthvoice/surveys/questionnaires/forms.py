"""Forms about questionnaires: import, approve, send back, withdraw a picture."""

from collections.abc import Collection, Sequence
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, SelectChoice, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault
from youthvoice.surveys.questionnaires.labels import fault_message
from youthvoice.surveys.questionnaires.picture_library import picture_code, read_picture
from youthvoice.web.form_fields import CheckboxesField


class ImportQuestionnaireForm(FlaskForm):
    """A questionnaire as a file."""

    file = FileField(_l("Questionnaire"), validators=[FileRequired(_l("Choose a file: .toml, .xlsx or .xls."))])
    leave_out = BooleanField(_l("Leave out every row of a spreadsheet that cannot be asked"))


class ConfirmImportForm(FlaskForm):
    """The confirmation of what an import left out."""

    carried = HiddenField(validators=[InputRequired()])


MIN_REASON: Final = 15  # letters; "ok" is not a reason

MAX_BACK_CHARACTERS: Final = 600


class SendBackForm(FlaskForm):
    """The reason why an advocate sends back a questionnaire, or a view of a round, instead of approving it."""

    reason = TextAreaField(
        _l("What is wrong"),
        [
            DataRequired(_l("Say what is wrong.")),
            Length(max=MAX_BACK_CHARACTERS, message=_l("At most 600 letters.")),
        ],
    )


class ApproveQuestionnaireForm(FlaskForm):
    """An advocate's approval, with a field for each question that seems to ask about abuse; make it with `about`."""

    abuse_names: tuple[str, ...] = ()

    seen = BooleanField(
        _l("I looked at every screen, as a child will see it"),
        validators=[InputRequired(_l("Look at the screens first, then tick this."))],
    )
    not_who = CheckboxesField(_l("These do not ask who a child is"))

    @classmethod
    def about(
        cls, who: Sequence[tuple[str, str]], abuse: Sequence[QuestionnaireFault], *, pictured: bool = False
    ) -> "ApproveQuestionnaireForm":
        """Make the form for a questionnaire.

        Args:
            who: name and text of questions that seem to ask who a child is; each must be ticked.
            abuse: a fault for each that seems to ask if this child was hurt; each needs a reason why it may be asked.
            pictured: whether it shows uploaded pictures; then the advocate confirms that they show nobody recognisable.
        """
        no_reason = _l("Write in a sentence why it does not ask that. If it does, do not approve.")
        boxes: dict[str, object] = {
            f"why_{at}": StringField(
                str(fault.values["text"]), [InputRequired(no_reason), Length(MIN_REASON, 300, no_reason)]
            )
            for at, fault in enumerate(abuse)
        }
        if pictured:
            label = _l("In its own pictures no child, no adult and no place can be recognised")
            not_ticked = _l("Look at each own picture, then tick this. If anybody can be recognised, do not approve.")
            boxes["nobody_seen"] = BooleanField(label, [InputRequired(not_ticked)])
        boxes["abuse_names"] = tuple(str(fault.values["question"]) for fault in abuse)
        form: ApproveQuestionnaireForm = type(cls.__name__, (cls,), boxes)()
        form.not_who.choices = [SelectChoice(name, words) for name, words in who]
        return form

    @property
    def reasons(self) -> dict[str, str]:
        """Why each question may be asked, by its name."""
        return {name: (self[f"why_{at}"].data or "").strip() for at, name in enumerate(self.abuse_names)}

    def validate_not_who(self, field: CheckboxesField) -> None:
        """Require all of them."""
        if {choice.value for choice in field.choices} - set(field.data or ()):
            raise ValidationError(
                _l("Tick every one that does not ask for a name or an address. If one does, do not approve.")
            )


class WithdrawPictureForm(FlaskForm):
    """Withdraw an uploaded picture, and choose its substitute."""

    instead = StringField(_l("Picture in its place"), [Length(max=80)], default="")
    beside: Collection[str] = ()

    @classmethod
    def apart_from(cls, beside: Collection[str]) -> "WithdrawPictureForm":
        """Make the form; pictures that other answers of the same questions show are refused."""
        form = cls()
        form.beside = beside
        return form

    @property
    def code(self) -> str:
        """The OpenMoji code of the chosen substitute; empty for none."""
        return read_picture(self.instead.data)

    def validate_instead(self, box: Field) -> None:
        """Require a picture that exists and that no other answer shows."""
        if self.code and not picture_code(self.code):
            fault = QuestionnaireFault(None, "unknown_picture", {"said": str(box.data)})
            raise ValidationError(fault_message(fault))
        if self.code and self.code in self.beside:
            raise ValidationError(_l("Another answer of the same question shows this picture. Choose a different one."))
