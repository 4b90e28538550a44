"""Render the page of one round: check the tablet, and render once per version and language.

Each response reads its round twice, so rounds are cached between requests. What can change is read each time: the
tablet, its site's version, the end of the round and its closing. The decider's name is read again every five seconds.

Source: DESIGN.md 6 (headers: no token in the page); CHILD-UX.md (the three screens before the first question).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from flask import abort, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.accounts.store import Reader
from youthvoice.compiled_sql import CompiledStatement
from youthvoice.context import AppCache
from youthvoice.introductions.shown_introductions import SOMEBODY
from youthvoice.sites.labels import CallLines, call_lines, name_label, names_label, online_by_label
from youthvoice.sites.store import Site
from youthvoice.sites.tablets.device import tablet_of
from youthvoice.surveys.models import BatchRow, RoundRow, RoundSiteRow
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK, SMALL_CHILDREN, Questionnaire
from youthvoice.surveys.responses import store
from youthvoice.surveys.responses.screens import Speaker, make_screens
from youthvoice.surveys.rounds.entities import EXEMPT, RUNS_ON, Round
from youthvoice.surveys.rounds.split import parts_of, split_question
from youthvoice.surveys.rounds.store import find_round, questionnaire_of_round
from youthvoice.threads.letters.letter_box import LETTER_BYTES, MAX_LETTER_SECONDS, MAX_LETTER_VOICE_BYTES
from youthvoice.web.graphics.picture_addresses import shown_picture
from youthvoice.web.i18n import formats
from youthvoice.web.i18n.formats import format_short_day
from youthvoice.web.pages.page_cache import PageCache, PrerenderedPage

_pages: Final = PageCache(120)

_A_DAY: Final = 86_400  # seconds


class ShownAdult(NamedTuple):
    """An adult on the page: name, and the portrait.

    Of an adult without one the page shows `SOMEBODY`: a picture of OpenMoji for each would make it too heavy.
    """

    name: str
    picture: str = SOMEBODY


@dataclass(frozen=True, slots=True)
class SurveyPageKey:
    """Everything that the page of a round depends on; equal keys mean the same page.

    Attributes:
        round: its round.
        site: where the tablet is.
        reads: the advocates who read letters there; empty where nobody does.
        language: the child's, in which questions are asked where the questionnaire has it.
        page: the language of everything else on the page.
        sound: what can be played there: the tablet's own voices, and the version of the clips.
        tells: whether children can report at this site; the hand button leads there, else to the help card.
        beside: adults beside whom a child of four to six may answer, and the version of their portraits.
        decider_picture: the same of the adult who decides, whose name the round knows.
        reads_daily: whether a letter is read within a day.
    """

    round: Round
    site: Site
    reads: tuple[ShownAdult, ...]
    language: str
    page: str
    sound: tuple[object, ...] = ()
    tells: bool = False
    beside: tuple[tuple[Reader, ...], object] = ((), "")
    decider_picture: str = SOMEBODY
    reads_daily: bool = True

    @property
    def key(self) -> tuple[object, ...]:
        """The key of the rendered page in the cache."""
        round_, decider = self.round, self.decider
        fixed = (round_.id, round_.digest, round_.ends_at, decider, self.reads, self.reads_daily, *self.beside)
        return (*fixed, self.site.id, self.site.version, self.language, self.page, self.tells, *self.sound)

    @property
    def decider(self) -> ShownAdult:
        """The adult who decides."""
        return ShownAdult(self.round.decider_name, self.decider_picture)

    @property
    def reader_names(self) -> list[str]:
        """The names of those who read letters."""
        return [adult.name for adult in self.reads]


def prerendered_survey_page(page_key: SurveyPageKey, questionnaire: Questionnaire) -> PrerenderedPage:
    """The page, rendered at its first use in this process."""
    picture_codes = tuple(shown_picture(code) for code in questionnaire.own_pictures)
    return _pages.page((page_key.key, picture_codes), lambda hole: render_survey_page(page_key, questionnaire, hole))


def render_survey_page(  # noqa: PLR0913 - which page, and what it repeats
    page_key: SurveyPageKey,
    questionnaire: Questionnaire,
    submission_id: str,
    sent: Mapping[str, Sequence[str]] | None = None,
    refused: Mapping[str, str] | None = None,
    *,
    alone: bool = False,
) -> str:
    """Render the page of a round; with the values that a child sent, where an answer was not accepted.

    Args:
        page_key: what the page depends on.
        questionnaire: of the round.
        submission_id: of the response.
        sent: values that were sent before, by question.
        refused: why an answer could not be accepted, by question.
        alone: whether only the questions are shown, as beside their editor; nobody answers there, so it never times
        out.
    """
    round_ = page_key.round
    speaker = Speaker(page_key.page, page_key.language, questionnaire.languages[0])
    return render_template(
        _template(round_, questionnaire),
        title_words=speaker.say(round_.title),
        action=url_for("surveys.send", slug=round_.slug),
        thanks_href=url_for("surveys.thanks", slug=round_.slug),
        front_href="/language",
        tell_href="/tell" if page_key.tells else "",
        sheet=submission_id,
        again=bool(refused),
        alone=alone,
        **({"idle": _A_DAY} if alone else {}),
        words=_introduction(page_key) | {"parts": _parts_text(round_, questionnaire, speaker)},
        small=not round_.counts,
        letter_box=bool(page_key.reads and questionnaire.letter_boxes),
        choice=round_.purpose in EXEMPT,
        safety=any(question.safety for question in questionnaire.questions),
        slip_screens_of=store.screens_for_slip(round_),
        has_cards=round_.has_cards,
        given=sent or {},
        refused=refused or {},
        screens=make_screens(questionnaire, speaker, letter_box=bool(page_key.reads), sent=sent, refused=refused),
        readers=names_label(page_key.reader_names),
        reads_daily=page_key.reads_daily,
        faces=[adult.picture for adult in page_key.reads],
        seconds=MAX_LETTER_SECONDS,
        room=MAX_LETTER_VOICE_BYTES,
        bytes=LETTER_BYTES,
        rows=_adult_rows(page_key, letters=bool(page_key.reads and questionnaire.letter_boxes)),
        beside=page_key.beside[0],
    )


def _template(round_: Round, questionnaire: Questionnaire) -> str:
    if questionnaire.ages == SMALL_CHILDREN:
        return "surveys/responses/small_children.html"
    if fits_one_screen(round_, questionnaire):
        return "surveys/responses/choice.html"
    return "surveys/responses/answer.html"


def fits_one_screen(round_: Round, questionnaire: Questionnaire) -> bool:
    """Whether everything fits on one screen: an everyday choice without slips and without an introduction."""
    return round_.purpose in EXEMPT and len(questionnaire.questions) == 1 and not round_.slips


def _introduction(page_key: SurveyPageKey) -> dict[str, Markup | CallLines]:
    round_, site = page_key.round, page_key.site
    return {
        "why": _purpose_text(round_.purpose),
        "for_whom": _group_text(round_),
        "who_answers": _decider_text(round_, _answer_text(round_)),
        "online_by": escape(online_by_label(round_.ends_at, site)),
        "who_does": _decider_text(round_, _("%(name)s does it by %(day)s, or says why not.")),
        "must_tell": _mandatory_report_text(page_key.reader_names),
        "calls": call_lines(site),
    }


def _adult_rows(page_key: SurveyPageKey, *, letters: bool) -> list[tuple[ShownAdult, str]]:
    """Rows for the last screen: each adult, and what this adult sees. In a choice everybody sees the result."""
    round_ = page_key.round
    totals = round_.counts and round_.purpose not in EXEMPT
    sees = {
        (True, True): _("sees how many said what, reads the letter box"),
        (True, False): _("sees how many said what"),
        (False, True): _("reads the letter box"),
    }.get((totals, letters))
    rows = [(adult, sees) for adult in page_key.reads if sees]
    owes = _("sees about how many, and must answer") if totals else _("must answer")
    return [*rows, (page_key.decider, owes)]


def _answer_text(round_: Round) -> str:
    """What the decider sees and must do; below ten invited children nobody sees numbers."""
    if round_.purpose in EXEMPT or not round_.counts:
        return str(_("%(name)s must answer here by %(day)s."))
    return str(_("%(name)s sees about how many, advocates exactly. An answer must come by %(day)s."))


def _purpose_text(purpose: str) -> Markup:
    words = {
        "awareness": _("We want to know what you know about your rights."),
        "choice": _("We want to know what you would choose."),
    }
    return escape(words.get(purpose, _("We want to know what is good and bad here.")))


def _group_text(round_: Round) -> Markup:
    """The group that is asked; empty where the whole site is."""
    return (
        escape(_("This is for %(group)s.")) % {"group": name_label(round_.group_name)}
        if round_.group_name
        else Markup()
    )


def _parts_text(round_: Round, questionnaire: Questionnaire, speaker: Speaker) -> Markup:
    """The parts of the children that the view compares; empty where all are shown together."""
    question = split_question(questionnaire, round_.split)
    if question is None:
        return Markup()
    parts = [speaker.say(part.text) for part in parts_of(question)]
    parts[-1] = escape(_("%(part)s, or did not say")) % {"part": parts[-1]}
    return escape(_("We show apart: %(parts)s.")) % {
        "parts": Markup(" · ").join(map(Markup("<bdi>{}</bdi>").format, parts))
    }


def _decider_text(round_: Round, words: str) -> Markup:
    """A sentence about what the decider does, with name and day."""
    return escape(words) % {
        "name": name_label(round_.decider_name),
        "day": format_short_day(round_.answer_due),
    }


def _mandatory_report_text(reads: Sequence[str]) -> Markup:
    if not reads:
        return escape(_("Is a child in danger? Adults here must tell others. Even if you say no."))
    words = escape(_("Is a child in danger? %(names)s must tell others. Even if you say no."))
    return words % {"names": names_label(reads)}


def render_goodbye(template: str, round_: Round, site: Site) -> str:
    """Render the page after a child has sent a response."""
    choice = round_.purpose in EXEMPT
    template_values = {"choice": choice, "seen": round_.ages == SMALL_CHILDREN, **explain_afterwards(round_, site)}
    return render_template(template, front_href="/language", **template_values)


def explain_afterwards(round_: Round, site: Site) -> dict[str, Markup]:
    """What happens after a response was sent: when it is counted, who answers by when."""
    last_day = format_short_day(round_.last_day(site.time_zone))
    answers = _decider_text(round_, _("%(name)s answers by %(day)s."))
    counted = _evening_text(round_, site) if round_.purpose in EXEMPT else _counting_text(round_, last_day)
    return {"counted": counted, "counted_if": _condition_text(round_), "answers": answers}


def _evening_text(round_: Round, site: Site) -> Markup:
    ends = round_.ends_at.astimezone(ZoneInfo(site.time_zone))
    hour = formats.format_spoken_hour(ends.time())
    return escape(_("On %(day)s at %(hour)s we count.", day=format_short_day(ends.date()), hour=hour))


def _counting_text(round_: Round, last_day: str) -> Markup:
    if not round_.counts:
        return escape(_("Only the letter box is read."))
    if round_.purpose in RUNS_ON:
        return escape(_("We count when ten children have answered."))
    return escape(_("After %(day)s we count.", day=last_day))


def _condition_text(round_: Round) -> Markup:
    if not round_.counts:
        return escape(_("We are fewer than ten of us."))
    if round_.purpose in EXEMPT:
        return escape(_("If five children or more have chosen."))
    return Markup() if round_.purpose in RUNS_ON else escape(_("If ten or more children answered."))


_rounds_cache: Final = AppCache[tuple[str, object, object], tuple[Round, Questionnaire]](500, seconds=5)
"""Rounds by slug, end and day of closing, both as the database driver returns them: a round that is ended or closed has
another key, and is read again. The name of a decider may be five seconds old, as that of a reader."""


@dataclass(frozen=True, slots=True)
class EligibleRound:
    """A round that the tablet of this request may answer.

    Attributes:
        site: where the tablet is.
        round: its round.
        questionnaire: of the round.
    """

    site: Site
    round: Round
    questionnaire: Questionnaire


_tables = db.Base.metadata.tables

_rounds, _batches, _round_sites = (_tables[model.__tablename__] for model in (RoundRow, BatchRow, RoundSiteRow))

_FIND_ROUND = CompiledStatement(
    select(_rounds.c.ends_at, _batches.c.closed_on, _round_sites.c.site_id)
    .join(_batches, _batches.c.id == _rounds.c.batch_id)
    .outerjoin(
        _round_sites,
        and_(_round_sites.c.round_id == _rounds.c.id, _round_sites.c.site_id == bindparam("site")),
    )
    .where(_rounds.c.slug == bindparam("slug"))
)


def eligible_round_or_abort(slug: str) -> EligibleRound:
    """Find a round that the tablet of this request may answer.

    Aborts with 403 on a device that is not connected or belongs to another site, with 404 where no such round exists,
    and where it is of feedback.
    """
    with db.connection_to_read() as connection:
        tablet = tablet_of(connection) or abort(403)
        ends_at, closed_on, here = _FIND_ROUND.first(connection, {"slug": slug, "site": tablet.site.id}) or abort(404)
        if here is None:
            abort(403)
        round_, questionnaire = _rounds_cache.get((slug, ends_at, closed_on), lambda: _read_round(connection, slug))
    if round_.purpose == FEEDBACK:  # it is asked on the page of an answer alone
        abort(404)
    return EligibleRound(tablet.site, round_, questionnaire)


def _read_round(connection: Connection, slug: str) -> tuple[Round, Questionnaire]:
    with Session(connection) as session:
        round_ = find_round(session, slug)
        assert round_ is not None  # its row was read a moment ago
        return round_, questionnaire_of_round(session, round_)
