"""`youthvoice close`: decide that a site closes, confirm it, call it off, and list what keeps it open."""

from datetime import datetime
from typing import Final

import click
from flask.cli import AppGroup, with_appcontext

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, OUTSIDE_RECIPIENT
from youthvoice.accounts.sign_in import staff_session
from youthvoice.audit.audit_log import Log
from youthvoice.closing.open_matters import list_open_matters
from youthvoice.errors import Refused
from youthvoice.sites import last_day
from youthvoice.sites.store import Site, find_site_by_slug

group = AppGroup("close", help="The end of a site: two adults and the outside recipient decide it.")

REFUSAL_SENTENCES: Final = {
    "closing_already": "It closes already, or somebody asked for it. Call that off first: youthvoice close call-off.",
    "too_soon": (
        f"Too soon: the last day is at least {last_day.NOTICE_DAYS} days after the request, and at least "
        f"{last_day.CHILDREN_KNOW_DAYS} days after the confirmation. Children need that time, and answers too."
    ),
    "other_day": "They did not ask for this day. Speak with both of them before you confirm anything.",
    "nothing_asked": "Nobody asks to close this site.",
    "over": "Its last day has passed. What is left to do: youthvoice close status.",
}
"""Why a command about the end of a site does nothing."""


@group.command("decide")
@click.argument("slug", metavar="SITE")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day of the site.")
@with_appcontext
def decide(slug: str, day: datetime) -> None:
    """Ask to close SITE, signed in by a coordinator and an advocate; the outside recipient confirms it."""
    site = _find_site(slug)
    first, second = _sign_in_two(site)
    with db.writing(db.engine()) as session:
        try:
            last_day.ask_for_closing(session, site.id, day.date(), context.today(site.time_zone))
        except Refused as refused:
            raise click.ClickException(REFUSAL_SENTENCES[refused.code]) from None
        subject = f"{site.slug} on {day:%Y-%m-%d} with {second.person_id}"
        Log(context.today(), first.handle).add(session, "site.close.ask", subject)
    confirming = f"youthvoice close confirm {site.slug} --on {day:%Y-%m-%d}"
    click.echo(f"Asked. Children read nothing of it before the outside recipient runs: {confirming}")


@group.command("confirm")
@click.argument("slug", metavar="SITE")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day, as she was told it.")
@with_appcontext
def confirm(slug: str, day: datetime) -> None:
    """Confirm that SITE closes on a day, signed in by its outside recipient; from now on children read it."""
    site = _find_site(slug)
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, OUTSIDE_RECIPIENT, site_id=site.id)
    with db.writing(db.engine()) as session:
        try:
            last_day.confirm_closing(session, site.id, day.date(), context.today(site.time_zone))
        except Refused as refused:
            raise click.ClickException(REFUSAL_SENTENCES[refused.code]) from None
        Log(context.today(), person.handle).add(session, "site.close.confirm", f"{site.slug} on {day:%Y-%m-%d}")
    click.echo(f"{site.name} closes. Its last day is {day:%Y-%m-%d}. Children read it from now on.")


@group.command("call-off")
@click.argument("slug", metavar="SITE")
@with_appcontext
def call_off(slug: str) -> None:
    """Let SITE go on, signed in by a coordinator and an advocate, until its last day has passed."""
    site = _find_site(slug)
    first, second = _sign_in_two(site)
    with db.writing(db.engine()) as session:
        try:
            last_day.call_off_closing(session, site.id, context.today(site.time_zone))
        except Refused as refused:
            raise click.ClickException(REFUSAL_SENTENCES[refused.code]) from None
        Log(context.today(), first.handle).add(session, "site.close.call_off", f"{site.slug} with {second.person_id}")
    click.echo(f"{site.name} does not close. Say so to the children: they read that it would.")


@group.command("status")
@click.argument("slug", metavar="SITE")
@with_appcontext
def status(slug: str) -> None:
    """List what keeps SITE from closing, and who does it, as far as the person who is signed in may know it."""
    site, person = _find_site(slug), staff_session.sign_in_for_command()
    staff_session.require_role(person, COORDINATOR, ADVOCATE, OUTSIDE_RECIPIENT, site_id=site.id)
    with db.reading(db.engine()) as session:
        open_matters = list_open_matters(session, site, person)
    for open_matter in open_matters:
        click.echo(f"{open_matter.words}: {open_matter.who}.")
    click.echo("This is what you may know. Reports stand in the lists of those who read them.", err=True)


def _sign_in_two(site: Site) -> tuple[staff_session.Signer, staff_session.Signer]:
    """A coordinator and an advocate of a site, in either order; ends the command for anybody else."""
    first = staff_session.sign_in_for_command()
    second = staff_session.sign_in_second_for_command(first)
    for person in (first, second):
        staff_session.require_role(person, COORDINATOR, ADVOCATE, site_id=site.id)
    if first.role == second.role:
        raise click.ClickException("One of the two must be a coordinator of this site, the other one an advocate.")
    return first, second


def _find_site(slug: str) -> Site:
    with db.reading(db.engine()) as session:
        site = find_site_by_slug(session, slug)
        if site is None:
            raise click.ClickException(f"There is no site {slug}.")
    return site
