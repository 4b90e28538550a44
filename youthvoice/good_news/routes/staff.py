"""An advocate opens good news and decides what becomes of it - HTTP only. The log names the site, never the letter."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.agreement import list_possible_seconds
from youthvoice.accounts.store import names_of_people
from youthvoice.clips.audio_files import OGG, WEBM
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.good_news import advocate_decisions, encryption, forms, labels, rules, store
from youthvoice.grievances.case.repeated_words import find_repetitions
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import group_by_site, list_sites, site_ids_by_day
from youthvoice.threads import readership
from youthvoice.threads.letters import due_job
from youthvoice.threads.thread_ports import ReferralRefused, reports
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.url_converters import id_or_404

good_news_pages = StaffBlueprint("good_news", __name__, url_prefix="/staff/good-news", menu="letters.index")


@good_news_pages.context_processor
def _words() -> dict[str, object]:
    return {"topic_labels": labels.TOPIC_LABELS, "destination_labels": labels.DESTINATION_LABELS}


@good_news_pages.get("/")
@permission_required("letters.read")
def on_board() -> ResponseReturnValue:
    """What is on the boards of the caller's sites, or thanks a colleague there, to take it back."""
    session, caller, entries = db.session(), current_caller(), []
    at = choose_sites(session, caller.site_ids)
    for today, site_ids in site_ids_by_day(at.sites).items():
        passed_on = store.list_passed_on(session, site_ids, today)
        thanks = [entry for entry in passed_on if entry.news.is_shown_to(caller.person_id)]
        entries += [*thanks, *store.list_board_news(session, site_ids, today)]
    boards = group_by_site(at.sites, entries, lambda entry: [entry.site_id])
    names = names_of_people(session, {entry.news.adult for _site, entries in boards for entry in entries} - {0})
    template_values = {
        "boards": boards,
        "at": at,
        "names": names,
        "why_not": labels.why_not_labels,
        "speak": languages.chosen(),
    }
    return render_template("good_news/on_board.html", plain=PlainForm(formdata=None), **template_values)


@good_news_pages.post("/board/<entry_id>")
@permission_required("letters.read")
def take_back(entry_id: str) -> ResponseReturnValue:
    """Take an entry off the board immediately, without a second adult; the board says why, and the log who."""
    caller, entry = current_caller(), store.find_board_news(db.session(), id_or_404(entry_id))
    if entry is None or entry.site_id not in caller.site_ids or not entry.news.is_shown_to(caller.person_id):
        abort(404)
    form = forms.WhyNotForm.offering(entry.news.topic)  # its codes count: the page has labels of its own
    if not form.validate_on_submit():
        abort(400)
    advocate_decisions.take_back(db.session(), caller, caller_log(), entry, form.why.data)
    flash(_("It is off the board. A tablet without a network shows it until it is online again."))
    return redirect(url_for(".on_board"), 303)


@good_news_pages.get("/thanks")
@permission_required("knocks.listen", menu="good_news.list_thanks")
def list_thanks() -> ResponseReturnValue:
    """What children thank the caller for, by weeks."""
    session, caller = db.session(), current_caller()
    sites = list_sites(session, caller.site_ids)
    entries = [
        entry
        for today, site_ids in site_ids_by_day(sites).items()
        for entry in store.list_thanks(session, site_ids, today, caller.person_id)
    ]
    thanks = group_by_site(sites, entries, lambda entry: [entry.site_id])
    return render_template("good_news/your_thanks.html", thanks=thanks, speak=languages.chosen())


@good_news_pages.get("/<letter_id>")
@permission_required("letters.read")
def detail(letter_id: str) -> ResponseReturnValue:
    """Good news: closed, or its content once the advocate has opened it."""
    pending_news = _pending_or_404(letter_id)
    if pending_news.id not in readership.opened_letters:
        return render_template("good_news/closed.html", pending_news=pending_news)
    session, good_news = db.session(), _open_or_410(pending_news)
    waiting = advocate_decisions.list_own_requests(session, current_caller().person_id, pending_news.id)
    return render_template(
        "good_news/opened.html",
        pending_news=pending_news,
        opened=good_news,
        waiting=waiting,
        left_out=join_list(names_of_people(session, good_news.left_out).values()),
    )


@good_news_pages.context_processor
def _adult() -> dict[str, object]:
    """For pages of opened good news: whom it thanks, and whether that is the reader herself."""

    def name_of(good_news: encryption.GoodNews) -> str:
        return names_of_people(db.session(), [good_news.adult]).get(good_news.adult, "")

    return {"adult_name": name_of, "is_own": lambda good_news: good_news.adult == current_caller().person_id}


@good_news_pages.post("/<letter_id>")
@permission_required("letters.read")
def read(letter_id: str) -> ResponseReturnValue:
    """Open good news: note the first look and the opening."""
    session, pending_news = db.session(), _pending_or_404(letter_id)
    _open_or_410(pending_news)
    site = pending_news.site
    due_job.record_first_look(session, pending_news.envelope, site.time_zone, context.today(site.time_zone))
    caller_log().add(session, "good_news.open", site.slug)
    readership.opened_letters.note(pending_news.id)
    return redirect(url_for(".detail", letter_id=letter_id), 303)


