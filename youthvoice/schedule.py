"""The jobs of the work process with their intervals in seconds; imported there only."""

from youthvoice.accountability.confirmation import count_due_taps
from youthvoice.accountability.encryption import rewrite_due_rows
from youthvoice.accountability.escalation_job import escalate_due
from youthvoice.committees.elections.ballot_box import elections_due
from youthvoice.committees.job import meetings_due, support_due
from youthvoice.grievances.deadlines.letter_job import late_letters_due
from youthvoice.grievances.deadlines.notices import daily_notice_due, guessing_due
from youthvoice.grievances.deadlines.report_escalation import clocks_due
from youthvoice.grievances.statistics import freeze_due
from youthvoice.jobs.worker import Job
from youthvoice.kiosk.offline.job import end_intake_keys
from youthvoice.mail.transport import send_due
from youthvoice.printing.job import print_changed, print_due
from youthvoice.publications.care_steps.quarters import freeze_care_quarters_due
from youthvoice.publications.guardians.mail import send_due_answers
from youthvoice.publications.guardians.rhythm_job import forget_sent_letters, send_due_rhythms
from youthvoice.publications.influence.years import freeze_influence_due
from youthvoice.publications.review.drafting import draft_due
from youthvoice.reviews.job import reviews_due, reviews_end
from youthvoice.surveys.batches.closing import close_due_job, sweep_due_receipts
from youthvoice.surveys.questionnaires.drafts.store import expire_drafts
from youthvoice.surveys.rounds.opening_drafts import expire_round_drafts
from youthvoice.threads.letters.due_job import letters_due, suggestions_due
from youthvoice.threads.retention.job import ends_due
from youthvoice.witnesses.head_job import send_due_heads

JOBS = (
    Job("answered", 60, send_due_answers),
    Job("answers", 300, escalate_due),
    Job("care quarters", 3600, freeze_care_quarters_due),
    Job("clocks", 60, clocks_due),
    Job("closing", 20, close_due_job),
    Job("daily", 60, daily_notice_due),
    Job("drafting", 20, draft_due),
    Job("drafts", 3600, expire_drafts),
    Job("elections", 20, elections_due),
    Job("ends", 3600, ends_due),
    Job("freezing", 3600, freeze_due),
    Job("guardians", 60, send_due_rhythms),
    Job("guessing", 60, guessing_due),
    Job("heads", 300, send_due_heads),
    Job("influence", 3600, freeze_influence_due),
    Job("intake keys", 86400, end_intake_keys),
    Job("late letters", 60, late_letters_due),
    Job("letters", 60, letters_due),
    Job("mail", 2, send_due),
    Job("meetings", 300, meetings_due),
    Job("papers", 5, print_due),
    Job("papers again", 60, print_changed),
    Job("review ends", 86400, reviews_end),
    Job("reviews", 300, reviews_due),
    Job("round drafts", 3600, expire_round_drafts),
    Job("sent letters", 86400, forget_sent_letters),
    Job("suggestions", 60, suggestions_due),
    Job("sweeping", 3600, sweep_due_receipts),
    Job("taps", 60, count_due_taps),
    Job("support", 60, support_due),
    Job("turning", 86400, rewrite_due_rows),
)
