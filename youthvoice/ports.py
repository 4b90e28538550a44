"""Connect the ports: functions of higher packages that lower packages need; imported on first use."""

from flask import Flask

from youthvoice.access import guard
from youthvoice.accountability import entities as accountability
from youthvoice.accounts.account_requests import ACCOUNT_REQUEST_KINDS
from youthvoice.accounts.agreement import request_kinds
from youthvoice.accounts.people.offboarding import forget_duties, reads_alone
from youthvoice.accounts.people.store import forget_introduction
from youthvoice.accounts.routes.staff import returned_forms
from youthvoice.accounts.sign_in import password_attempts, staff_session
from youthvoice.committees.elections.form_adapter import ELECTION_REQUEST_KINDS
from youthvoice.committees.meetings import outcomes
from youthvoice.committees.meetings.paper import MeetingPapers
from youthvoice.committees.status import committee_log_subjects
from youthvoice.dashboard.tasks import pressing_subjects, silent_endings
from youthvoice.good_news.advocate_decisions import GOOD_NEWS_REQUEST_KINDS
from youthvoice.grievances import advocate_reports, reader_offboarding
from youthvoice.grievances.actions.year_themes import YEAR_THEME_REQUEST_KINDS
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.grievances.inbox import report_log_subjects
from youthvoice.introductions import store as introductions_store
from youthvoice.introductions.approval import INTRODUCTION_REQUEST_KINDS
from youthvoice.kiosk import enrolment
from youthvoice.kiosk.paper import SitePapers
from youthvoice.monitoring.labels import name_pressing_subjects
from youthvoice.printing.job import PaperSource, paper_sources
from youthvoice.publications import status
from youthvoice.publications.letter_themes import THEME_REQUEST_KINDS
from youthvoice.publications.paper import QuarterPapers, ViewPapers
from youthvoice.read_aloud.status import find_silent_ending
from youthvoice.reviews.access import review_log_subjects
from youthvoice.reviews.outside.legal_handover import REVIEW_REQUEST_KINDS
from youthvoice.reviews.pack import site_views
from youthvoice.reviews.statements import wish_readers as wish_knowledge
from youthvoice.reviews.statements.advocate_messages import list_sites_with_messages
from youthvoice.sites.paper import ServicePapers
from youthvoice.sites.tablets.device import delivery_counted, find_own_device
from youthvoice.sites.tablets.store import enrolment_slowed
from youthvoice.surveys.questionnaires.own_pictures.store import list_withdrawn_now
from youthvoice.surveys.rounds import status as rounds_status
from youthvoice.surveys.rounds.form_adapter import ROUND_REQUEST_KINDS
from youthvoice.surveys.rounds.results import published_rounds
from youthvoice.surveys.rounds.store import title_of_round
from youthvoice.threads.child_codes import delivery_counts
from youthvoice.threads.letters.due_job import MAY_KNOW
from youthvoice.threads.letters.letter_readers import letter_log_subjects
from youthvoice.threads.retention.letter_holds import LETTER_REQUEST_KINDS
from youthvoice.threads.thread_ports import has_rota, reports, round_titles, sealed_words
from youthvoice.web import errors, request_bodies
from youthvoice.web.graphics.picture_addresses import withdrawn_pictures
from youthvoice.web.rate_limits import vouched_sender
from youthvoice.witnesses.log_scopes import LogScope, log_scopes


def connect(app: Flask) -> None:
    """Connect every port to its implementation."""
    guard.find_caller.connect(app, staff_session.find_caller)
    request_bodies.has_valid_session.connect(app, guard.has_valid_session)
    guard.answer_signed_out.connect(app, returned_forms.answer_signed_out)
    errors.give_back_form.connect(app, returned_forms.return_unkept_form)
    accountability.published_views.connect(app, status)
    site_views.connect(app, status)
    published_rounds.connect(app, status)
    accountability.wish_readers.connect(app, wish_knowledge)
    accountability.letter_readers.connect(app, MAY_KNOW)
    accountability.answerable_rounds.connect(app, rounds_status)
    accountability.reply_events.connect(app, {"item": outcomes})
    more_kinds = {**ROUND_REQUEST_KINDS, **ELECTION_REQUEST_KINDS, **YEAR_THEME_REQUEST_KINDS, **REVIEW_REQUEST_KINDS}
    more_kinds |= {**INTRODUCTION_REQUEST_KINDS, **GOOD_NEWS_REQUEST_KINDS}
    request_kinds.connect(app, {**ACCOUNT_REQUEST_KINDS, **LETTER_REQUEST_KINDS, **THEME_REQUEST_KINDS, **more_kinds})
    reads_alone.connect(app, reader_offboarding.reads_alone)
    forget_duties.connect(app, on_call_rota.forget_duties_of)
    forget_introduction.connect(app, introductions_store.forget_introduction)
    reports.connect(app, advocate_reports)
    sealed_words.connect(app, list_sites_with_messages)
    withdrawn_pictures.connect(app, list_withdrawn_now)
    has_rota.connect(app, on_call_rota.has_duties)
    round_titles.connect(app, title_of_round)
    paper_sources.connect(app, _paper_sources())
    enrolment_slowed.connect(app, enrolment.is_enrolment_slowed)
    delivery_counted.connect(app, delivery_counts.count_delivery)
    log_scopes.connect(app, _log_scopes())
    vouched_sender.connect(app, _find_vouched_sender)
    pressing_subjects.connect(app, name_pressing_subjects)
    silent_endings.connect(app, find_silent_ending)


def _find_vouched_sender() -> str:
    """The tablet that sends this request, else the browser, if a cookie of ours proves it."""
    tablet_id = find_own_device()
    return password_attempts.find_known_browser() if tablet_id is None else f"tablet:{tablet_id}"


def _log_scopes() -> tuple[LogScope, ...]:
    """What each package shows a person of the log."""
    return (
        LogScope(("round.", "batch.", "publication.", "analysis.", "slips."), rounds_status.round_log_subjects),
        LogScope(("committee.", "election.", "representative.", "slips."), committee_log_subjects),
        LogScope(
            ("questionnaire.",), rounds_status.questionnaire_log_subjects, rounds_status.describe_questionnaire_line
        ),
        LogScope(("report.", "clock."), report_log_subjects),
        LogScope(("letter.open", "letter.hold", "letter.release"), letter_log_subjects),
        LogScope(("review.",), review_log_subjects),
    )


def _paper_sources() -> dict[str, PaperSource]:
    """Every kind of document that is stored as PDF."""
    return {
        "guardians": ViewPapers("guardians"),
        "review": ViewPapers("review"),
        "pack": QuarterPapers(),
        "agenda": MeetingPapers("agenda"),
        "minutes": MeetingPapers("minutes"),
        "services": ServicePapers(),
        "poster": SitePapers("poster"),
        "help_cards": SitePapers("help_cards"),
    }
