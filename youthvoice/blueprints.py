"""Registration of every page, children's and staff's; imported on first use, which most commands never need."""

from collections.abc import Collection
from contextlib import suppress
from typing import Final

from flask import Flask, request, url_for
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from youthvoice import db
from youthvoice.access import guard, permissions
from youthvoice.accountability.routes.staff import answers_pages
from youthvoice.accounts.routes.staff import factors, invitations, people, people_pages, profile, requests, sign_in
from youthvoice.accounts.routes.staff.returned_forms import answer_expired_token
from youthvoice.box.routes.public.bundles import bundles_pages
from youthvoice.clips.routes.public import clips_pages
from youthvoice.committees.routes.public import agenda, agenda_pages, rep_pages, representatives, vote
from youthvoice.committees.routes.staff import committees, elections, meetings, suggestions
from youthvoice.config import read_version
from youthvoice.dashboard import menu
from youthvoice.dashboard.guides import find_guide_links
from youthvoice.dashboard.routes.staff import dashboard_pages
from youthvoice.good_news.routes.public import good_pages
from youthvoice.good_news.routes.staff import good_news_pages
from youthvoice.grievances.routes.public import tell
from youthvoice.grievances.routes.staff import (
    assisted_intake,
    handover,
    interpretations,
    letter_reports,
    reports,
    reports_pages,
    rota,
)
from youthvoice.introductions.routes.public import greetings_pages
from youthvoice.introductions.routes.staff import introductions_pages
from youthvoice.jobs.routes.public import work_pages
from youthvoice.kiosk.pages import HelpLines, help_lines
from youthvoice.kiosk.routes.public import front, offline, reply, review
from youthvoice.kiosk.routes.staff import posters_pages
from youthvoice.knocks.routes.public import talk_pages
from youthvoice.knocks.routes.staff import knocks_pages
from youthvoice.monitoring.routes.staff import monitoring_pages
from youthvoice.publications.routes.public import board_pages, views_pages
from youthvoice.publications.routes.staff import addresses, delivery, guardians_pages, publications, subscriptions
from youthvoice.read_aloud.routes.staff import read_aloud_pages
from youthvoice.reviews.routes.public import outside_pages, plan_pages
from youthvoice.reviews.routes.staff import (
    assisted_statement,
    invited_people,
    new_pictures,
    pack_file,
    pack_paper,
    review_carriers,
    review_links,
    review_reports,
    reviews,
    reviews_pages,
)
from youthvoice.sites.labels import names_label
from youthvoice.sites.routes.staff import services, sites, sites_pages
from youthvoice.sites.store import list_site_names
from youthvoice.sites.tablets import device
from youthvoice.surveys.routes.public import surveys_pages
from youthvoice.surveys.routes.staff import (
    analysis,
    choices,
    draft_screens,
    drafts,
    drafts_pages,
    own_pictures,
    questionnaires,
    questionnaires_pages,
    rounds,
    school_sessions,
)
from youthvoice.threads.routes.staff import letters
from youthvoice.translation.routes.staff import translation_pages
from youthvoice.web.graphics import picture_labels
from youthvoice.web.i18n import languages
from youthvoice.witnesses.routes.staff import log_pages

PUBLIC_BLUEPRINTS = (
    front.kiosk_pages,
    offline.offline_pages,
    reply.reply_pages,
    review.her_review_pages,
    surveys_pages,
    tell.tell_pages,
    talk_pages,
    good_pages,
    plan_pages,
    outside_pages,
    agenda_pages,
    rep_pages,
    agenda.past_pages,
    views_pages,
    board_pages,
    clips_pages,
    greetings_pages,
    bundles_pages,
)

