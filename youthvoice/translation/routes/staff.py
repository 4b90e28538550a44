"""Languages and sign language that a site offers to children, and the reading of translations - HTTP only."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext
from markupsafe import Markup, escape

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import Site, get_site, list_sites
from youthvoice.translation import labels, page, store
from youthvoice.translation.catalogue_export import write_catalogue
from youthvoice.translation.catalogue_texts import is_source
from youthvoice.translation.forms import MeaningForm, SignatureForm, SignLanguageForm, UnderstoodForm, WithdrawalForm
from youthvoice.translation.reading_order import list_terms
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED

translation_pages = StaffBlueprint("translation", __name__, url_prefix="/staff/languages", menu="translation.index")


@translation_pages.context_processor
def _words() -> dict[str, object]:
    return {"say": labels, "ngettext": ngettext}


@translation_pages.app_template_filter("as_read")
def _as_read(words: str) -> Markup:
    """A text of a catalogue as children read it: strong letters are strong, and nothing else in it is markup."""
    return Markup(str(escape(words)).replace("&lt;b&gt;", "<b>").replace("&lt;/b&gt;", "</b>"))  # noqa: S704 - escaped


@translation_pages.get("/")
@permission_required("places.manage")
def index() -> ResponseReturnValue:
    """Every language at the caller's sites: how far it is, and whether children can choose it."""
    session, site_ids = db.session(), current_caller().site_ids
    need = page.rank_by_need(session, list_sites(session, site_ids))
    at = choose_sites(session, site_ids, need, most=page.SITES_SHOWN)
    listed = page.list_languages(session, at.sites)
    not_yet = [language for code, language in LANGUAGES.items() if code not in TRANSLATED]
    return render_template("translation/index.html", listed=listed, at=at, not_yet=not_yet)


@translation_pages.route("/<int:site_id>/signs", methods=["GET", "POST"])
@permission_required("places.manage")
def choose_sign_language(site_id: int) -> ResponseReturnValue:
    """Name the sign language in which a site shows films beside texts; without a name there is none."""
    site = get_site(db.session(), site_or_404(site_id))
    form = SignLanguageForm(obj=site)
    if not form.validate_on_submit():
        return show_form("translation/signs.html", form, site=site)
    store.set_sign_language(db.session(), site, form.sign_language.data or "", form.sign_name.data or "", caller_log())
    if form.sign_name.data:
        flash(_("Films in %(name)s are shown to children at %(site)s.", name=form.sign_name.data, site=site.name))
    else:
        flash(_("No films are shown to children at %(site)s.", site=site.name))
    return redirect(url_for(".index"), 303)


@translation_pages.route("/<int:site_id>/<language>", methods=["GET", "POST"])
@permission_required("places.manage")
def sign(site_id: int, language: str) -> ResponseReturnValue:
    """Read the open sentences of a language, sign for them, and offer it to children."""
    site, line = _site_and_line(site_id, language)
    form = SignatureForm.about(line.state.open) if line.state else PlainForm()
    if not form.validate_on_submit():
        return show_form("translation/sign.html", form, site=site, line=line)
    who, name = current_caller().name, line.language.name
    signed_words = form.signed_words(who) if isinstance(form, SignatureForm) else store.SignedWords("", "", who, ())
    store.offer_language(db.session(), site, language, signed_words, caller_log())
    flash(_("Children at %(site)s can choose %(language)s now.", site=site.name, language=name))
    if not line.is_offered:
        flash(_("What is asked now is not in %(languages)s yet: ask anew in them.", languages=name), "note")
    return redirect(url_for(".index"), 303)


def _site_and_line(site_id: int, language: str) -> tuple[Site, page.LanguageLine]:
    site = get_site(db.session(), site_or_404(site_id))
    if language not in TRANSLATED:
        abort(404)
    return site, page.find_language(db.session(), site, language)


