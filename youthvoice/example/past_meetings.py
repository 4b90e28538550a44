"""The year before in the example: a general meeting asked adults for things, they answered, and the results count.

It is the last year that is old enough to be counted (`publications.influence.years`), so that a first visitor sees its
figures. The general meeting ended with that year; today's committees came later.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.replies import confirm_done
from youthvoice.accountability.store import find_by_subject
from youthvoice.committees.agenda.entities import ItemBody
from youthvoice.committees.agenda.store import add_item, find_item
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import outcomes
from youthvoice.committees.meetings.store import add_meeting, find_meeting, record_attendance
from youthvoice.committees.setup import close_committee
from youthvoice.committees.store import add_committee
from youthvoice.example.rounds import log_of, person_id, pretend_moment, reply, require

Words = dict[str, str]

_IS_THERE: Final[Words] = {
    "en": "It is there since this week.",
    "hi": "इस हफ़्ते से यह है।",
    "ar": "إنه موجود منذ هذا الأسبوع.",
}
_HALF: Final[Words] = {
    "en": "One is there. The other comes after the holidays.",
    "hi": "एक आ गई है। दूसरी छुट्टियों के बाद आएगी।",
    "ar": "وصلت واحدة. والأخرى بعد العطلة.",
}
_MONEY: Final[Words] = {
    "en": "This year's money went into beds. We ask again next year.",
    "hi": "इस साल के पैसे बिस्तरों में लगे। अगले साल हम फिर माँगेंगे।",
    "ar": "ذهب مال هذا العام إلى الأسرّة. سنطلب من جديد العام القادم.",
}
_LIST: Final[Words] = {
    "en": "The kitchen cooks by a list. We have asked for a new one.",
    "hi": "रसोई एक सूची से पकाती है। हमने नई सूची माँगी है।",
    "ar": "يطبخ المطبخ حسب قائمة. طلبنا قائمة جديدة.",
}
_GROUND: Final[Words] = {
    "en": "The ground is not ours. We have asked the owner.",
    "hi": "ज़मीन हमारी नहीं है। हमने मालिक से पूछा है।",
    "ar": "الأرض ليست لنا. سألنا المالك.",
}


class _Wish(NamedTuple):
    """A wish of the meeting: the adult's answer after some days, and whether the next meeting confirmed it."""

    topic: str
    wish: str
    words: Words
    kind: str
    reply_words: Words
    days: int
    is_done: bool = False


# month -> the wishes of that meeting
_MEETINGS: Final[dict[int, tuple[_Wish, ...]]] = {
    2: (
        _Wish("sleep", "mend", {"en": "The window stays open", "hi": "खिड़की खुली रहती है", "ar": "النافذة تبقى مفتوحة"},
              "yes", _IS_THERE, 9, is_done=True),
        _Wish("food", "more", {"en": "Tea in the evening", "hi": "शाम को चाय", "ar": "شاي في المساء"},
              "yes", _IS_THERE, 12, is_done=True),
        _Wish("play", "more", {"en": "Two more balls", "hi": "दो और गेंदें", "ar": "كرتان إضافيتان"},
              "partly", _HALF, 20, is_done=True),
        _Wish("other", "talk", {"en": "Longer calls home", "hi": "घर पर लंबी बात", "ar": "مكالمات أطول مع الأهل"},
              "no_because", _MONEY, 26),
    ),
    4: (
        _Wish("broken", "mend", {"en": "The tap drips", "hi": "नल टपकता है", "ar": "الصنبور يقطر"},
              "yes", _IS_THERE, 8, is_done=True),
        _Wish("learning", "more", {"en": "A map of the world", "hi": "दुनिया का नक्शा", "ar": "خريطة العالم"},
              "yes", _IS_THERE, 15),
        _Wish("food", "talk", {"en": "Less salt", "hi": "कम नमक", "ar": "ملح أقل"}, "no_because", _LIST, 40),
    ),
    6: (
        _Wish("play", "talk", {"en": "A garden of our own", "hi": "हमारा अपना बगीचा", "ar": "حديقة لنا"},
              "no_because", _GROUND, 27),
        _Wish("broken", "mend", {"en": "A new rope for the swing", "hi": "झूले की नई रस्सी", "ar": "حبل جديد للأرجوحة"},
              "yes", _IS_THERE, 6),
        _Wish("sleep", "more", {"en": "A lamp at each bed", "hi": "हर बिस्तर पर बत्ती", "ar": "مصباح عند كل سرير"},
              "no_because", _MONEY, 22),
    ),
    9: (
        _Wish("learning", "more", {"en": "Books in three languages", "hi": "तीन भाषाओं में किताबें", "ar": "كتب بثلاث لغات"},
              "no_because", _MONEY, 45),
        _Wish("other", "more", {"en": "A box for lost things", "hi": "खोई चीज़ों का डिब्बा", "ar": "صندوق للمفقودات"},
              "yes", _IS_THERE, 10),
        _Wish("play", "talk", {"en": "Music on Sundays", "hi": "रविवार को संगीत", "ar": "موسيقى يوم الأحد"},
              "no_because", _MONEY, 35),
    ),
}  # fmt: skip

