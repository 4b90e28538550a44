"""Open rounds: check every rule, then write everything in one transaction."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import COORDINATOR
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import change_owner, create_answer_due, list_unsettled
from youthvoice.accounts.store import find_person, find_readers_at_sites, list_trusted_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import ConcurrentUpdate
from youthvoice.privacy.keys.key_names import care_answers_key, open_answers_key, quarter_name
from youthvoice.sites.last_day import limit_to_last_day, stops_telling
from youthvoice.sites.store import Site, find_site, list_all_sites, list_groups, lock_sites
from youthvoice.surveys.models import AskedGroupRow, AskedQuestionRow, BatchRow, RoundRow, RoundSiteRow
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK
from youthvoice.surveys.questionnaires.store import add_feedback, find_stored_questionnaire, load_questionnaire
from youthvoice.surveys.rounds import rules, store
from youthvoice.surveys.rounds.entities import CARD, EXEMPT, RUNS_ON, Round, Span
from youthvoice.web.random_ids import new_slug


def find_already_asked(  # noqa: PLR0913 - which questions, of whom, under which assumption
    session: Session,
    question_periods: Iterable[rules.QuestionPeriods],
    site_ids: Sequence[int],
    group_name: str = "",
    *,
    lock: bool = False,
    suppose_apart: bool = False,
) -> frozenset[str]:
    """Find which questions children of these sites may have been asked in one of their periods already (T9).

    Args:
        session: only read; may write where rows are locked.
        question_periods: the questions to be asked, with their periods.
        site_ids: of the sites.
        group_name: of the only group that is asked, at one site; empty for everybody.
        lock: whether to let others who open at these sites wait until this transaction ends.
        suppose_apart: whether to assume that two adults declared the site's groups to share no child.
    """
    group_id, apart = _group_and_those_apart(session, site_ids, group_name)
    if suppose_apart and group_id is not None:
        apart = frozenset(group.id for group in list_groups(session, site_ids[0]))
    if lock:  # of the sites, for what nobody has asked yet has no row to lock
        lock_sites(session, site_ids)
    identities = set()
    for periods in sorted(question_periods, key=lambda periods: periods.identity):
        times = or_(*(AskedQuestionRow.period.like(pattern) for pattern in periods.forbidding))
        query = select(AskedQuestionRow).where(
            AskedQuestionRow.identity == periods.identity, AskedQuestionRow.site_id.in_(site_ids), times
        )
        rows = session.scalars(query).all()
        if any(rules.overlaps(group_id, apart, _groups_asked(session, row)) for row in rows):
            identities.add(periods.identity)
    return frozenset(identities)


def _group_and_those_apart(
    session: Session, site_ids: Sequence[int], group_name: str
) -> tuple[int | None, frozenset[int]]:
    """The group's id, None for the whole site; and the ids of its set of groups that share no child, with its own."""
    groups = list_groups(session, site_ids[0]) if group_name and len(site_ids) == 1 else []
    group = next((group for group in groups if group.name == group_name), None)
    if group is None:
        return None, frozenset()
    return group.id, frozenset(other.id for other in groups if group.apart is not None and other.apart == group.apart)


def _groups_asked(session: Session, row: AskedQuestionRow) -> Sequence[int]:
    same = (AskedGroupRow.identity == row.identity, AskedGroupRow.site_id == row.site_id)
    return session.scalars(select(AskedGroupRow.group_id).where(*same, AskedGroupRow.period == row.period)).all()


def open_rounds(session: Session, opening: rules.RoundOpening, log: Log) -> list[Round]:
    """Open a round, or the two of a pair; the caller commits.

    Raises:
        ValueError: no second adult has signed.
        ConcurrentUpdate: another coordinator asked the same first; the transaction must be rolled back.
    """
    if opening.seconded_by is None:
        raise ValueError("two adults open a round")
    questionnaire = load_questionnaire(session, opening.questionnaire_id)
    periods = rules.question_periods(questionnaire, opening.purpose, opening.spans, opening.time_zone, opening.split)
    if find_already_asked(session, periods, opening.site_ids, opening.group_name, lock=True):
        raise ConcurrentUpdate
    pair = secrets.token_hex(8) if len(opening.spans) > 1 else None
    rounds: list[Round] = []
    for span in opening.spans:
        slug = _new_slug(session)
        columns = {name: getattr(opening, name) for name in _OPENING_COLUMNS}
        columns |= {"wave": span.wave, "starts_at": span.starts_at, "ends_at": span.ends_at}
        if opening.link == CARD and rounds:
            columns["batch_id"] = rounds[0].batch_id
        rounds.append(add_round(session, slug, pair, _answers_key(opening, span, slug), opening.site_ids, **columns))
    if opening.purpose not in EXEMPT:  # a choice gets an answer due only once something won
        create_round_answer_due(session, rounds[-1])
    group_id, _apart = _group_and_those_apart(session, opening.site_ids, opening.group_name)
    _record_asked_questions(session, periods, opening.site_ids, rounds[0].batch_id, group_id)
    for round_ in rounds:
        log.add(session, "round.open", f"{round_.slug} with {opening.seconded_by}")
    return rounds


