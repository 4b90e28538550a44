"""The real screens of a questionnaire, for adults to look at; what is tapped there goes nowhere."""

from datetime import date, datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _

from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.models import StoredQuestionnaire
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.responses import page as asking
from youthvoice.surveys.responses.page import Asking
from youthvoice.surveys.rounds.entities import MINIMUM, RoundFacts
from youthvoice.web.i18n import languages

SLUG = "preview"  # no round can be called so: theirs have a number
_NO_SHEET = "0" * 32


def page(stored: StoredQuestionnaire, questions: Questionnaire, site: SiteFacts, language: str, now: datetime) -> str:
    """The page a child would get in a round of this questionnaire at a site.

    Args:
        stored: which version.
        questions: the same, read.
        site: whose help the last screen shows.
        language: one of the questionnaire's.
        now: this moment.
    """
    of_page = language if language in languages.TRANSLATED else languages.TRANSLATED[0]
    languages.say_in(of_page)
    with force_locale(of_page):
        reads = (_("The child advocates"),) if questions.letter_boxes else ()
        facts = as_if_open(stored, questions, site, now)
        return asking.render(Asking(facts, site, reads, language, of_page), questions, _NO_SHEET)


def as_if_kept(questions: Questionnaire) -> StoredQuestionnaire:
    """The first version of a questionnaire that nobody took from the shelf yet; never stored."""
    return StoredQuestionnaire(id=0, name=questions.name, version=1, digest=questions.digest)


def as_if_open(stored: StoredQuestionnaire, questions: Questionnaire, site: SiteFacts, now: datetime) -> RoundFacts:
    """A round that nobody opened, so that the screens have names and dates to show."""
    due: date = (now + timedelta(days=28)).date()
    return RoundFacts(
        id=0,
        slug=SLUG,
        questionnaire_id=stored.id,
        questionnaire_name=stored.name,
        questionnaire_version=stored.version,
        digest=stored.digest,
        batch_id=0,
        pair=None,
        purpose=questions.purpose,
        wave="single",
        link="none",
        starts_at=now,
        ends_at=now + timedelta(days=14),
        invited=MINIMUM,
        permission="",
        answers_key="",
        decider_id=0,
        decider_name=_("The adult who answers"),
        answer_due=due,
        ended_on=None,
        closed_on=None,
        outcome=None,
        site_ids=(site.id,),
        title=questions.title,
        ages=questions.ages,
    )
