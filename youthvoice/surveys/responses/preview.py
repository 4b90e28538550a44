"""Show adults the page that children would get from a questionnaire, before any round is opened."""

from datetime import date, datetime, timedelta

from flask_babel import force_locale, gettext as _

from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.sites.store import Site
from youthvoice.surveys.models import QuestionnaireRow
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.responses.page import ShownAdult, SurveyPageKey, render_survey_page
from youthvoice.surveys.rounds.entities import Round
from youthvoice.web.i18n import languages

PREVIEW_SLUG = "preview"  # never the slug of a round: those end in a number, or are twelve hexadecimal digits

_NO_SUBMISSION = "0" * 32


def render_preview(  # noqa: PLR0913 - what is shown, and how much
    questionnaire_row: QuestionnaireRow,
    questionnaire: Questionnaire,
    site: Site,
    language: str,
    now: datetime,
    *,
    alone: bool = False,
) -> str:
    """Render the page that a child would get in a round of this questionnaire at a site.

    Args:
        questionnaire_row: the version.
        questionnaire: the same, parsed.
        site: whose helplines the last screen shows.
        language: one of the questionnaire's.
        now: this moment.
        alone: whether to leave out the screens before the questions.
    """
    of_page = language if language in languages.TRANSLATED else languages.TRANSLATED[0]
    languages.set_language(of_page)
    with force_locale(of_page):
        reads = (ShownAdult(_("The child advocates")),) if questionnaire.letter_boxes else ()
        round_ = unopened_round(questionnaire_row, questionnaire, site, now)
        page_key = SurveyPageKey(round_, site, reads, language, of_page)
        return render_survey_page(page_key, questionnaire, _NO_SUBMISSION, alone=alone)


def unsaved_questionnaire(questionnaire: Questionnaire) -> QuestionnaireRow:
    """A row for a questionnaire of which no version is stored, a starter or a draft, for its preview; never stored."""
    return QuestionnaireRow(id=0, name=questionnaire.name, version=1, digest=questionnaire.digest)


def unopened_round(
    questionnaire_row: QuestionnaireRow, questionnaire: Questionnaire, site: Site, now: datetime
) -> Round:
    """A round that is not stored, so that the preview has names and dates to show."""
    due: date = (now + timedelta(days=28)).date()
    return Round(
        id=0,
        slug=PREVIEW_SLUG,
        questionnaire_id=questionnaire_row.id,
        questionnaire_name=questionnaire_row.name,
        questionnaire_version=questionnaire_row.version,
        digest=questionnaire_row.digest,
        batch_id=0,
        purpose=questionnaire.purpose,
        starts_at=now,
        ends_at=now + timedelta(days=14),
        invited=MIN_BATCH,
        permission="",
        answers_key="",
        decider_id=0,
        decider_name=_("The adult who answers"),
        answer_due=due,
        site_ids=(site.id,),
        title=questionnaire.title,
        ages=questionnaire.ages,
    )
