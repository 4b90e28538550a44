"""The pages after a child sends something that adults will answer: the seven pictures, and how to come back."""

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
from youthvoice.threads.child_codes.submission_codes import submission_receipt
from youthvoice.threads.child_fields import code_pictures, phone_keys
from youthvoice.threads.store import mark_code_seen
from youthvoice.web.graphics import pictures
from youthvoice.web.graphics.qr_codes import printed_qr_code
from youthvoice.web.i18n import languages
from youthvoice.web.random_ids import read_submission_id


@dataclass(frozen=True, slots=True)
class CodeScreens:
    """The content of these screens.

    Attributes:
        code: the child's pictures; None when the child has finished looking at them already.
        site: where the child is.
        answers: who answers by when, as text.
        thanks: the first words, and the heading of the last screen.
        lost: what a child can do who has lost the pictures; empty where she can tell again.
        waits: whether it is still on a tablet without a network, so that nobody has it yet.
        phone: the number under which the child hears the answer; empty without a telephone line.
    """

    code: PictureCode | None = field(repr=False)
    site: Site
    answers: Markup
    thanks: str
    lost: str = ""
    waits: bool = False
    phone: str = ""


def render_code_screens(screens: CodeScreens) -> str:
    """Render the screens after sending, with their pictures, for a page that is open already."""
    html = render_template(_SCREENS, **_template_values(screens))
    return f"{html}{pictures.sprite()}"


def render_code_page(screens: CodeScreens, submission_id: str, ways: Mapping[str, object]) -> str:
    """Render the same screens as a page of their own, for a browser without scripts.

    Args:
        screens: their content.
        submission_id: the submission id, in hexadecimal digits.
        ways: `done_href` and `front_href`, and what a page with an adult shows besides.
    """
    template_values = {"sheet": submission_id, **_template_values(screens), **ways}
    return render_template("child_codes/code.html", **{**template_values, "action": template_values["done_href"]})


def hide_pictures(leads_to: str) -> Response:
    """Stop showing the picture code to this submission and forget the language; commits."""
    submission_id = read_submission_id(request.form.get("sheet", "")) or abort(400)
    mark_code_seen(db.session(), submission_receipt(submission_id))
    db.session().commit()
    reply = Response(status=303, headers={"Location": leads_to})
    reply.delete_cookie(languages.COOKIE)
    return reply


_SCREENS: Final = "child_codes/code_screens.html"


def _template_values(screens: CodeScreens) -> dict[str, object]:
    address = f"{context.settings().url}/reply?at={screens.site.slug}"
    return {
        "code": code_pictures(screens.code) if screens.code else [],
        "answers": screens.answers,
        "thanks": screens.thanks or _("Thank you."),
        "lost": screens.lost or _("Lost them? You can tell us again."),
        "waits": screens.waits,
        "phone": screens.phone,
        "keys": phone_keys(screens.code) if screens.code and screens.phone else [],
        "site": screens.site,
        **call_lines(screens.site)._asdict(),
        "address": address,
        "square": _square(address),
    }


@lru_cache(maxsize=256)
def _square(address: str) -> Markup:
    """The address as a QR code. It is cached per site, because drawing takes longer than sealing."""
    return printed_qr_code(address)