STAFF_BLUEPRINTS = (
    dashboard_pages,
    sign_in.session_pages,
    people_pages,
    profile.profile_pages,
    introductions_pages,
    sites_pages,
    posters_pages,
    translation_pages,
    committees.committees_pages,
    elections.elections_pages,
    suggestions.suggestions_pages,
    meetings.meetings_pages,
    questionnaires_pages,
    drafts_pages,
    choices.choices_pages,
    rounds.rounds_pages,
    school_sessions.sessions_pages,
    analysis.analysis_pages,
    read_aloud_pages,
    reports_pages,
    rota.rota_pages,
    knocks_pages,
    handover.handover_pages,
    interpretations.interpretation_pages,
    assisted_intake.assisted_intake_pages,
    letters.letters_pages,
    good_news_pages,
    answers_pages,
    reviews_pages,
    publications.publications_pages,
    guardians_pages,
    log_pages,
    monitoring_pages,
)

_VIEW_MODULES: Final = (
    *(agenda, representatives, vote),
    *(factors, invitations, people, requests),
    *(services, sites),
    *(draft_screens, drafts, own_pictures, questionnaires),
    *(letter_reports, reports),
    *(invited_people, new_pictures, pack_file, pack_paper, review_carriers, review_links, review_reports, reviews),
    *(addresses, assisted_statement, delivery, subscriptions),
)
"""Modules that add their views to the blueprint of their feature, created in the `__init__` of their folder."""


def register(app: Flask) -> None:
    """Register the pages of every package."""
    csrf = CSRFProtect(app)
    app.register_error_handler(CSRFError, answer_expired_token)
    for pages in PUBLIC_BLUEPRINTS:
        csrf.exempt(pages)
        app.register_blueprint(pages)
    for pages in (*STAFF_BLUEPRINTS, work_pages):
        app.register_blueprint(pages)
    app.context_processor(_common_template_values)
    app.jinja_env.globals["version"] = read_version()


def _help_lines(*, only_known: bool = False) -> HelpLines:
    """The help lines of a child's page; an error page makes no query for them."""
    return help_lines(device.current_tablet_if_known() if only_known else device.current_tablet())


_NAMED_SITES: Final = 3
"""Names of sites in the side column of every page."""


def _name_some(site_ids: Collection[int]) -> Markup:
    """The first sites by name, and how many others there are."""
    names = [*list_site_names(db.session(), site_ids, _NAMED_SITES).values()]
    if (more := len(site_ids) - _NAMED_SITES) > 0:
        names.append(ngettext("%(num)s more site", "%(num)s more sites", more))
    return names_label(names)


_WITHOUT_GUIDE: Final = frozenset({"", "dashboard.guide"})


def _common_template_values() -> dict[str, object]:
    language = languages.locale()
    values: dict[str, object] = {"language": languages.tag(language), "direction": languages.direction(language)}
    values |= {"page_classes": languages.page_classes(), "picture_name": picture_labels.picture_label}
    values["exit_href"] = url_for("kiosk.exit_page", code=language)
    values["help_lines"] = _help_lines
    if request.routing_exception is not None:  # a missing page needs the tablet's voice as well
        with suppress(SQLAlchemyError):
            device.look_for_tablet()
    if tablet := device.current_tablet_if_known():
        values["voices"] = " ".join(languages.tag(code) for code in tablet.voices)
    if request.path.startswith("/staff") and (caller := guard.caller_if_any()) is not None:
        page = "" if request.endpoint == "session.sign_in" else request.endpoint or ""
        values |= {
            "caller": {
                "id": caller.person_id,
                "name": caller.name,
                "roles": permissions.ROLE_LABELS[caller.role],
                "sites": _name_some(caller.site_ids),
            },
            "may": caller.may,  # separate: inside a `call` block `caller` has another meaning
            "staff_menu": () if caller.password_known else menu.groups(caller, page),
            "guide_links": None if caller.password_known or page in _WITHOUT_GUIDE else find_guide_links(caller, page),
            "sign_out_href": url_for("session.sign_out"),
            "me_href": url_for("profile.me"),
            "sign_in_href": url_for("session.sign_in", back=url_for("session.signed_in")),
        }
    return values
