"""`flask staff ...`: the first people, and those a coordinator adds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import available_timezones

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR
from youthvoice.accounts import channel_readiness as channel
from youthvoice.accounts import rules, store
from youthvoice.accounts.invitations import store as invitations
from youthvoice.accounts.invitations.store import Guest
from youthvoice.accounts.people import bootstrap as founding
from youthvoice.accounts.people import first_site
from youthvoice.accounts.people.bootstrap import FIRST, Founded
from youthvoice.accounts.sign_in import command_line
from youthvoice.audit.log import Log
from youthvoice.sites import store as places
from youthvoice.sites.slugs import slug_for
from youthvoice.web.i18n.languages import LANGUAGES

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
@click.option("--languages", default="en", show_default=True, help="Offered to children there, such as en,hi.")
@click.option("--mail-name", default="Family letter", show_default=True, help="Neutral name that mail bears.")
@click.option("--helpline-name", default="", help="Of a helpline that you called today; with its number it is tested.")
@click.option("--helpline-number", default="", help="With its name the helpline counts as tested today: call it first.")
@click.option("--helpline-hours", default="", help="When somebody answers there, such as: day and night.")
@click.option("--danger-number", default="", help="Whom children call in danger now.")
@click.option("--danger-adult", default="", help="The adult there to whom children go in danger now.")
@click.option("--coordinator", default=FIRST[0].name, show_default=True)
@click.option("--first-advocate", default=FIRST[1].name, show_default=True)
@click.option("--second-advocate", default=FIRST[2].name, show_default=True)
@click.option("--outside-recipient", default=FIRST[3].name, show_default=True, help="Of another organisation.")
@click.option(
    "--trained-until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last day of the two advocates' training, as their certificates say.",
)
def found(
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
    coordinator: str,
    first_advocate: str,
    second_advocate: str,
    outside_recipient: str,
    trained_until: datetime | None,
) -> None:
    """Make the first coordinator, two advocates and the outside recipient of a site."""
    with db.reading(db.engine()) as session:
        if not store.is_empty(session):
            raise click.ClickException("There are people already. Sign in, or ask somebody in with: flask staff invite")
    codes = _languages(languages)
    if time_zone not in available_timezones():
        raise click.ClickException(f"There is no time zone {time_zone}; it looks like Asia/Kolkata.")
    told = _help(
        helpline_name=helpline_name,
        helpline_number=helpline_number,
        helpline_hours=helpline_hours,
        danger_number=danger_number,
        danger_adult=danger_adult,
    )
    names = (coordinator, first_advocate, second_advocate, outside_recipient)
    until = trained_until.date() if trained_until else None
    wanted = [replace(first, name=name) for name, first in zip(names, FIRST, strict=True)]
    wanted = [replace(one, trained_until=until) if one.role == ADVOCATE else one for one in wanted]
    prepared = founding.prepare(wanted, running.keyring().key("pepper"))
    with db.writing(db.engine()) as session:
        site = places.site_by_slug_or_name(session, site_name) or places.add_site(
            session,
            slug_for(site_name, ()),
            {"name": site_name, "mail_name": mail_name, "time_zone": time_zone, "languages": codes},
        )
        places.change_site(session, site, first_site.help_of(told, running.today(site.time_zone)))
        people = founding.found(session, prepared, [site.id], running.keyring().key("people"))
        _log("command").add(session, "staff.found", site.slug)
        facts = places.facts(site)
        lacks = channel.missing(session, facts, running.keyring().key("people"), running.now())
    click.echo(f"Site {facts.name} is called {facts.slug} in commands.")
    _show(people)
    click.echo(
        f"Each signs in at {running.settings().url}/staff/. To do says, step by step, what comes next and who does it."
    )
    for sentence in (*first_site.missing(facts), *first_site.before_children_tell(lacks)):
        click.echo(sentence)


@group.command("invite")
@click.argument("name")
@click.option("--role", required=True, help="facilitator, reviewer or coordinator.")
@click.option("--site", "slugs", multiple=True, required=True, help="Where she will work; may be given again.")
def invite(name: str, role: str, slugs: tuple[str, ...]) -> None:
    """Print a link with which somebody makes her account, signed by a coordinator (YOUTHVOICE_SIGN_IN)."""
    if refusal := rules.why_not_invited(role, COORDINATOR):
        raise click.ClickException(_INVITING[refusal])
    signer = command_line.signed_in()
    with db.reading(db.engine()) as session:
        site_ids = frozenset(_site_of(session, slug, signer) for slug in slugs)
    key = running.keyring().key("people")
    with db.writing(db.engine()) as session:
        token = invitations.invite(session, Guest(name, role, site_ids), signer.person_id, key, running.now())
        _log(signer.handle).add(session, "person.invite", role)
    click.echo(f"{running.settings().url}/staff/join/{token}")
    click.echo(f"{name} opens this link within seven days and chooses her password. It works once.", err=True)


_INVITING = {
    "holds_wraps": "A coordinator cannot invite advocates, safeguarding leads or outside recipients: they are "
    "independent of the site's managers. The first ones are made with: flask staff found",
    "no_such_role": "There is no such role; it can be facilitator, reviewer or coordinator.",
}


def _languages(text: str) -> list[str]:
    codes = [code.strip() for code in text.split(",") if code.strip()]
    if not codes or not set(codes) <= set(LANGUAGES):
        raise click.ClickException(f"Languages are some of {', '.join(LANGUAGES)}; not {text!r}.")
    return codes


def _help(**told: str) -> dict[str, str]:
    told = {name: said.strip() for name, said in told.items()}
    if wrong := first_site.wrong(told):
        options = ", ".join("--" + name.replace("_", "-") for name in wrong)
        raise click.ClickException(f"Too long, or not a number that can be dialled: {options}.")
    return told


def _site_of(session: Session, slug: str, signer: command_line.SignedIn) -> int:
    site = places.site_by_slug_or_name(session, slug)
    if site is None:
        raise click.ClickException(f"There is no site {slug}.")
    command_line.need(signer, COORDINATOR, site_id=site.id)
    return site.id


def _log(actor: str) -> Log:
    return Log(running.keyring().key("audit"), running.today(), actor)


def _show(people: Iterable[Founded]) -> None:
    click.echo("Passwords are shown this once; whoever signs in with one is asked for a password of her own first.")
    for person in people:
        click.echo(f"{person.role}\t{person.name}\t{person.handle}:{person.password}")