@translation_pages.route("/<int:site_id>/<language>/withdraw", methods=["GET", "POST"])
@permission_required("places.manage")
def withdraw(site_id: int, language: str) -> ResponseReturnValue:
    """Stop offering a language to children, or asking for it, after a page that says what they will meet."""
    form, (site, line) = WithdrawalForm(), _site_and_line(site_id, language)
    if not (line.is_offered or line.is_wanted):
        return redirect(url_for(".index"), 303)
    if not form.validate_on_submit():
        return show_form("translation/withdraw.html", form, site=site, line=line, is_last=site.languages == (language,))
    if form.seen.data != str(site.version):
        flash(_("This was changed meanwhile. Look at it again."), "note")
        return redirect(url_for(".withdraw", site_id=site_id, language=language), 303)
    if not store.withdraw_language(db.session(), site, language, caller_log()):
        flash(_("It is the last language here. Offer another one first."), "note")
    elif line.is_offered:
        flash(_("Children at %(site)s can choose %(language)s no more.", site=site.name, language=line.language.name))
    else:
        flash(_("%(language)s is asked for at %(site)s no more.", site=site.name, language=line.language.name))
    return redirect(url_for(".index"), 303)


@translation_pages.get("/texts")
@permission_required("texts.read", menu="translation.list_translations")
def list_translations() -> ResponseReturnValue:
    """Every translation, and how much of it the caller has read."""
    person_id = current_caller().person_id
    listed = [page.find_progress(db.session(), code, person_id) for code in TRANSLATED if not is_source(code)]
    return render_template("translation/translations.html", listed=listed)


@translation_pages.get("/texts/<language>")
@permission_required("texts.read", menu="translation.list_translations")
def show_translation(language: str) -> ResponseReturnValue:
    """The parts of a translation in the order in which they are read."""
    _refuse_untranslated(language)
    progress = page.find_progress(db.session(), language, current_caller().person_id)
    return render_template("translation/translation.html", progress=progress)


def _refuse_untranslated(language: str) -> None:
    if language not in TRANSLATED or is_source(language):
        abort(404)


@translation_pages.route("/texts/<language>/<name>", methods=["GET", "POST"])
@permission_required("texts.read", menu="translation.list_translations")
def read_text(language: str, name: str) -> ResponseReturnValue:
    """Read a text without the English, say what it means; then see the English, and compare."""
    _refuse_untranslated(language)
    session, caller = db.session(), current_caller()
    text_page = page.find_text(session, language, name, caller.person_id) or abort(404)
    form = UnderstoodForm() if text_page.own is None else MeaningForm()
    here = url_for(".read_text", language=language, name=name)
    if not form.validate_on_submit():
        terms = list_terms(text_page.text) if text_page.own else []
        return show_form("translation/text.html", form, page=text_page, terms=terms, plain=PlainForm(formdata=None))
    if isinstance(form, UnderstoodForm):
        store.keep_understood(session, text_page.text, caller, form.understood.data or "", caller_log())
        return redirect(here, 303)
    is_same = form.verdict.data == "same"
    if not store.compare_reading(session, text_page.text, caller, caller_log(), is_same=is_same):
        return redirect(here, 303)
    following = page.find_progress(session, language, caller.person_id).following
    if not following:
        return redirect(url_for(".show_translation", language=language), 303)
    return redirect(url_for(".read_text", language=language, name=following), 303)


@translation_pages.post("/texts/<language>/<name>/tried")
@permission_required("texts.read", menu="translation.list_translations")
def mark_tried(language: str, name: str) -> ResponseReturnValue:
    """Say that children understood a text."""
    _refuse_untranslated(language)
    session, caller = db.session(), current_caller()
    text_page = page.find_text(session, language, name, caller.person_id) or abort(404)
    if not PlainForm().validate_on_submit():
        abort(400)
    store.keep_tried(session, text_page.text, caller, caller_log())
    return redirect(url_for(".read_text", language=language, name=name), 303)


@translation_pages.get("/texts/<language>/child.po")
@permission_required("texts.read", menu="translation.list_translations")
def download(language: str) -> ResponseReturnValue:
    """The catalogue of a language as Weblate wants it, with the marks of this installation."""
    _refuse_untranslated(language)
    catalogue = write_catalogue(language, store.list_text_readings(db.session(), language))
    reply = Response(catalogue, content_type="text/x-gettext-translation; charset=utf-8")
    reply.headers["Content-Disposition"] = f'attachment; filename="child-{language}.po"'
    return reply
