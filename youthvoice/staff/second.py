"""A second adult signs on the same page: her own handle and password, no session of hers."""

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Form, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from youthvoice.access.permissions import NEWCOMER
from youthvoice.staff.proving import Proven, WrongSignIn, prove
from youthvoice.staff.words import wrong_sign_in


class NotCountersigned(Exception):
    """The second adult did not sign.

    Attributes:
        code: `wrong`, `too_many`, `wait`, `same_person`, `other_site`, `newcomer`, `known` or `other_role`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def countersign(  # noqa: PLR0913, PLR0917 - who signs has as many sides
    handle: str, password: str, first_person_id: int, site_ids: Collection[int], role: str | None = None, code: str = ""
) -> Proven:
    """The second adult. Runs Argon2: call it before the request's own session is opened.

    Args:
        handle: as typed.
        password: as typed.
        first_person_id: who signs already.
        site_ids: she must work at each of these.
        role: she must have this role, when one is named.
        code: as typed, for whoever has one-time codes.

    Raises:
        NotCountersigned: with the reason.
    """
    try:
        second = prove(handle, password, code)
    except WrongSignIn as error:
        raise NotCountersigned(error.code) from None
    if second.person_id == first_person_id:
        raise NotCountersigned("same_person")
    if not set(site_ids) <= second.site_ids:
        raise NotCountersigned("other_site")
    if second.role == NEWCOMER:
        raise NotCountersigned("newcomer")
    if second.password_known:
        raise NotCountersigned("known")
    if role is not None and second.role != role:
        raise NotCountersigned("other_role")
    return second


def words(code: str) -> str:
    """What to tell the two adults."""
    return str(
        {
            "wrong": _("The second adult's name, password or one-time code is not right."),
            "too_many": wrong_sign_in("too_many"),
            "wait": wrong_sign_in("wait"),
            "same_person": _("The second adult must be somebody else than you."),
            "other_site": _("The second adult must work at the same site."),
            "newcomer": _("The second adult is not confirmed yet: somebody else must sign."),
            "known": _("The second adult signs in once by herself first and chooses a password of her own."),
            "other_role": _("The second adult must be an advocate."),
        }[code]
    )


class SecondAdultForm(Form):
    """Mix this into a form that two adults sign; then call `signed_by` once everything else is valid."""

    second_handle = StringField(
        lazy_gettext("Second adult: sign-in name"),
        [DataRequired(lazy_gettext("A second adult must sign too.")), Length(max=80)],
    )
    second_password = PasswordField(
        lazy_gettext("Second adult: password"),
        [DataRequired(lazy_gettext("The second adult types her password.")), Length(max=500)],
    )
    second_code = StringField(lazy_gettext("Second adult: one-time code"), [Length(max=40)])

    def signed_by(self, first_person_id: int, site_ids: Collection[int], role: str | None = None) -> int | None:
        """The second adult's row; None when she did not sign, and the field says why."""
        second = self.second_signer(first_person_id, site_ids, role)
        return second.person_id if second else None

    def second_signer(self, first_person_id: int, site_ids: Collection[int], role: str | None = None) -> Proven | None:
        """The second adult; None when she did not sign, and the field says why."""
        handle, password = self.second_handle.data or "", self.second_password.data or ""
        try:
            return countersign(handle, password, first_person_id, site_ids, role, self.second_code.data or "")
        except NotCountersigned as error:
            at_fault = self.second_password if error.code == "wrong" else self.second_handle
            at_fault.errors = [*at_fault.errors, words(error.code)]
            return None
