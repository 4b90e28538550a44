"""Every blueprint of the house, child pages and staff pages apart; `factory` hangs them up."""

from youthvoice.accountability.routes import staff as answers_routes
from youthvoice.accounts.routes.staff import invitations as invitation_routes
from youthvoice.accounts.routes.staff import keepalive as awake_routes
from youthvoice.accounts.routes.staff import keys as key_routes
from youthvoice.accounts.routes.staff import offboarding as leaving_routes
from youthvoice.accounts.routes.staff import profile as own_routes
from youthvoice.accounts.routes.staff import requests as request_routes
from youthvoice.accounts.routes.staff import sign_in as people_routes
from youthvoice.clips.routes import public as clip_routes
from youthvoice.committees.routes.public import agenda as agenda_routes
from youthvoice.committees.routes.public import calendar as calendar_routes
from youthvoice.committees.routes.public import meetings as past_routes
from youthvoice.committees.routes.public import minutes as rep_minutes_routes
from youthvoice.committees.routes.public import posts as post_routes
from youthvoice.committees.routes.public import representatives as rep_routes
from youthvoice.committees.routes.public import suggestions as suggest_routes
from youthvoice.committees.routes.public import votes as vote_routes
from youthvoice.committees.routes.staff import committees as committee_routes
from youthvoice.committees.routes.staff import elections as election_routes
from youthvoice.committees.routes.staff import meetings as meeting_routes
from youthvoice.committees.routes.staff import minutes as minutes_routes
from youthvoice.committees.routes.staff import moves as move_routes
from youthvoice.committees.routes.staff import outcomes as outcome_routes
from youthvoice.committees.routes.staff import representatives as rep_staff_routes
from youthvoice.committees.routes.staff import suggestions as check_routes
from youthvoice.dashboard.routes import staff as desk_routes
from youthvoice.grievances.routes.public import tell as tell_routes
from youthvoice.grievances.routes.staff import assisted_intake as helping_routes
from youthvoice.grievances.routes.staff import handover as handed_routes
from youthvoice.grievances.routes.staff import inbox as reports_desk_routes
from youthvoice.grievances.routes.staff import letters as letter_report_routes
from youthvoice.grievances.routes.staff import reports as report_routes
from youthvoice.grievances.routes.staff import rota as rota_routes
from youthvoice.grievances.routes.staff import statistics as figure_routes
from youthvoice.kiosk.routes.public import front as kiosk_routes
from youthvoice.kiosk.routes.public import reply as reply_routes
from youthvoice.kiosk.routes.public import thread as reply_thread_routes
from youthvoice.publications.routes.public import board as board_routes
from youthvoice.publications.routes.public import guardians as view_routes
from youthvoice.publications.routes.staff import addresses as address_routes
from youthvoice.publications.routes.staff import packs as pack_routes
from youthvoice.publications.routes.staff import publications as staff_routes
from youthvoice.read_aloud.routes.staff import recordings as aloud_routes
from youthvoice.read_aloud.routes.staff import tablet_voice as tablet_routes
from youthvoice.sites.routes.staff import services as service_routes
from youthvoice.sites.routes.staff import sites as places_routes
from youthvoice.surveys.routes.public import answer as survey_routes
from youthvoice.surveys.routes.public import choices as choose_routes
from youthvoice.surveys.routes.staff import choices as choice_routes
from youthvoice.surveys.routes.staff import opening as opening_routes
from youthvoice.surveys.routes.staff import questionnaires as questionnaire_routes
from youthvoice.surveys.routes.staff import rounds as round_routes
from youthvoice.surveys.routes.staff import school_sessions as session_routes
from youthvoice.surveys.routes.staff import slips as slip_routes
from youthvoice.threads.routes.staff import letter_holds as hold_routes
from youthvoice.threads.routes.staff import letter_sharing as give_routes
from youthvoice.threads.routes.staff import letters as letter_routes
from youthvoice.witnesses.routes import staff as witness_routes

CHILD_PAGES = (
    kiosk_routes.pages,
    reply_routes.pages,
    reply_thread_routes.pages,
    survey_routes.pages,
    vote_routes.pages,
    choose_routes.pages,
    tell_routes.pages,
    agenda_routes.pages,
    rep_routes.pages,
    post_routes.pages,
    suggest_routes.pages,
    rep_minutes_routes.pages,
    past_routes.pages,
    calendar_routes.pages,
    view_routes.pages,
    board_routes.pages,
    clip_routes.pages,
)
STAFF_PAGES = (
    desk_routes.pages,
    people_routes.pages,
    invitation_routes.pages,
    key_routes.pages,
    leaving_routes.pages,
    own_routes.pages,
    request_routes.pages,
    awake_routes.pages,
    places_routes.pages,
    service_routes.pages,
    committee_routes.pages,
    election_routes.pages,
    rep_staff_routes.pages,
    check_routes.pages,
    move_routes.pages,
    meeting_routes.pages,
    outcome_routes.pages,
    minutes_routes.pages,
    calendar_routes.desk,
    questionnaire_routes.pages,
    choice_routes.pages,
    opening_routes.pages,
    round_routes.pages,
    session_routes.pages,
    slip_routes.pages,
    aloud_routes.pages,
    tablet_routes.pages,
    reports_desk_routes.pages,
    report_routes.pages,
    rota_routes.pages,
    handed_routes.pages,
    helping_routes.pages,
    letter_routes.pages,
    hold_routes.pages,
    give_routes.pages,
    letter_report_routes.pages,
    figure_routes.pages,
    pack_routes.pages,
    answers_routes.pages,
    staff_routes.pages,
    address_routes.pages,
    witness_routes.pages,
)
