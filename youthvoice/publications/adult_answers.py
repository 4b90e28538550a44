"""What adults answered to a published round, in words for guardians and children. Adults' words, so never frozen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from flask_babel import get_locale, gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.accountability.labels import PersonNames, by_whom_label, reply_opening_label, waiting_label
from youthvoice.accountability.store import list_newest_items
from youthvoice.accounts.store import names_of_people
from youthvoice.publications import labels
from youthvoice.publications.snapshot import Frozen
from youthvoice.surveys.rounds.status import find_answer_due
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

_COMMITTEES_SHOWN: Final = 6

_COMMITTEES_NEWS: Final = timedelta(days=120)
"""So old an answer to a committee may be that families are told of: whoever reads every quarter misses none."""

_LOOKED_AT: Final = 20  # items that are opened for these

CommitteeReply = tuple[str, str, str, str]  # reply, strong words, what was said, who


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What is known of the answer.

    Attributes:
        did: yes and partly, to everything at once.
        could_not: no, because, to everything at once.
        decider: who answers what the children said, by the name she has now; whom to ask about it.
        waits: who answers by when; empty once everything is answered.
        to: by the name of a question, the answer to it alone: it stands beside what it answers.
    """

    did: tuple[CommitteeReply, ...]
    could_not: tuple[CommitteeReply, ...]
    waits: str
    decider: str
    to: Mapping[str, CommitteeReply] = field(default_factory=dict)


def find_answer_due_for(session: Session, frozen: Frozen) -> AnswerDue | None:
    """What the decider owes about a round, with the answers so far."""
    return find_answer_due(session, frozen["purpose"], frozen["round"])


def names_beside_answers(session: Session, answer_due: AnswerDue | None) -> PersonNames:
    """The names of everybody who is said beside an answer."""
    return names_of_people(session, answer_due.people) if answer_due else {}


def load_reply_view(session: Session, frozen: Frozen, today: date) -> ReplyView:
    """As `reply_view_of`, with what is owed and the names as they are now."""
    answer_due = find_answer_due_for(session, frozen)
    return reply_view_of(frozen, answer_due, today, names_beside_answers(session, answer_due))


def reply_view_of(
    frozen: Frozen, answer_due: AnswerDue | None, today: date, known: PersonNames | None = None
) -> ReplyView:
    """The answers as a view shows them, in the language that gettext speaks now.

    What adults said last stands here until they say something else: a view for guardians does not change by what
    children do.

    Args:
        frozen: the view.
        answer_due: what the decider owes about it.
        today: at the site.
        known: names, as `names_beside_answers` gives them; the decider's own is in the view.
    """
    replies = _last_said(answer_due) if answer_due else ()
    texts = {part.name: part.words for part in answer_due.parts} if answer_due else {}
    wordings = {reply.part: answer_due.wording(reply.part) for reply in replies} if answer_due else {}
    teller = _ReplyRows(frozen, texts, _spoken(frozen), known or {}, today, wordings)
    names = {question["name"] for question in frozen["questions"]}
    to = {reply.part: teller.row(reply, beside=True) for reply in replies if reply.part in names}
    did = tuple(teller.row(reply) for reply in replies if reply.kind != "no_because" and reply.part not in to)
    could_not = tuple(teller.row(reply) for reply in replies if reply.kind == "no_because" and reply.part not in to)
    settled = answer_due is not None and (answer_due.settled_on is not None or bool(answer_due.again))
    waits = "" if settled else waiting_sentence(frozen, answer_due, today, known or {})
    return ReplyView(did, could_not, waits, decider_name(frozen, answer_due, known or {}), to)


def decider_name(frozen: Frozen, answer_due: AnswerDue | None, known: PersonNames) -> str:
    """What she is called now who answers; what the view says where nothing is owed any more."""
    return known.get(answer_due.owner_id or 0, frozen["decider"]) if answer_due else frozen["decider"]


