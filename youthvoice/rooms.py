"""Every blueprint of the house, child pages and staff pages apart; `factory` hangs them up."""

from youthvoice.aloud import routes as aloud_routes
from youthvoice.aloud import tablet_routes
from youthvoice.answers import routes as answers_routes
from youthvoice.clips import routes as clip_routes
from youthvoice.committees import (
    agenda_routes,
    calendar_routes,
    check_routes,
    election_routes,
    meeting_routes,
    minutes_routes,
    move_routes,
    outcome_routes,
    past_routes,
    post_routes,
    rep_minutes_routes,
    rep_routes,
    rep_staff_routes,
    suggest_routes,
    vote_routes,
)
from youthvoice.committees import routes as committee_routes
from youthvoice.desk import routes as desk_routes
from youthvoice.grievances import desk_routes as reports_desk_routes
from youthvoice.grievances import (
    figure_routes,
    handed_routes,
    helping_routes,
    letter_report_routes,
    report_routes,
    rota_routes,
    tell_routes,
)
from youthvoice.kiosk import reply_routes, reply_thread_routes
from youthvoice.kiosk import routes as kiosk_routes
from youthvoice.places import routes as places_routes
from youthvoice.places import service_routes
from youthvoice.publications import address_routes, board_routes, pack_routes, staff_routes
from youthvoice.publications import routes as view_routes
from youthvoice.staff import (
    awake_routes,
    invitation_routes,
    key_routes,
    leaving_routes,
    own_routes,
    request_routes,
)
from youthvoice.staff import routes as people_routes
from youthvoice.surveys import (
    choice_routes,
    choose_routes,
    opening_routes,
    questionnaire_routes,
    round_routes,
    session_routes,
    slip_routes,
)
from youthvoice.surveys import routes as survey_routes
from youthvoice.threads import give_routes, hold_routes
from youthvoice.threads import routes as letter_routes
from youthvoice.witnesses import routes as witness_routes

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
