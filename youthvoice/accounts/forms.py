"""Forms of the staff room: shape and error words, no I/O."""

from collections.abc import Iterable
from typing import Final, Self

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    PasswordField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts import rules
from youthvoice.accounts.form_checks import LONGEST_CODE, LONGEST_PASSWORD
from youthvoice.accounts.models import Person
from youthvoice.accounts.sign_in.countersign import SecondAdultForm

LONGEST_REASON: Final = 300
"""Letters."""


class SignInForm(FlaskForm):
    """Name, password, and a code for whoever has them."""

    handle = StringField(
        lazy_gettext("Sign-in name"), [DataRequired(lazy_gettext("Type your sign-in name.")), Length(max=80)]
    )
    password = PasswordField(
        lazy_gettext("Password"), [DataRequired(lazy_gettext("Type your password.")), Length(max=LONGEST_PASSWORD)]
    )
    code = StringField(lazy_gettext("One-time code"), [Length(max=LONGEST_CODE)])


class ComparisonForm(FlaskForm):
    """Somebody compared a key face to face; `seen` says which key's pictures the form showed."""

    seen = HiddenField()
    same = BooleanField(
        lazy_gettext("We sat side by side, and all eight pictures are the same, in the same order."),
        [InputRequired(lazy_gettext("Tick this only when you have compared all eight."))],
    )


class MetForm(FlaskForm):
    """An advocate met somebody; `seen` says which key she had when the form was shown."""

    seen = HiddenField()
    met = BooleanField(
        lazy_gettext("I have met her, and she signed in here before my eyes."),
        [InputRequired(lazy_gettext("Tick this only when you have met her yourself."))],
    )


class TrainingForm(FlaskForm):
    """Until when somebody's training is good."""

    trained_until = DateField(lazy_gettext("Trained until"), [Optional()])


class RefuseForm(FlaskForm):
    """Why a second adult does not agree."""

    reason = StringField(
        lazy_gettext("Why not?"),
        [DataRequired(lazy_gettext("Say why, in a few words.")), Length(max=LONGEST_REASON)],
    )


class LeaveForm(FlaskForm):
    """A coordinator alone lets people leave."""


class AdvocateLeaveForm(SecondAdultForm, FlaskForm):
    """An advocate leaves only when another advocate agrees: they are independent of managers."""

    @classmethod
    def of(cls, may_agree: Iterable[Person], leaving_id: int) -> Self:
        """The form, with the other advocates of the same sites."""
        form = cls()
        form.offer_second(one for one in may_agree if one.role == ADVOCATE and one.id != leaving_id)
        return form


class TwoReadersForm(SecondAdultForm, FlaskForm):
    """Two who choose readers agree, one of them an advocate; nobody agrees about herself."""

    @classmethod
    def of(cls, may_agree: Iterable[Person], role: str, about_id: int) -> Self:
        """The form, with whoever may agree beside somebody of a role."""
        form = cls()
        form.offer_second(
            one for one in may_agree if one.id != about_id and rules.why_not_two([role, one.role]) is None
        )
        return form


class OwnLeaveForm(FlaskForm):
    """Whoever leaves by herself types her password once more: a session that was left open ends no account."""

    password = PasswordField(
        lazy_gettext("Your password"),
        [DataRequired(lazy_gettext("Type the password you have now.")), Length(max=LONGEST_PASSWORD)],
    )
