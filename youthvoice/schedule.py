"""The jobs of the work process with their intervals in seconds; imported there only."""

from youthvoice.accountability.escalation_job import escalate_overdue_answers
from youthvoice.accountability.quiet_pages import rewrite_pages
from youthvoice.accountability.taps import count_due_taps
from youthvoice.committees.elections.ballot_box import elections_due
from youthvoice.committees.job import meetings_due, support_due
from youthvoice.good_news.job import end_reasons
from youthvoice.grievances.deadlines.letter_job import escalate_late_letters
from youthvoice.grievances.deadlines.notices import send_daily_notices, warn_about_guessing
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.grievances.deadlines.transcript_job import settle_transcripts
from youthvoice.grievances.interpretations import end_interpretations
from youthvoice.grievances.statistics import count_final_years
from youthvoice.jobs.file_order import rewrite_file
from youthvoice.jobs.worker import Job
from youthvoice.kiosk.offline.job import end_intake_keys
from youthvoice.knocks.job import empty_due_boxes
from youthvoice.mail.sms import send_due_sms
from youthvoice.mail.transport import check_server, send_due
from youthvoice.monitoring.delivery_check import check_deliveries
from youthvoice.monitoring.stored_content import check_content
from youthvoice.printing.job import print_changed, print_due
from youthvoice.publications.care_steps.quarters import freeze_care_quarters_due
from youthvoice.publications.guardians.mail import send_due_answers
from youthvoice.publications.guardians.rhythm_job import forget_sent_letters, send_due_rhythms
from youthvoice.publications.influence.years import freeze_influence_due
from youthvoice.publications.review.drafting import draft_due
from youthvoice.reviews.job import end_reviews, process_due_reviews
from youthvoice.surveys.batches.closing_job import close_due_job, destroy_leftover_answer_keys, sweep_due_receipts
from youthvoice.surveys.questionnaires.drafts.store import expire_drafts
from youthvoice.surveys.rounds.opening import open_feedback_rounds
from youthvoice.surveys.rounds.opening_drafts import expire_round_drafts
from youthvoice.threads.letters.due_job import letters_due, suggestions_due
from youthvoice.threads.retention.job import extend_and_end_months
from youthvoice.witnesses.head_job import send_due_heads

JOBS = (
    Job("answered", 60, send_due_answers, needs_clock=True),
    Job("answer keys", 3600, destroy_leftover_answer_keys),
    Job("answers", 300, escalate_overdue_answers, needs_clock=True),
    Job("care quarters", 3600, freeze_care_quarters_due, needs_clock=True),
    Job("clocks", 2, escalate_reports, "urgent"),
    Job("closing", 20, close_due_job, needs_clock=True),
    Job("content check", 300, check_content, "printing"),
    Job("daily", 60, send_daily_notices),
    Job("drafting", 20, draft_due),
    Job("drafts", 3600, expire_drafts, needs_clock=True),
    Job("elections", 20, elections_due, needs_clock=True),
    Job("ends", 3600, extend_and_end_months, needs_clock=True),
    Job("feedback", 3600, open_feedback_rounds, needs_clock=True),
    Job("freezing", 3600, count_final_years, needs_clock=True),
    Job("good news", 86400, end_reasons, needs_clock=True),
    Job("guardians", 20, send_due_rhythms, needs_clock=True),
    Job("guessing", 60, warn_about_guessing),
    Job("heads", 300, send_due_heads, needs_clock=True),
    Job("influence", 3600, freeze_influence_due, needs_clock=True),
    Job("intake keys", 86400, end_intake_keys, needs_clock=True),
    Job("knocks", 60, empty_due_boxes, "urgent"),
    Job("late letters", 60, escalate_late_letters, needs_clock=True),
    Job("letters", 60, letters_due, needs_clock=True),
    Job("mail", 2, send_due, "sending"),
    Job("mail server", 3600, check_server, "sending"),
    Job("message check", 300, check_deliveries),
    Job("meetings", 300, meetings_due, needs_clock=True),
    Job("order of rows", 86400, rewrite_file),
    Job("papers", 5, print_due, "printing"),
    Job("papers again", 60, print_changed, "printing"),
    Job("review ends", 86400, end_reviews, needs_clock=True),
    Job("reviews", 300, process_due_reviews, needs_clock=True),
    Job("round drafts", 3600, expire_round_drafts, needs_clock=True),
    Job("sent letters", 86400, forget_sent_letters, needs_clock=True),
    Job("sms", 2, send_due_sms, "texting"),
    Job("suggestions", 60, suggestions_due, needs_clock=True),
    Job("sweeping", 60, sweep_due_receipts, needs_clock=True),
    Job("taps", 60, count_due_taps, needs_clock=True),
    Job("support", 60, support_due, needs_clock=True),
    Job("transcripts", 3600, settle_transcripts, needs_clock=True),
    Job("interpretations", 3600, end_interpretations, needs_clock=True),
    Job("turning", 86400, rewrite_pages),
)