def add_round(
    session: Session, slug: str, pair: str | None, answers_key: str, site_ids: Sequence[int], **columns: object
) -> Round:
    """Add a round and its batch, with a row for each site; with a `batch_id` it joins the batch of an earlier round.

    Args:
        session: may write.
        slug: its name in addresses.
        pair: shared by the two of a pair.
        answers_key: name of the key file under which its responses are encrypted.
        site_ids: the time zone of the first one applies.
        columns: the other columns.
    """
    if "batch_id" not in columns:
        batch = BatchRow(pair=pair, answers_key=answers_key)
        session.add(batch)
        session.flush()
        columns["batch_id"] = batch.id
    round_row = RoundRow(slug=slug, **columns)
    session.add(round_row)
    session.flush()
    session.add_all(
        RoundSiteRow(round_id=round_row.id, site_id=site_id, first=site_id == site_ids[0]) for site_id in site_ids
    )
    session.flush()
    return store.list_rounds_by_id(session, [round_row.id])[0]


def create_round_answer_due(session: Session, round_: Round) -> None:
    """Create the decider's answer due; a pair has one, for its last round, whose view compares both."""
    create_answer_due(
        session,
        site_id=round_.site_ids[0],
        kind="round",
        subject=round_.slug,
        about=round_.titles,
        due=round_.answer_due,
        owner_id=round_.decider_id,
    )


_OPENING_COLUMNS: Final = (
    "questionnaire_id", "purpose", "link", "invited", "permission", "decider_id", "answer_due", "opened_by",
    "seconded_by", "slips", "group_name", "split",
)  # fmt: skip


def _record_asked_questions(
    session: Session,
    question_periods: Iterable[rules.QuestionPeriods],
    site_ids: Iterable[int],
    batch_id: int,
    group_id: int | None,
) -> None:
    keys = sorted(
        (periods.identity, site_id, period)
        for periods in question_periods
        for site_id in site_ids
        for period in periods.periods
    )  # in order, so that two who open concurrently wait for each other instead of a deadlock
    try:
        for identity, site_id, period in keys:
            asked_row = session.get(AskedQuestionRow, (identity, site_id, period))
            if asked_row is not None and group_id is None:
                raise ConcurrentUpdate  # somebody recorded it concurrently
            if asked_row is None:
                session.add(AskedQuestionRow(identity=identity, site_id=site_id, period=period, batch_id=batch_id))
            if group_id is not None:
                values = {"identity": identity, "site_id": site_id, "period": period, "batch_id": batch_id}
                session.add(AskedGroupRow(group_id=group_id, **values))
        session.flush()
    except IntegrityError:
        raise ConcurrentUpdate from None


def _new_slug(session: Session) -> str:
    return new_slug(lambda slug: session.scalar(select(RoundRow.id).where(RoundRow.slug == slug)) is not None)


def _answers_key(opening: rules.RoundOpening, span: Span, slug: str) -> str:
    if opening.purpose in RUNS_ON:
        return care_answers_key(slug, 1)
    if opening.purpose == "choice":
        return f"open-answers-choice-{slug}"
    last = opening.last_day if opening.link == CARD else span.last_day(opening.time_zone)  # one batch has one key
    return open_answers_key(quarter_name(last))


class OpeningRefused(Exception):
    """Some rules forbid the opening now.

    Attributes:
        refusals: of every rule that does.
    """

    def __init__(self, refusals: tuple[rules.RuleRefusal, ...]) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


@dataclass(frozen=True, slots=True)
class OpeningCheck:
    """The rules that forbid an opening, and notices that do not."""

    refusals: tuple[rules.RuleRefusal, ...]
    notices: tuple[rules.RuleRefusal, ...]


