"""Every page, children's and staff's apart; read when the first address is asked for, which most commands never do."""

from contextlib import suppress
from typing import Final

from flask import Flask, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

from youthvoice import db
from youthvoice.access import guard, permissions
from youthvoice.accountability.routes.staff import answers_pages
from youthvoice.accounts.routes.staff import invitations, people, profile, requests, sign_in
from youthvoice.box.routes.public.bundles import bundles_pages
from youthvoice.clips.routes.public import clips_pages
from youthvoice.committees.routes.public import agenda, representatives, vote
from youthvoice.committees.routes.staff import committees, elections, meetings, suggestions
from youthvoice.dashboard import menu
from youthvoice.dashboard.guides import find_guide_links
from youthvoice.dashboard.routes.staff import desk_pages, guide_pages
from youthvoice.grievances.routes.public import tell
from youthvoice.grievances.routes.staff import assisted_intake, handover, letter_reports, reports, rota
from youthvoice.jobs.routes.public import work_pages
from youthvoice.kiosk.pages import HelpLines, help_lines
from youthvoice.kiosk.routes.public import front, offline, reply, review
from youthvoice.kiosk.routes.staff import posters_pages
from youthvoice.publications.routes.public import board_pages, views_pages
from youthvoice.publications.routes.staff import addresses, publications, subscriptions
from youthvoice.read_aloud.routes.staff import aloud_pages, tablet_voice_pages
from youthvoice.reviews.routes.public import outside_pages, plan_pages
from youthvoice.reviews.routes.staff.invited_people import invited_pages
from youthvoice.reviews.routes.staff.new_pictures import new_pictures_pages
from youthvoice.reviews.routes.staff.pack_file import pack_file_pages
from youthvoice.reviews.routes.staff.pack_paper import pack_paper_pages
from youthvoice.reviews.routes.staff.review_carriers import review_carriers_pages
from youthvoice.reviews.routes.staff.review_links import review_links_pages
from youthvoice.reviews.routes.staff.review_reports import review_reports_pages
from youthvoice.reviews.routes.staff.reviews import reviews_pages
from youthvoice.reviews.routes.staff.statement_desk import statement_desk_pages
from youthvoice.sites.routes.staff import services, sites
from youthvoice.sites.store import list_sites
from youthvoice.sites.tablets import device
from youthvoice.surveys.routes.public import choose_pages, surveys_pages
from youthvoice.surveys.routes.staff import (
    analysis,
    choices,
    drafts,
    own_pictures,
    questionnaires,
    rounds,
    school_sessions,
)
from youthvoice.threads.routes.staff import letters
from youthvoice.web.graphics import picture_labels
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import join_list
from youthvoice.witnesses.routes.staff import log_pages, witnesses_pages

PUBLIC_BLUEPRINTS = (
    front.kiosk_pages,
    offline.offline_pages,
    reply.reply_pages,
    reply.her_thread_pages,
    review.her_review_pages,
    surveys_pages,
    vote.vote_pages,
    choose_pages,
    tell.tell_pages,
    plan_pages,
    outside_pages,
    agenda.agenda_pages,
    representatives.rep_pages,
    representatives.rep_posts_pages,
    agenda.suggest_pages,
    agenda.rep_minutes_pages,
    agenda.past_pages,
    agenda.calendars_pages,
    views_pages,
    board_pages,
    clips_pages,
    bundles_pages,
)

STAFF_BLUEPRINTS = (
    desk_pages,
    guide_pages,
    sign_in.staff_pages,
    invitations.invitations_pages,
    people.keys_pages,
    people.leaving_pages,
    profile.own_pages,
    requests.requests_pages,
    sign_in.awake_pages,
    sites.places_pages,
    services.services_pages,
    posters_pages,
    committees.committees_pages,
    elections.elections_pages,
    elections.representatives_pages,
    suggestions.suggestions_pages,
    committees.moving_pages,
    meetings.meetings_pages,
    meetings.outcomes_pages,
    meetings.minutes_pages,
    meetings.calendar_desk_pages,
    questionnaires.questionnaires_pages,
    drafts.drafts_pages,
    own_pictures.own_pictures_pages,
    choices.choices_pages,
    rounds.opening_pages,
    rounds.rounds_pages,
    school_sessions.sessions_pages,
    rounds.round_slips_pages,
    analysis.analysis_pages,
    aloud_pages,
    tablet_voice_pages,
    reports.reports_pages,
    reports.report_pages,
    rota.rota_pages,
    handover.handed_pages,
    assisted_intake.helping_pages,
    letters.letters_pages,
    letters.letter_holds_pages,
    letters.letter_giving_pages,
    letter_reports.letter_reports_pages,
    reports.figures_pages,
    publications.packs_pages,
    publications.influence_pages,
    publications.care_steps_pages,
    answers_pages,
    review_carriers_pages,
    review_reports_pages,
    reviews_pages,
    pack_paper_pages,
    pack_file_pages,
    review_links_pages,
    statement_desk_pages,
    invited_pages,
    new_pictures_pages,
    publications.publications_pages,
    addresses.addresses_pages,
    subscriptions.subscriptions_pages,
    subscriptions.delivery_pages,
    witnesses_pages,
    log_pages,
)


def register(app: Flask) -> None:
    """Add every page of every package."""
    csrf = CSRFProtect(app)
    app.register_error_handler(CSRFError, sign_in.answer_expired_token)
    for pages in PUBLIC_BLUEPRINTS:
        csrf.exempt(pages)
        app.register_blueprint(pages)
    for pages in (*STAFF_BLUEPRINTS, work_pages):
        app.register_blueprint(pages)
    app.context_processor(_what_every_page_knows)


def _help_lines(*, only_known: bool = False) -> HelpLines:
    """What the hand in the bar of a child's page shows; a page that says what broke asks the database nothing."""
    return help_lines(device.current_tablet_if_known() if only_known else device.current_tablet())


_UNGUIDED: Final = frozenset({"", "guides.guide"})


def _what_every_page_knows() -> dict[str, object]:
    language = languages.chosen()
    known: dict[str, object] = {"language": languages.tag(language), "direction": languages.direction(language)}
    known["picture_name"] = picture_labels.picture_label
    known["exit_href"] = url_for("kiosk.exit_page", code=language)
    known["help_lines"] = _help_lines
    if request.routing_exception is not None:  # a page that is not there speaks as well
        with suppress(SQLAlchemyError):
            device.look_for_tablet()
    if tablet := device.current_tablet_if_known():
        known["voices"] = " ".join(languages.tag(code) for code in tablet.voices)
    if request.path.startswith("/staff") and (caller := guard.caller_if_any()) is not None:
        page = "" if request.endpoint == "staff.sign_in" else request.endpoint or ""
        known |= {
            "caller": {
                "id": caller.person_id,
                "name": caller.name,
                "roles": permissions.ROLE_LABELS[caller.role],
                "sites": join_list(site.name for site in list_sites(db.session(), caller.site_ids)),
            },
            "may": caller.may,  # by itself: inside a `call` block Jinja means something else by `caller`
            "staff_menu": () if caller.password_known else menu.groups(caller, page),
            "guide_links": None if caller.password_known or page in _UNGUIDED else find_guide_links(caller, page),
            "sign_out_href": url_for("staff.sign_out"),
            "me_href": url_for("own.me"),
            "sign_in_href": url_for("staff.sign_in", back=url_for("awake.signed_in")),
        }
    return known
