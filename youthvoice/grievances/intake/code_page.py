"""The seven pictures that open the answer: shown twice, printable as a strip that does not say what it is for."""

from collections.abc import Mapping
from functools import lru_cache

from babel.lists import format_list
from flask import render_template
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from youthvoice import context as running
from youthvoice.grievances.intake.new_report import Kept
from youthvoice.sites.help_labels import hours, in_danger, named
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.child_codes import screens as code_screens
from youthvoice.web.graphics import pictures


def screens(kept: Kept, site: SiteFacts) -> str:
    """The screens that follow sending, with their pictures, for a page that is open already."""
    made = render_template("grievances/code_screens.html", **_shown(kept, site))
    return f"{made}{pictures.sprite()}"


def page(kept: Kept, site: SiteFacts, sheet: str, more: Mapping[str, object]) -> str:
    """The same as a page of its own, for a browser without a script; `more` as for `telling.render`."""
    shown = _shown(kept, site)
    usual = {"done_href": "/tell/done", "front_href": "/language", "sheet": sheet, **shown, **more}
    return render_template("grievances/code.html", **{**usual, "action": usual["done_href"]})


def _shown(kept: Kept, site: SiteFacts) -> dict[str, object]:
    address = f"{running.settings().url}/reply?at={site.slug}"
    return {
        "code": code_screens.shown(kept.code) if kept.code else [],
        "answers": _answers(kept),
        "site": site,
        "in_danger": in_danger(site),
        "hours": hours(site),
        "address": address,
        "square": _square(address),
    }


def _answers(kept: Kept) -> Markup:
    """Who answers by which day; any one of several."""
    names = format_list([str(named(name)) for name in kept.names], "or", get_locale() or "en")
    day = Markup("<b>{} <span class=whole>{}</span></b>").format(
        format_date(kept.answer_by, "EEEE"), format_date(kept.answer_by, "d MMMM")
    )
    return escape(_("%(name)s answers by %(day)s.")) % {"name": Markup(names), "day": day}  # noqa: S704 - `named` escaped each


@lru_cache(maxsize=256)
def _square(address: str) -> Markup:
    """The address as a QR code, drawn as one path; each site has one, and drawing it takes longer than sealing."""
    import segno  # noqa: PLC0415 - large, and most processes never draw one

    return Markup(segno.make(address, micro=False, error="m").svg_inline(scale=4, border=2))  # noqa: S704 - digits and letters of ours
