"""Forms of the staff room: shape and error words, no I/O."""

from collections.abc import Collection

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

from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE
from youthvoice.staff import rules, words
from youthvoice.staff.checks import LONGEST_CODE, LONGEST_PASSWORD
from youthvoice.staff.proving import Proven
from youthvoice.staff.second import SecondAdultForm


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


class LeaveForm(FlaskForm):
    """A coordinator alone lets people leave."""

    def agreed(self, leaving_id: int, site_ids: Collection[int]) -> bool:  # noqa: ARG002 - as AdvocateLeaveForm
        """Nobody else has to agree."""
        return True


class AdvocateLeaveForm(SecondAdultForm, FlaskForm):
    """An advocate leaves only when another advocate agrees: they are independent of managers."""

    def agreed(self, leaving_id: int, site_ids: Collection[int]) -> bool:
        """Whether another advocate of the same sites signed; runs Argon2."""
        return self.signed_by(leaving_id, site_ids, ADVOCATE) is not None


class TwoReadersForm(SecondAdultForm, FlaskForm):
    """Two who choose readers sign, one of them an advocate; nobody signs for herself."""

    def second(self, caller: Caller, about_id: int, site_ids: Collection[int]) -> Proven | None:
        """Who signed beside the caller; None when nobody did who may, and the field says why. Runs Argon2."""
        second = self.second_signer(caller.person_id, site_ids)
        if second is None:
            return None
        refusal = "herself" if second.person_id == about_id else rules.why_not_two([caller.role, second.role])
        if refusal:
            self.second_handle.errors = [*self.second_handle.errors, words.not_two(refusal)]
        return None if refusal else second


class OwnLeaveForm(FlaskForm):
    """Whoever leaves by herself types her password once more: a session that was left open ends no account."""

    password = PasswordField(
        lazy_gettext("Your password"),
        [DataRequired(lazy_gettext("Type the password you have now.")), Length(max=LONGEST_PASSWORD)],
    )
