"""Which languages a site offers to children, and who signed for them - HTTP only."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.sites.store import Site, get_site, list_sites
from youthvoice.translation import labels, page, store
from youthvoice.translation.forms import SignatureForm
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED

translation_pages = StaffBlueprint("translation", __name__, url_prefix="/staff/languages", menu="translation.index")


@translation_pages.context_processor
def _words() -> dict[str, object]:
    return {"say": labels, "ngettext": ngettext}


@translation_pages.get("/")
@permission_required("places.manage")
def index() -> ResponseReturnValue:
    """Every language at the caller's sites: how far it is, and whether children can choose it."""
    listed = page.list_languages(db.session(), list_sites(db.session(), current_caller().site_ids))
    not_yet = [language for code, language in LANGUAGES.items() if code not in TRANSLATED]
    return render_template("translation/index.html", listed=listed, not_yet=not_yet)


@translation_pages.route("/<int:site_id>/<language>", methods=["GET", "POST"])
@permission_required("places.manage")
def sign(site_id: int, language: str) -> ResponseReturnValue:
    """Read the open sentences of a language, sign for them, and offer it to children."""
    site, line = _site_and_line(site_id, language)
    form = SignatureForm.about(line.state.open) if line.state else PlainForm()
    if not form.validate_on_submit():
        return show_form("translation/sign.html", form, site=site, line=line)
    who = current_caller().name
    signed_words = form.signed_words(who) if isinstance(form, SignatureForm) else store.SignedWords("", "", who, ())
    store.offer_language(db.session(), site, language, signed_words, caller_log())
    flash(_("Children at %(site)s can choose %(language)s now.", site=site.name, language=line.language.name))
    if not line.is_offered:
        flash(
            _("What is asked now is not in %(languages)s yet: ask anew in them.", languages=line.language.name), "note"
        )
    return redirect(url_for(".index"), 303)


def _site_and_line(site_id: int, language: str) -> tuple[Site, page.LanguageLine]:
    site = get_site(db.session(), site_or_404(site_id))
    if language not in TRANSLATED:
        abort(404)
    return site, page.find_language(db.session(), site, language)


@translation_pages.route("/<int:site_id>/<language>/withdraw", methods=["GET", "POST"])
@permission_required("places.manage")
def withdraw(site_id: int, language: str) -> ResponseReturnValue:
    """Stop offering a language to children, after a page that says what they will meet."""
    form, (site, line) = PlainForm(), _site_and_line(site_id, language)
    if not line.is_offered:
        return redirect(url_for(".index"), 303)
    if not form.validate_on_submit():
        return show_form("translation/withdraw.html", form, site=site, line=line, is_last=len(site.languages) == 1)
    if store.withdraw_language(db.session(), site, language, caller_log()):
        flash(_("Children at %(site)s can choose %(language)s no more.", site=site.name, language=line.language.name))
    else:
        flash(_("It is the last language here. Offer another one first."), "note")
    return redirect(url_for(".index"), 303)