def check_opening(session: Session, opening: rules.RoundOpening) -> OpeningCheck:
    """Check an opening against every rule, as things are now.

    Raises:
        KeyError: there is no such questionnaire.
    """
    questionnaire = load_questionnaire(session, opening.questionnaire_id)
    questionnaire_row = find_stored_questionnaire(session, opening.questionnaire_id)
    decider = find_person(session, opening.decider_id)
    sites = [
        find_site_readiness(session, site_id) for site_id in opening.site_ids if find_site(session, site_id) is not None
    ]
    periods = rules.question_periods(questionnaire, opening.purpose, opening.spans, opening.time_zone, opening.split)
    identities = find_already_asked(session, periods, opening.site_ids, opening.group_name)
    may_be_apart = bool(opening.group_name and identities) and not find_already_asked(
        session, periods, opening.site_ids, opening.group_name, suppose_apart=True
    )
    refusals = rules.opening_refusals(
        opening,
        questionnaire,
        approved=questionnaire_row is not None and questionnaire_row.approved_on is not None,
        sites=sites,
        groups=[group.name for group in list_groups(session, opening.site_ids[0])],
        decider_is_here=decider is not None and decider.left_on is None,
        asked_identities=identities,
        may_be_apart=may_be_apart,
        now=context.now(),
    )
    return OpeningCheck(refusals, rules.opening_notices(opening, questionnaire, sites))


def open_confirmed_rounds(session: Session, first_opening: rules.RoundOpening, second: int, log: Log) -> list[Round]:
    """Check an opening again when the second adult agrees, perhaps days later, and open its rounds.

    Args:
        session: may write; the caller commits, or rolls back.
        first_opening: as the first adult checked it.
        second: the second adult's row of `people`.
        log: in the first adult's name.

    Raises:
        OpeningRefused: with every rule that forbids it now; the transaction must be rolled back.
    """
    opening = first_opening.confirmed(second, context.now())
    if rule_refusals := check_opening(session, opening).refusals:
        raise OpeningRefused(rule_refusals)
    try:
        return open_rounds(session, opening, log)
    except ConcurrentUpdate:
        raise OpeningRefused((rules.RuleRefusal("asked_meanwhile", "questionnaire"),)) from None


_QUARTERS_AHEAD: Final = 5  # a lasting fact may be asked again in the next year


def propose_repeat(session: Session, waves: Sequence[Round], time_zone: str, person_id: int) -> rules.RoundOpening:
    """Propose to ask the same children the same questions again, from the first day on which that is allowed (T9).

    The new rounds last as long as the old ones. The number invited and the permission are not copied: both hold for one
    time only.

    Args:
        session: only read.
        waves: one round, or the two of a pair.
        time_zone: of its first site.
        person_id: the adult who opens it.
    """
    before, questionnaire = waves[0], load_questionnaire(session, waves[0].questionnaire_id)
    possible = [_shift_spans(waves, day, time_zone) for day in _possible_days(context.today(time_zone))]

    def may_be_asked(spans: tuple[Span, ...]) -> bool:
        periods = rules.question_periods(questionnaire, before.purpose, spans, time_zone, before.split)
        return not find_already_asked(session, periods, before.site_ids, before.group_name)

    spans = next((spans for spans in possible if may_be_asked(spans)), possible[0])
    return rules.RoundOpening(
        questionnaire_id=before.questionnaire_id,
        purpose=before.purpose,
        spans=spans,
        site_ids=before.site_ids,
        time_zone=time_zone,
        invited=0,
        permission="",
        decider_id=before.decider_id,
        answer_due=before.answer_due + (spans[0].first_day(time_zone) - before.first_day(time_zone)),
        opened_by=person_id,
        link=before.link,
        slips=before.slips,
        group_name=before.group_name,
        split=before.split,
    )


def _possible_days(today: date) -> Iterator[date]:
    """Tomorrow, then the first day of each of the next quarters."""
    day = today + timedelta(days=1)
    yield day
    for _quarter in range(_QUARTERS_AHEAD):
        day = rules.first_day_of_next_quarter(day)
        yield day


def _shift_spans(waves: Sequence[Round], first: date, time_zone: str) -> tuple[Span, ...]:
    shift, now = first - waves[0].first_day(time_zone), context.now()
    days = [(round_.wave, round_.first_day(time_zone) + shift, round_.last_day(time_zone) + shift) for round_ in waves]
    return tuple(Span.of_days(wave, begins, ends, time_zone, now) for wave, begins, ends in days)


