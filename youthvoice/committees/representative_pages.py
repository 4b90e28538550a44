"""The pages of representatives: their sign-in, new pictures, and the frame of every page of a signed-in one."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from flask import render_template, url_for
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.committees.agenda import labels
from youthvoice.committees.elections import labels as elections_labels
from youthvoice.committees.representatives.rules import Representative
from youthvoice.committees.representatives.signed_in_representative import (
    SignedInRepresentative,
    current_representative,
)
from youthvoice.committees.representatives.store import list_in_office
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.sites.store import CurrentTablet
from youthvoice.threads import child_fields
from youthvoice.web.i18n import languages
from youthvoice.web.random_ids import new_submission_id

_SIGN_IN: Final = "committees/representatives/sign_in.html"


def render_sign_in(tablet: CurrentTablet, why: str = "", missing: Collection[str] = ()) -> str:
    """The sign-in page of representatives: their pictures, and seven screens of nine pictures each.

    Args:
        tablet: the tablet.
        why: the error, in words.
        missing: fields without a choice.
    """
    template_values = {
        "found": list_in_office_at(tablet),
        "screens": child_fields.code_screens(),
        "why": why,
        "missing": missing,
    }
    return render_plain(_SIGN_IN, **template_values)


def render_sign_in_sample() -> str:
    """The sign-in page of representatives at a site with one of them, only to record its texts."""
    somebody = {"key": "", "picture": "1F308", "nickname": ""}
    return render_plain(_SIGN_IN, found=[somebody], screens=child_fields.code_screens(), why="", missing=())


def list_in_office_at(tablet: CurrentTablet) -> Sequence[Representative]:
    """The representatives in office at the site of a tablet, read on a connection of its own."""
    with db.reading(db.engine()) as session:
        return list_in_office(session, [tablet.site.id], context.today(tablet.site.time_zone))


def render_new_pictures(code: PictureCode) -> str:
    """The page with a new picture code, for a child who typed the one-time word that the committee's adult gave out.

    Two of its screens show the pictures, and on a third the child tries them.
    """
    ways = {
        "sheet": new_submission_id(),
        "action": url_for("rep.pictures_seen"),
        "done_href": url_for("rep.pictures_seen"),
        "kept_href": url_for("rep.pictures_kept"),
    }
    return render_plain("committees/representatives/pictures.html", code=child_fields.code_pictures(code), **ways)


def render_kept_pictures() -> str:
    """The page that shows the new pictures again after a reload.

    They are in the memory of the browser tab: the server cannot show them again, because the one-time word is used up.
    """
    ways = {"sheet": "", "action": url_for("rep.pictures_kept"), "done_href": url_for("rep.pictures_seen")}
    return render_plain("child/kept.html", lost=_("Lost them? The adult of your committee gives you new ones."), **ways)


def render_plain(template: str, **names: object) -> str:
    """A page that knows no child; the next child begins with the choice of a language."""
    return render_template(template, **{"front_href": "/language", **names})


def page_links() -> dict[str, object]:
    """The links out of a page that everybody may read.

    For a signed-in representative both sign out first: `front_href` leads to the first screen, `away_href` to the
    harmless page in the chosen language.
    """
    representative = current_representative()
    if representative is None:
        return {"front_href": "/language"}
    away = url_for("rep.show_goodbye", code=languages.chosen())
    return {"front_href": url_for("rep.show_goodbye"), "away_href": away, "represents": representative}


def render_signed_in(template: str, representative: SignedInRepresentative, **names: object) -> str:
    """A page of a signed-in representative; leaving it in any way signs them out."""
    who: Mapping[str, object] = {
        "signed": representative,
        "who": elections_labels.representative_label(representative.representative, representative.committee),
    }
    return render_template(template, **page_links(), **who, words=labels, **names)