_NAME: Final = "Meeting of the whole house"

_ENDED_IN: Final = 11  # the month

_MAY_TAKE: Final = timedelta(days=30)

_CHILDREN, _ADULTS = 26, 2


def first_moment(year: int) -> datetime:
    """The moment of the installation's founding: a month before its first meeting."""
    return _moment(year, min(_MEETINGS) - 1)


def hold_meetings(site_id: int, year: int) -> None:
    """Set up the general meeting, hold it four times, let Lata answer each wish on its day, and close it.

    Args:
        site_id: of the example.
        year: in which all of it happens.
    """
    with pretend_moment(first_moment(year)), db.writing(db.engine()) as session:
        committee = _set_up(session, site_id)
    to_confirm: list[int] = []
    for month, wishes in _MEETINGS.items():
        moment = _moment(year, month)
        answer_ids = _meet(committee, moment, wishes, to_confirm)
        for answer_id, wish in sorted(zip(answer_ids, wishes, strict=True), key=lambda pair: pair[1].days):
            with pretend_moment(moment + timedelta(days=wish.days)), db.writing(db.engine()) as session:
                reply(session, answer_id, "", wish.kind, wish.reply_words)
        to_confirm = [answer_id for answer_id, wish in zip(answer_ids, wishes, strict=True) if wish.is_done]
    with pretend_moment(_moment(year, _ENDED_IN)), db.writing(db.engine()) as session:
        close_committee(session, committee.id, context.now(), context.today())
        log_of("tomas").add(session, "committee.close", str(committee.id))


def _moment(year: int, month: int) -> datetime:
    return datetime(year, month, 10, 10, tzinfo=UTC)


def _set_up(session: Session, site_id: int) -> Committee:
    values = {
        "preset": "bal_sabha", "name": _NAME, "place": "The yard", "rhythm_days": 56, "quorum": 10, "term_days": 365,
        "check_days": 2, "first_at": context.now() + timedelta(days=30), "opened_on": context.today(),
        "facilitator_id": person_id(session, "lata"),
    }  # fmt: skip
    committee = add_committee(session, site_id, values)
    log_of("tomas").add(session, "committee.set_up", str(committee.id))
    return committee


def _meet(committee: Committee, moment: datetime, wishes: tuple[_Wish, ...], to_confirm: list[int]) -> list[int]:
    """Hold one meeting: children confirm earlier answers and make new wishes; returns the new answers due."""
    ends = moment + timedelta(hours=1)
    with pretend_moment(ends), db.writing(db.engine()) as session:
        today: date = context.today()
        planned = add_meeting(session, committee, moment, "", moment - timedelta(days=7))
        record_attendance(session, committee, planned, _CHILDREN, _ADULTS, ends)
        meeting = require(find_meeting(session, planned.id))
        for answer_id in to_confirm:
            confirm_done(session, answer_id, today)
        answer_ids = []
        for wish in wishes:
            item = require(find_item(session, add_item(session, committee.id, _body(wish), today)))
            entry = outcomes.OutcomeEntry("adults", due=today + _MAY_TAKE)
            outcomes.record_outcome(session, committee, meeting, item, entry, ends, today)
            answer_ids.append(require(find_by_subject(session, "item", item.subject)).id)
    return answer_ids


def _body(wish: _Wish) -> ItemBody:
    return ItemBody(wish.topic, wish.wish, wish.words, source="meeting")