def waiting_sentence(frozen: Frozen, answer_due: AnswerDue | None, today: date, known: PersonNames) -> str:
    """Who answers, by when; said honestly when that day has passed (S13)."""
    if answer_due is not None:
        return waiting_label(answer_due, {answer_due.owner_id or 0: frozen["decider"], **known}, today)
    values = {"name": frozen["decider"], "day": labels.frozen_day_label(frozen["answer_due"])}
    if today > date.fromisoformat(frozen["answer_due"]):
        return str(_("%(name)s should have answered by %(day)s. We keep asking.", **values))
    return str(_("%(name)s answers by %(day)s.", **values))


def list_committee_replies(session: Session, site_ids: Collection[int], today: date) -> tuple[CommitteeReply, ...]:
    """What adults answered of late to the committees of some sites, the latest first: words only, and never how many.

    Args:
        session: only read.
        site_ids: whose.
        today: at the site.
    """
    items = list_newest_items(session, site_ids, _LOOKED_AT)
    since = today - _COMMITTEES_NEWS
    said = [
        (reply, answer_due) for answer_due in items if (reply := answer_due.last()) is not None and reply.day >= since
    ]
    said.sort(key=lambda both: both[0].day, reverse=True)
    known = names_of_people(session, {given.by for given, _one in said})
    return tuple(
        _committee_reply(given, reply_opening_label(given.kind), known.get(given.by, ""), today)
        for given, _one in said[:_COMMITTEES_SHOWN]
    )


def spoken_words(reply: Reply) -> Markup:
    """An adult's words in the language of the page, else in the first they were written in; marked with it."""
    return words_with_language(reply.words, reply.read_in(str(get_locale() or "en")))


def words_with_language(words_: Mapping[str, str], language: str) -> Markup:
    """Words in a language that they have; marked with it, and named where the page speaks another.

    Args:
        words_: by language.
        language: one of theirs.
    """
    markup = Markup('<span lang="{}" dir="{}">{}</span>').format(tag(language), direction(language), words_[language])
    if language == str(get_locale() or "en") or language not in LANGUAGES:
        return markup
    name = Markup('<bdi lang="{}">{}</bdi>').format(tag(language), LANGUAGES[language].name)
    return markup + Markup(" <small>({})</small>").format(name)


def _spoken(frozen: Frozen) -> str:
    code = str(get_locale() or "en")
    return code if code in frozen["languages"] else frozen["languages"][0]


def _last_said(answer_due: AnswerDue) -> tuple[Reply, ...]:
    """Every answer there is, and of what was opened again the one there was."""
    parts = (*(reply.part for reply in answer_due.replies), *answer_due.again)
    replies = (answer_due.last(part) for part in sorted(set(parts)))
    return tuple(reply for reply in replies if reply is not None)


@dataclass(frozen=True, slots=True)
class _ReplyRows:
    frozen: Frozen
    texts: Mapping[str, Mapping[str, str]]
    language: str
    known: PersonNames
    today: date
    wordings: Mapping[str, str]

    def row(self, reply: Reply, *, beside: bool = False) -> CommitteeReply:
        """An answer; where it does not stand beside its question, with that."""
        part = None if beside else self.texts.get(reply.part)
        about = labels.frozen_words(part, self.language, self.frozen["languages"]) if part else ""
        opening = reply_opening_label(reply.kind, self.wordings.get(reply.part, "round"))
        begin = " ".join(filter(None, (about, opening)))
        return _committee_reply(reply, begin, self.known.get(reply.by, self.frozen["decider"]), self.today)


def _committee_reply(reply: Reply, begin: str, who: str, today: date) -> CommitteeReply:
    day = labels.frozen_day_label(reply.day.isoformat())  # before the name: a Latin name would turn an Arabic day round
    return reply.kind, begin, spoken_words(reply), f"{day} · {by_whom_label(reply, who, today)}"