def find_site_readiness(session: Session, site_id: int) -> rules.SiteReadiness:
    """Find what is in place at a site before children are asked.

    Raises:
        KeyError: there is no such site.
    """
    site = find_site(session, site_id)
    if site is None:
        raise KeyError(site_id)
    return readiness_by_site(session, [site])[site_id]


def readiness_by_site(session: Session, sites: Sequence[Site]) -> dict[int, rules.SiteReadiness]:
    """What is in place at some sites before children are asked, by id of the site."""
    readers = find_readers_at_sites(session, [site.id for site in sites])
    return {
        site.id: rules.SiteReadiness(
            site.name,
            tuple(site.languages),
            len(readers[site.id].advocates),
            bool(site.helpline_name and site.helpline_number and site.helpline_tested),
            site.time_zone,
            site.closes_on,
        )
        for site in sites
    }


def open_feedback_rounds() -> None:
    """Open a round of feedback at every site that has none open, and end that of a site where telling stopped. A job.

    An adult whom children may call unkind would not ask them: no adult opens or ends it. It is asked on the page of a
    report's answer, with a ticket (`responses.tickets`), and closes as a care round does. The answer due of a
    coordinator who has left goes to one of today.
    """
    with db.reading(db.engine()) as session:
        have_round = store.list_sites_with_feedback_round(session, context.now())
        sites = [
            site
            for site in list_all_sites(session)
            if (site.id in have_round) == stops_telling(site, context.today(site.time_zone))
        ]
        answers_due = list_unsettled(session, "round", store.list_feedback_slugs(session))
    for site in sites:
        with db.writing(db.engine()) as session:
            _end_feedback_round(session, site)
            open_feedback_round(session, site)
    for answer_due in answers_due:
        with db.writing(db.engine()) as session:
            _pass_on(session, answer_due)


def _lacks_round(session: Session, site: Site) -> bool:
    return store.find_feedback_round(session, site.id, context.now()) is None


def _end_feedback_round(session: Session, site: Site) -> None:
    """End the round of a site where telling stopped: it is counted once the last day is over."""
    now, day = context.now(), context.today(site.time_zone)
    round_ = store.find_feedback_round(session, site.id, now) if stops_telling(site, day) else None
    if round_ is not None:
        store.end_early(session, round_, now, day)


def _pass_on(session: Session, answer_due: AnswerDue) -> None:
    """Let a coordinator of today answer, where the owner of the answer due has left the site."""
    decider_id = find_feedback_decider(session, answer_due.site_id, answer_due.owner_id)
    if decider_id not in {None, answer_due.owner_id}:
        change_owner(session, "round", answer_due.subject, decider_id)
        session.execute(update(RoundRow).where(RoundRow.slug == answer_due.subject).values(decider_id=decider_id))


def find_feedback_decider(session: Session, site_id: int, before: int | None = None) -> int | None:
    """The coordinator of a site who answers what children said of answers; None where there is none.

    Args:
        session: only read.
        site_id: the site.
        before: who was to answer until now, and stays while she coordinates.
    """
    people = {person.id for person in list_trusted_people(session, [site_id]) if person.role == COORDINATOR}
    return before if before in people else min(people, default=None)


def open_feedback_round(session: Session, site: Site) -> None:
    """Open the round of a site; nothing where one is open, telling stopped, or no coordinator could answer it."""
    lock_sites(session, [site.id])
    decider_id = find_feedback_decider(session, site.id)
    is_closing = stops_telling(site, context.today(site.time_zone))
    if decider_id is None or is_closing or not _lacks_round(session, site):
        return
    now, slug = context.now(), _new_slug(session)
    log = Log(context.day_at(now, site.time_zone), "work")
    add_round(
        session, slug, None, care_answers_key(slug, 1), [site.id],
        questionnaire_id=add_feedback(session, log).id, purpose=FEEDBACK, wave="single",
        starts_at=now, ends_at=now + rules.MAX_ROUND_TIME, invited=0, permission="", decider_id=decider_id,
        answer_due=limit_to_last_day(context.day_at(now + rules.MAX_ROUND_TIME, site.time_zone), site, log.day),
    )  # fmt: skip
    log.add(session, "round.open", slug)
