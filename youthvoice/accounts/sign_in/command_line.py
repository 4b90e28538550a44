"""Sign-ins of people for whom a command acts, from the environment."""

import os

import click

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.permissions import NEWCOMER
from youthvoice.accounts import store
from youthvoice.accounts.sign_in.authenticate import Proven, WrongSignIn, prove

SignedIn = Proven


def signed_in(variable: str = "YOUTHVOICE_SIGN_IN") -> SignedIn:
    """Who a command acts for; ends the command when nobody is let in.

    Args:
        variable: holds `name:password`, and `:code` after it for whoever has one-time codes; the name is what she
            signs in with, or her full name.

    Raises:
        ClickException: says what to do.
    """
    name, colon, secret = os.environ.get(variable, "").partition(":")
    if not (name and colon and secret):
        raise click.ClickException(f"This acts for a person: set {variable} to name:password.")
    with db.reading(db.engine()) as session:
        person = store.by_name(session, name)
        handle = person.handle if person else name
        with_code = person is not None and person.codes is not None
    password, _, code = secret.rpartition(":") if with_code else (secret, "", "")
    try:
        proven = prove(handle, password, code)
    except WrongSignIn as error:
        if error.code == "too_many":
            raise click.ClickException(
                f"{variable}: too many wrong tries with this name; it works again at the next full hour."
            ) from None
        raise click.ClickException(
            f"{variable}: the name or the password is not right, or the one-time code (name:password:code)."
        ) from None
    if proven.password_known:
        raise click.ClickException(
            f"{variable}: whoever founded this house knows this password. {proven.name} signs in at "
            f"{running.settings().url}/staff/ first and chooses one of her own."
        )
    return proven


def second_signed_in(first: SignedIn, variable: str = "YOUTHVOICE_SECOND_SIGN_IN") -> SignedIn:
    """The second adult of a command that two must sign.

    Raises:
        ClickException: nobody, or the same person again.
    """
    second = signed_in(variable)
    if second.person_id == first.person_id:
        raise click.ClickException(f"{variable}: the second adult must be somebody else than the first.")
    if second.role == NEWCOMER:
        raise click.ClickException(f"{variable}: {second.name} is not confirmed yet; somebody else must sign.")
    return second


def need(person: SignedIn, *roles: str, site_id: int | None = None) -> None:
    """End the command unless a person has one of these roles, and works at a site.

    Raises:
        ClickException: says whose sign-in it needs.
    """
    if person.role not in roles:
        wanted = " or ".join(role.replace("_", " ") for role in roles)
        raise click.ClickException(f"{person.name} cannot do this; it needs the sign-in of: {wanted}.")
    if site_id is not None and site_id not in person.site_ids:
        raise click.ClickException(f"{person.name} does not work at this site.")
