"""What a child reads in place of a page that takes no words yet, or that the end of its site has shut."""

from flask import render_template

from youthvoice import context
from youthvoice.sites.labels import call_lines
from youthvoice.sites.last_day import stops_telling
from youthvoice.sites.store import Site


def render_not_open(site: Site, template: str) -> str:
    """Render a template that says that the page takes no words yet; where the site closes, whom a child calls.

    Args:
        site: of the tablet.
        template: of a site at which something is still missing.
    """
    if stops_telling(site, context.today(site.time_zone)):
        return render_stopped(site)
    return render_template(template, front_href="/language")


def render_stopped(site: Site) -> str:
    """Render the page of a site that closes so soon that nobody could answer in time."""
    return render_template("child/stopped.html", front_href="/language", calls=call_lines(site))