@good_news_pages.post("/<letter_id>/voice")
@permission_required("letters.read")
def listen(letter_id: str) -> ResponseReturnValue:
    """The child's voice; behind a button, and not stored outside the letter."""
    _pending, good_news = _opened_or_404(letter_id)
    if not good_news.voice:
        abort(404)
    kind = good_news.voice_kind if good_news.voice_kind in {WEBM, OGG} else WEBM
    return Response(good_news.voice, content_type=kind)


@good_news_pages.route("/<letter_id>/board", methods=["GET", "POST"])
@permission_required("letters.read")
def publish(letter_id: str) -> ResponseReturnValue:
    """Write a sentence for the board or the adult whom it thanks, and ask a second adult to agree."""
    pending_news, good_news = _to_pass_on_or_404(letter_id)
    session, caller, site = db.session(), current_caller(), pending_news.site
    form = forms.BoardForm.in_languages(good_news, languages.spoken_at(site.languages))
    seconds = list_possible_seconds(session, caller.person_id, [site.id])
    form.offer_second([person for person in seconds if person.id not in {*good_news.left_out, good_news.adult}])
    if form.validate_on_submit():
        if pointer := advocate_decisions.find_pointer(session, site, form.words):
            form.refuse(advocate_decisions.points_at_label(pointer))
        elif repetitions := find_repetitions(" ".join(form.words.values()), [good_news.words], ()):
            form.refuse(_("“%(words)s”: the child said it so. Write it in your own words.", words=repetitions[0].words))
    if not form.is_submitted() or form.errors:
        requests = advocate_decisions.list_own_requests(session, caller.person_id, pending_news.id)
        names = names_of_people(session, [agreement_request.asked_of for agreement_request in requests])
        template_values = {"opened": good_news, "waiting": join_list(names.values())}
        return show_form("good_news/publish.html", form, pending_news=pending_news, **template_values)
    adult, left_out = good_news.adult, good_news.left_out
    board_news = encryption.BoardNews(form.topic.data, form.words, adult=adult, left_out=left_out)
    request_id = advocate_decisions.ask_for_board(session, caller, pending_news, board_news, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


@good_news_pages.route("/<letter_id>/why-not", methods=["GET", "POST"])
@permission_required("letters.read")
def decline(letter_id: str) -> ResponseReturnValue:
    """Say why it is not on the board, or did not go to the adult whom it thanks."""
    pending_news, good_news = _to_pass_on_or_404(letter_id)
    topic = "adult" if good_news.adult else "other"
    form = forms.WhyNotForm.offering(topic)
    if not form.validate_on_submit():
        return show_form("good_news/decline.html", form, pending_news=pending_news, opened=good_news)
    try:
        advocate_decisions.decline(db.session(), current_caller(), caller_log(), pending_news, form.why.data, topic)
    except ConcurrentUpdate:
        return _show_decided()
    return _show_done(pending_news, _("The board says why, for two weeks."))


@good_news_pages.route("/<letter_id>/report", methods=["GET", "POST"])
@permission_required("letters.read")
def make_report(letter_id: str) -> ResponseReturnValue:
    """Make a report of it, because a child may be hurt; perhaps by whom it thanks, whose name is ticked at first."""
    pending_news, good_news = _opened_or_404(letter_id)
    form = reports().asking(pending_news.site)
    if not form.is_submitted() and good_news.adult:
        form.left_out.data = [good_news.adult]
    if not form.validate_on_submit():
        return show_form("good_news/report.html", form, pending_news=pending_news, opened=good_news)
    try:
        advocate_decisions.make_report(db.session(), current_caller(), caller_log(), pending_news, good_news, form)
    except ReferralRefused:
        db.session().rollback()
        return show_form("good_news/report.html", form, pending_news=pending_news, opened=good_news)
    except ConcurrentUpdate:
        return _show_decided()
    return _show_done(pending_news, _("It is now a report, and its deadlines have started."))


def _show_done(pending_news: advocate_decisions.PendingNews, words: str) -> ResponseReturnValue:
    readership.opened_letters.forget(pending_news.id)
    flash(words)
    return redirect(url_for("letters.index"), 303)


def _show_decided() -> ResponseReturnValue:
    """A colleague has decided a moment ago; nothing was written."""
    db.session().rollback()
    flash(_("A colleague has decided about it already."), "note")
    return redirect(url_for("letters.index"), 303)


def _pending_or_404(letter_id: str) -> advocate_decisions.PendingNews:
    return advocate_decisions.find_pending(db.session(), current_caller(), id_or_404(letter_id)) or abort(404)


def _opened_or_404(letter_id: str) -> tuple[advocate_decisions.PendingNews, encryption.GoodNews]:
    """Good news that the caller has opened since signing in, decrypted; 404 for anything else."""
    pending_news = _pending_or_404(letter_id)
    if pending_news.id not in readership.opened_letters:
        abort(404)
    return pending_news, _open_or_410(pending_news)


def _to_pass_on_or_404(letter_id: str) -> tuple[advocate_decisions.PendingNews, encryption.GoodNews]:
    """As `_opened_or_404`; 404 also for what is for its readers alone, and for the adult whom it thanks."""
    pending_news, good_news = _opened_or_404(letter_id)
    goes = good_news.destination == rules.BOARD or good_news.adult not in {0, current_caller().person_id}
    return (pending_news, good_news) if goes else abort(404)


def _open_or_410(pending_news: advocate_decisions.PendingNews) -> encryption.GoodNews:
    try:
        return advocate_decisions.open_for_caller(pending_news, current_caller())
    except (CannotOpen, KeyGone):
        abort(410)
