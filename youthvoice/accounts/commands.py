"""The commands `youthvoice staff ...`: create the first people of an installation, invite others."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import available_timezones

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import COORDINATOR
from youthvoice.accounts import rules, store
from youthvoice.accounts.invitations import Guest, add_invitation
from youthvoice.accounts.people import bootstrap, directory, person_names
from youthvoice.accounts.sign_in import staff_session
from youthvoice.audit.audit_log import Log
from youthvoice.sites.store import add_site, change_site, find_site_by_slug_or_name, get_site, make_site_slug
from youthvoice.web.i18n.languages import LANGUAGES, SOURCE_LANGUAGE

group = AppGroup("staff", help="People who may sign in.")


@group.command("found")
@click.option(
    "--site",
    "site_name",
    default="Our house",
    show_default=True,
    help="Name of the site; made when it does not exist.",
)
@click.option("--time-zone", default="UTC", show_default=True, help="Of the site, such as Asia/Kolkata.")
@click.option("--languages", default="en", show_default=True, help="Wanted there, such as en,hi; a coordinator signs.")
@click.option("--mail-name", default="Family letter", show_default=True, help="Neutral name that mail bears.")
@click.option("--helpline-name", default="", help="Of a helpline that you called today; with its number it is tested.")
@click.option("--helpline-number", default="", help="With its name the helpline counts as tested today: call it first.")
@click.option("--helpline-hours", default="", help="When somebody answers there, such as: day and night.")
@click.option("--danger-number", default="", help="Whom children call in danger now.")
@click.option("--danger-adult", default="", help="The adult there to whom children go in danger now.")
@click.option("--coordinator", help="Her name as children know it; asked for where it is not given.")
@click.option("--first-advocate", help="Likewise: children read it before they tell.")
@click.option("--second-advocate", help="Likewise.")
@click.option("--outside-recipient", help="Likewise; of another organisation.")
@click.option(
    "--trained-until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last day of the two advocates' training, as their certificates say.",
)
@click.option(
    "--again",
    is_flag=True,
    help="New passwords where the first four are there and nobody has chosen her own yet; alone it asks nothing.",
)
def create_first_people(
    *,
    site_name: str,
    time_zone: str,
    languages: str,
    mail_name: str,
    helpline_name: str,
    helpline_number: str,
    helpline_hours: str,
    danger_number: str,
    danger_adult: str,
    coordinator: str | None,
    first_advocate: str | None,
    second_advocate: str | None,
    outside_recipient: str | None,
    trained_until: datetime | None,
    again: bool,
) -> None:
    """Make the first coordinator, two advocates and the outside recipient of a site."""
    codes = parse_languages(languages)
    if time_zone not in available_timezones():
        raise click.ClickException(f"There is no time zone {time_zone}; it looks like Asia/Kolkata.")
    site_help = _check_help(
        helpline_name=helpline_name,
        helpline_number=helpline_number,
        helpline_hours=helpline_hours,
        danger_number=danger_number,
        danger_adult=danger_adult,
    )
    if again:
        context.open_installation(current_app, lambda _settings: coordinator is not None)
        if _renew_passwords():
            return
    names = ask_first_names((coordinator, first_advocate, second_advocate, outside_recipient))
    wanted = bootstrap.first_accounts(names, trained_until.date() if trained_until else None)
    context.open_installation(current_app, lambda _settings: True)  # last: a refusal above creates no files
    with db.reading(db.engine()) as session:
        if not store.has_no_people(session):
            raise click.ClickException("There are people already. Sign in, or ask one in with: youthvoice staff invite")
    prepared = bootstrap.prepare_accounts(wanted, context.keyring().key("pepper"))
    with db.writing(db.engine()) as session:
        site = find_site_by_slug_or_name(session, site_name) or add_site(
            session,
            make_site_slug(site_name, ()),
            {"name": site_name, "mail_name": mail_name, "time_zone": time_zone, "languages": [SOURCE_LANGUAGE]},
        )
        help_columns = bootstrap.help_columns(site_help, context.today(site.time_zone))
        change_site(session, site.id, {**help_columns, "wanted_languages": codes})
        bootstrap.add_first_people(session, prepared, [site.id])
        _log("command").add(session, "staff.found", site.slug)
        current_site = get_site(session, site.id)
        missing = directory.missing_at_site(session, current_site)
        _print_accounts(prepared)  # before the commit: if they cannot be shown, nobody is founded
    click.echo(f"Site {current_site.name} is called {current_site.slug} in commands.")
    click.echo(
        f"Each signs in at {context.settings().url}/staff/. To do says, step by step, what comes next and who does it."
    )
    if unsigned := ", ".join(current_site.languages_to_sign):
        click.echo(f"Children are offered English until a coordinator signs under Languages for: {unsigned}.")
    for sentence in (*bootstrap.missing_help_sentences(current_site), *bootstrap.missing_channel_sentences(missing)):
        click.echo(sentence)


@group.command("invite")
@click.argument("name")
@click.option("--role", required=True, help="facilitator, reviewer or coordinator.")
@click.option("--site", "slugs", multiple=True, required=True, help="Where she will work; may be given again.")
def invite(name: str, role: str, slugs: tuple[str, ...]) -> None:
    """Print a link for a new account, signed by a coordinator (YOUTHVOICE_SIGN_IN)."""
    if refusal := rules.why_not_invited(role, COORDINATOR):
        raise click.ClickException(_INVITATION_REFUSALS[refusal])
    signer = staff_session.sign_in_for_command()
    with db.reading(db.engine()) as session:
        name = _usable_name("NAME", name, person_names.list_names_in_use(session))
        site_ids = frozenset(_find_site_id(session, slug, signer) for slug in slugs)
    with db.writing(db.engine()) as session:
        token = add_invitation(session, Guest(name, role, site_ids), signer.person_id)
        _log(signer.handle).add(session, "person.invite", role)
    click.echo(f"{context.settings().url}/staff/join/{token}")
    click.echo(f"{name} opens this link within seven days and chooses her password. It works once.", err=True)


_INVITATION_REFUSALS = {
    "holds_wraps": "A coordinator cannot invite advocates, safeguarding leads or outside recipients: they are "
    "independent of the site's managers. The first ones are made with: youthvoice staff found",
    "no_such_role": "There is no such role; it can be facilitator, reviewer or coordinator.",
}

FIRST_OPTIONS: Final = {
    "--coordinator": "Name of the coordinator, as children know her",
    "--first-advocate": "Name of the first child advocate: children read it before they tell",
    "--second-advocate": "Name of the second child advocate",
    "--outside-recipient": "Name of the outside recipient, of another organisation",
}
"""Options that name the first four people, in the order of `bootstrap.FIRST_HANDLES`, and how each is asked for."""

_NAME_REFUSALS = {
    "no_name": "is no name; it needs a letter, and has at most 80",
    "unseen": "has signs that nobody sees, or that turn it round",
    "mixed": "has a word with letters of two alphabets",
    "role": "says what somebody does, not who she is; children read it",
    "taken": "is another's name already, or looks the same",
}


def ask_first_names(options: Sequence[str | None]) -> list[str]:
    """The names of the first four people: from the options, else from prompts.

    Args:
        options: a name for each of `FIRST_OPTIONS`, or None.

    Raises:
        ClickException: one given as an option cannot be used, or nobody is there to be asked.
    """
    names: list[str] = []
    for (option, question), name in zip(FIRST_OPTIONS.items(), options, strict=True):
        names.append(_prompt_for_name(option, question, names) if name is None else _usable_name(option, name, names))
    return names


def _usable_name(option: str, name: str, names_in_use: Sequence[str]) -> str:
    """The name, tidied; an error where it cannot be used."""
    tidy = person_names.tidy_name(name)
    if refusal := person_names.why_not_name(tidy, names_in_use):
        raise click.ClickException(f"{option}: {tidy!r} {_NAME_REFUSALS[refusal]}.")
    return tidy


def _prompt_for_name(option: str, question: str, names_in_use: Sequence[str]) -> str:
    """Prompt for a name until it can be used."""

    def check(name: str) -> str:
        try:
            return _usable_name(option, name, names_in_use)
        except click.ClickException as error:
            raise click.UsageError(error.message) from None  # asked again

    try:
        return str(click.prompt(question, value_proc=check))
    except click.Abort:
        raise click.ClickException(f"Nobody is here to be asked: give the name with {option}.") from None


def parse_languages(text: str) -> list[str]:
    """The codes of languages that stand in a text, with commas between them.

    Raises:
        ClickException: there are none, or one that this version does not have.
    """
    codes = [code.strip() for code in text.split(",") if code.strip()]
    if not codes or not set(codes) <= set(LANGUAGES):
        raise click.ClickException(f"Languages are some of {', '.join(LANGUAGES)}; not {text!r}.")
    return codes


def _check_help(**options: str) -> dict[str, str]:
    """The values of the help options, without spaces around them."""
    values = {name: value.strip() for name, value in options.items()}
    if wrong := bootstrap.find_wrong_help_fields(values):
        names = ", ".join("--" + name.replace("_", "-") for name in wrong)
        raise click.ClickException(f"Too long, or not a number that can be dialled: {names}.")
    return values


def _find_site_id(session: Session, slug: str, signer: staff_session.Signer) -> int:
    site = find_site_by_slug_or_name(session, slug)
    if site is None:
        raise click.ClickException(f"There is no site {slug}.")
    staff_session.require_role(signer, COORDINATOR, site_id=site.id)
    return site.id


def _log(actor: str) -> Log:
    return Log(context.today(), actor)


def _renew_passwords() -> bool:
    """Give the first people new passwords, unless one has chosen her own; returns whether there is anybody."""
    with db.reading(db.engine()) as session:
        if store.has_no_people(session):
            return False
        unused_accounts = bootstrap.list_unused_accounts(session)
    if not unused_accounts:
        click.echo("The first people are there, and somebody has chosen a password: none is changed.")
        return True
    prepared = bootstrap.prepare_accounts(unused_accounts, context.keyring().key("pepper"))
    with db.writing(db.engine()) as session:
        bootstrap.replace_unused_keys(session, prepared)
        _log("command").add(session, "staff.found", "")
        click.echo("The first people are there, and nobody has signed in: passwords that were shown before end now.")
        _print_accounts(prepared)
    return True


def _print_accounts(people: Iterable[bootstrap.PreparedAccount]) -> None:
    click.echo("Passwords are shown this once; whoever signs in with one is asked for a password of her own first.")
    for account in people:
        click.echo(f"{account.newcomer.role}\t{account.newcomer.name}\t{account.newcomer.handle}:{account.password}")
    click.echo("What stands before the colon is the name to sign in with, what stands behind it the password.")
