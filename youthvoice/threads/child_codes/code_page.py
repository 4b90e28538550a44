"""What follows when a child has sent something that is answered: her seven pictures, and how she comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from flask import Response, abort, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from youthvoice import context, db
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.sites.labels import call_lines
from youthvoice.sites.store import Site
from youthvoice.threads.child_codes.sheet_codes import submission_receipt
from youthvoice.threads.child_fields import code_pictures
from youthvoice.threads.store import mark_code_seen
from youthvoice.web.graphics import pictures
from youthvoice.web.i18n import languages
from youthvoice.web.random_ids import read_submission_id


@dataclass(frozen=True, slots=True)
class CodeScreens:
    """What the screens say.

    Attributes:
        code: her pictures; None when she has finished looking at them already.
        site: where she is.
        answers: who answers by when, in words.
        thanks: the heading of the last one.
        waits: whether it lies on a tablet without a network, and nobody has it yet.
    """

    code: PictureCode | None = field(repr=False)
    site: Site
    answers: Markup
    thanks: str
    waits: bool = False


def render_code_screens(screens: CodeScreens) -> str:
    """The screens that follow sending, with their pictures, for a page that is open already."""
    template = render_template(_SCREENS, **_shown(screens))
    return f"{template}{pictures.sprite()}"


def render_code_page(screens: CodeScreens, sheet: str, ways: Mapping[str, object]) -> str:
    """The same as a page of its own, for a browser without a script.

    Args:
        screens: what the screens say.
        sheet: number of the sheet that was sent, in hexadecimal digits.
        ways: `done_href` and `front_href`, and what the page of a desk shows besides.
    """
    template_values = {"sheet": sheet, **_shown(screens), **ways}
    return render_template("child_codes/code.html", **{**template_values, "action": template_values["done_href"]})


def hide_pictures(leads_to: str) -> Response:
    """From now on the sheet shows its pictures to nobody, and the language is forgotten; commits."""
    sheet = read_submission_id(request.form.get("sheet", "")) or abort(400)
    mark_code_seen(db.session(), submission_receipt(sheet))
    db.session().commit()
    reply = Response(status=303, headers={"Location": leads_to})
    reply.delete_cookie(languages.COOKIE)
    return reply


_SCREENS: Final = "child_codes/code_screens.html"


def _shown(screens: CodeScreens) -> dict[str, object]:
    address = f"{context.settings().url}/reply?at={screens.site.slug}"
    return {
        "code": code_pictures(screens.code) if screens.code else [],
        "answers": screens.answers,
        "thanks": screens.thanks or _("Thank you."),
        "waits": screens.waits,
        "site": screens.site,
        **call_lines(screens.site)._asdict(),
        "address": address,
        "square": _square(address),
    }


@lru_cache(maxsize=256)
def _square(address: str) -> Markup:
    """The address as a QR code, drawn as one path; each site has one, and drawing it takes longer than sealing."""
    import segno  # noqa: PLC0415 - large, and most processes never draw one

    return Markup(segno.make(address, micro=False, error="m").svg_inline(scale=4, border=2))  # noqa: S704 - digits and letters of ours
