"""Answers that adults owe children - HTTP only."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import Caller, caller_log, current_caller, permission_required, site_or_404
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accountability import encryption, entities, forms, labels, page, replies, rules, store
from youthvoice.accounts.store import names_of_people
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import get_site
from youthvoice.web.form_page import show_form
from youthvoice.web.i18n import languages
from youthvoice.web.pages.list_page import page_of_list

answers_pages = StaffBlueprint("answers", __name__, url_prefix="/staff/answers", menu="answers.index")

_ANSWERED_SHOWN = 20

_CONFLICT = 409

_DECIDED_ELSEWHERE = frozenset({"statement", "review"})
"""Kinds that are answered on the page of a review, beside the child's statement."""


@answers_pages.context_processor
def _words() -> dict[str, object]:
    return {"say": labels, "speak": languages.chosen()}


@answers_pages.get("/")
@permission_required("answers.give")
def index() -> ResponseReturnValue:
    """The answers due from the caller, the overdue first; for a coordinator also what others are late with."""
    caller, session = current_caller(), db.session()
    who = (caller.person_id, caller.role, caller.site_ids)
    answers_due = store.list_answers_due_of(session, *who)
    settled = store.list_settled_of(session, *who, _ANSWERED_SHOWN)
    late = page.list_late_of_others(session, caller, {answer_due.id for answer_due in answers_due})
    here, person_id = page_of_list(answers_due, "owed"), caller.person_id
    late_here = page_of_list(late, "late")
    return render_template(
        "accountability/index.html",
        owed=here.with_lines(page.answer_due_lines(session, here.lines, person_id)),
        answered=page.answer_due_lines(session, settled, person_id),
        late=late_here.with_lines(page.answer_due_lines(session, late_here.lines, person_id, of_others=True)),
        **(_decision_makers(caller) if caller.may("answers.decision_maker") else {}),
    )


@answers_pages.route("/<int:owed_id>", methods=["GET", "POST"], defaults={"part": rules.WHOLE})
@answers_pages.route("/<int:owed_id>/<part>", methods=["GET", "POST"])
@permission_required("answers.give")
def answer(owed_id: int, part: str) -> ResponseReturnValue:
    """Answer the whole, or one published question."""
    caller, session = current_caller(), db.session()
    answer_due = _answer_due_or_404(owed_id)
    if answer_due.kind in _DECIDED_ELSEWHERE:
        return redirect(url_for("reviews.detail", key=answer_due.subject))
    answerable_part = next((item for item in answer_due.parts if item.name == part), None)
    if part != rules.WHOLE and answerable_part is None:
        abort(404)
    form, has_changed = _form_of(answer_due, part), False
    if form.validate_on_submit():
        try:
            if _record_reply(form, answer_due, part, caller):
                flash(
                    _("Your answer is kept. Children see it on their page.")
                    if answer_due.to_children
                    else _("It is kept.")
                )
                return redirect(url_for("answers.answer", owed_id=answer_due.id), 303)
        except ConcurrentUpdate:
            session.rollback()
            answer_due, has_changed = _answer_due_or_404(owed_id), True
            form = _form_of(answer_due, part)
            form.ask_to_compare(answer_due.reply(part))
    reply, readers = answer_due.reply(part), _reader_languages(answer_due)
    template_values = {
        "owed": answer_due,
        "row": page.answer_due_lines(session, [answer_due], caller.person_id)[0],
        "part": answerable_part,
        "given": reply,
        "has_changed": has_changed,
        "earlier": answer_due.earlier_of(part),
        "names": names_of_people(session, answer_due.people),
        "readers": labels.reply_language_labels(reply, readers) if reply and answer_due.to_children else [],
        "said": entities.published_views().said(session, answer_due.subject, part, languages.chosen())
        if answer_due.kind == "round"
        else "",
    }
    rendered, status = show_form("accountability/answer.html", form, **template_values)
    return rendered, _CONFLICT if has_changed else status


def _answer_due_or_404(answer_due_id: int) -> entities.AnswerDue:
    caller = current_caller()
    who = (caller.person_id, caller.role, caller.site_ids)
    return store.find_answer_due_of(db.session(), answer_due_id, *who) or abort(404)


def _form_of(answer_due: entities.AnswerDue, part: str) -> forms.AnswerDueForm:
    return forms.AnswerDueForm.for_answer_due(answer_due, answer_due.reply(part), _reader_languages(answer_due), part)


def _record_reply(form: forms.AnswerDueForm, answer_due: entities.AnswerDue, part: str, caller: Caller) -> bool:
    day = context.today(get_site(db.session(), answer_due.site_id).time_zone)
    try:
        values = (form.kind.data, form.said, caller.person_id, day)
        replies.record_reply(db.session(), answer_due.id, part, *values, done_by=form.day, seen=form.seen.data or "")
    except Refused as error:
        form.refuse(error.code)
        return False
    if (
        answer_due.kind not in encryption.QUIET_KINDS
    ):  # a log line would tell that a child said harm; who answered, and when, is encrypted
        caller_log().add(db.session(), "answer.give", f"{answer_due.kind} {answer_due.subject}")
    return True


def _reader_languages(answer_due: entities.AnswerDue) -> Sequence[str]:
    """The languages of the readers: children of the site, and guardians of the view; of a task the caller's only."""
    if not answer_due.to_children:
        return [languages.chosen()]
    offered = get_site(db.session(), answer_due.site_id).languages
    return list(dict.fromkeys([*offered, *(code for code in languages.TRANSLATED if code in answer_due.about)]))


def _decision_makers(caller: Caller) -> dict[str, object]:
    """Sites of the caller with their decision-makers: id and name of the site, name of the person."""
    session = db.session()
    without = caller.site_ids - store.sites_with_decision_maker(session, caller.site_ids)
    at = choose_sites(session, caller.site_ids, dict.fromkeys(without, 1))
    person_ids = store.list_decision_makers(session, at.ids)
    names = names_of_people(session, person_ids.values())
    return {"at": at, "decides": [(site.id, site.name, names.get(person_ids.get(site.id, 0), "")) for site in at.sites]}


@answers_pages.route("/decision-makers/<int:site_id>", methods=["GET", "POST"])
@permission_required("answers.decision_maker")
def decision_maker(site_id: int) -> ResponseReturnValue:
    """Choose who is asked at a site when an owner does not answer in time."""
    session = db.session()
    site = get_site(session, site_or_404(site_id))
    present_id = store.list_decision_makers(session, [site_id]).get(site_id)
    people = store.list_decision_maker_candidates(session, site_id)
    form = forms.DecisionMakerForm.offering(people, present_id)
    if not form.validate_on_submit():
        return show_form("accountability/decision_maker.html", form, site=site, days=rules.STEP_DAYS, nobody=not people)
    store.set_decision_maker(session, site_id, form.person.data or None, caller_log(), site.slug)
    flash(_("It is kept. From now on silence at %(site)s goes there first.", site=site.name))
    return redirect(url_for("answers.index"), 303)
