"""The page of one round: made once for each version and language, served with a fresh sheet id in its one hole.

Source: DESIGN.md 6 (headers: no token in the page); CHILD-UX.md (the four screens before the first question).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from flask import current_app, render_template, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup, escape

from youthvoice.sites.help_labels import and_in_words, in_danger, named
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.responses.screens import Speaker, screens
from youthvoice.surveys.responses.slips import check as with_slips
from youthvoice.surveys.rounds.entities import EXEMPT, RUNS_ON, RoundFacts
from youthvoice.web.i18n import dates as days
from youthvoice.web.prerendered import Pressed

_HOLE = f"the-number-of-this-sheet-{secrets.token_hex(16)}"  # no questionnaire can hold it
_MOST_PAGES = 120


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything that the page of a round depends on; two that are equal are the same page.

    Attributes:
        round: which round.
        site: where the tablet is.
        reads: names of the advocates who read letters; empty when there is no letter box.
        language: the child's, in which questions are asked where the questionnaire has it.
        page: the language of everything else.
        sound: what can be heard there: the tablet's own voices, and which clips there are.
        tells: whether a child can tell at this site; the hand leads there, else to the help card.
    """

    round: RoundFacts
    site: SiteFacts
    reads: tuple[str, ...]
    language: str
    page: str
    sound: tuple[object, ...] = ()
    tells: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """What the pressed page is kept under."""
        facts = self.round
        fixed = (facts.id, facts.digest, facts.ends_at, facts.decider_name)
        return (*fixed, self.site.id, self.site.version, self.reads, self.language, self.page, self.tells, *self.sound)


def pressed(asking: Asking, questionnaire: Questionnaire) -> Pressed:
    """The page, rendered when this process sees it for the first time."""
    kept: dict[tuple[object, ...], Pressed] = current_app.extensions.setdefault("youthvoice.asking", {})
    page = kept.get(asking.key)
    if page is None:
        if len(kept) >= _MOST_PAGES:
            kept.clear()
        before, after = render(asking, questionnaire, _HOLE).split(_HOLE)
        page = kept[asking.key] = Pressed.of(before.encode(), after.encode())
    return page


def render(
    asking: Asking,
    questionnaire: Questionnaire,
    sheet: str,
    given: Mapping[str, Sequence[str]] | None = None,
    refused: Mapping[str, str] | None = None,
) -> str:
    """The page of a round; with everything a child already gave when an answer could not be taken.

    Args:
        asking: which page.
        questionnaire: what is asked.
        sheet: the sheet's id.
        given: what was sent, by question.
        refused: why an answer could not be taken, by question.
    """
    facts, site = asking.round, asking.site
    speak = Speaker(asking.page, asking.language, questionnaire.languages[0])
    return render_template(
        "surveys/choose_one.html" if is_short(facts, questionnaire) else "surveys/answer.html",
        title_words=speak.say(facts.title),
        action=url_for("surveys.send", slug=facts.slug),
        thanks_href=url_for("surveys.thanks", slug=facts.slug),
        front_href="/language",
        tell_href="/tell" if asking.tells else "",
        sheet=sheet,
        again=bool(refused),
        words=_before(asking),
        small=not facts.counts,
        letter_box=bool(asking.reads and questionnaire.letter_boxes),
        choice=facts.purpose in EXEMPT,
        safety=any(question.safety for question in questionnaire.questions),
        slip_screens_of=with_slips.asked(facts),
        given=given or {},
        refused=refused or {},
        screens=screens(questionnaire, speak, letter_box=bool(asking.reads), given=given, refused=refused),
        readers=and_in_words(asking.reads),
        hour=days.hour(time(site.daily_hour)),
    )


def is_short(facts: RoundFacts, questionnaire: Questionnaire) -> bool:
    """Whether everything lies on one screen: an everyday choice without slips, with nothing to hear before it."""
    return facts.purpose in EXEMPT and len(questionnaire.questions) == 1 and not facts.slips


def _before(asking: Asking) -> dict[str, Markup]:
    facts, site = asking.round, asking.site
    return {
        "why": _why(facts.purpose),
        "for_whom": _for_whom(facts),
        "who_answers": _who_answers(facts),
        "who_does": _who_does(facts),
        "must_tell": _must_tell(asking.reads),
        "in_danger": in_danger(site),
    }


def _why(purpose: str) -> Markup:
    words = {
        "awareness": _("We want to know what you learned about your rights."),
        "choice": _("We want to know what you would choose."),
    }
    return escape(words.get(purpose, _("We ask what is good and bad here.")))


def _for_whom(facts: RoundFacts) -> Markup:
    """The group that is asked; empty where everybody is."""
    return escape(_("This is for %(group)s.")) % {"group": named(facts.group_name)} if facts.group_name else Markup()


def _who_answers(facts: RoundFacts) -> Markup:
    """Who decides, and the day by which the answer stands on the board."""
    day = format_date(facts.answer_due, "d MMMM")
    words = escape(_("%(name)s answers here by %(day)s."))
    return words % {"name": named(facts.decider_name), "day": day}


def _who_does(facts: RoundFacts) -> Markup:
    """Of a choice: who does what wins, or says why not."""
    day = format_date(facts.answer_due, "d MMMM")
    words = escape(_("%(name)s does it by %(day)s, or says why not."))
    return words % {"name": named(facts.decider_name), "day": day}


def _must_tell(reads: Sequence[str]) -> Markup:
    if not reads:
        return escape(_("A child in danger? Adults here must tell others."))
    words = escape(_("A child in danger? %(names)s must tell others."))
    return words % {"names": and_in_words(reads)}


def goodbye(template: str, facts: RoundFacts, site: SiteFacts) -> str:
    """The page after a child sent, one of this room's templates."""
    choice = facts.purpose in EXEMPT
    return render_template(template, front_href="/language", choice=choice, **afterwards(facts, site))


def afterwards(facts: RoundFacts, site: SiteFacts) -> dict[str, Markup]:
    """What happens after a child sent: counted when, answered by whom, read where."""
    last_day = format_date(facts.last_day(site.time_zone), "d MMMM")
    due = format_date(facts.answer_due, "d MMMM")
    answers = escape(_("%(name)s answers by %(day)s.")) % {"name": named(facts.decider_name), "day": due}
    counted = _evening(facts, site) if facts.purpose in EXEMPT else _counted(facts, last_day)
    return {"counted": counted, "counted_if": _counted_if(facts), "answers": answers}


def _evening(facts: RoundFacts, site: SiteFacts) -> Markup:
    ends = facts.ends_at.astimezone(ZoneInfo(site.time_zone))
    hour = days.hour(ends.time())
    return escape(_("On %(day)s at %(hour)s we count.", day=format_date(ends.date(), "d MMMM"), hour=hour))


def _counted(facts: RoundFacts, last_day: str) -> Markup:
    if not facts.counts:
        return escape(_("Only the letter box is read."))
    if facts.purpose == RUNS_ON:
        return escape(_("We count when ten children have answered."))
    return escape(_("After %(day)s we count.", day=last_day))


def _counted_if(facts: RoundFacts) -> Markup:
    if not facts.counts:
        return escape(_("We are fewer than ten of us."))
    if facts.purpose in EXEMPT:
        return escape(_("If five children or more have chosen."))
    return Markup() if facts.purpose == RUNS_ON else escape(_("If ten or more children answered."))
