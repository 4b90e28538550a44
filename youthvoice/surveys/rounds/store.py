"""Queries for rounds and sittings: find, list, end, and enter invited children."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from youthvoice import context
from youthvoice.accountability import store as answers_store
from youthvoice.accounts.store import names_of_people
from youthvoice.audit.audit_log import Log
from youthvoice.db import count_changed
from youthvoice.errors import ConcurrentUpdate
from youthvoice.privacy.keys.key_names import quarter_name
from youthvoice.surveys.models import (
    AskedGroupRow,
    AskedQuestionRow,
    BatchRow,
    QuestionnaireRow,
    RoundRow,
    RoundSiteRow,
    SittingRow,
)
from youthvoice.surveys.questionnaires.question_identity import AskedBefore, NearCopy, find_near_copies_of
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK, SMALL_CHILDREN, Questionnaire
from youthvoice.surveys.questionnaires.store import load_questionnaire, parse_questionnaire
from youthvoice.surveys.rounds.entities import CARD, EXEMPT, UNATTENDED, Round, Span

_ADDED = {"site_ids", "title", "ages", "decider_name"}  # from other tables, or from inside the questionnaire

_COLUMNS = tuple(name for name in Round.__dataclass_fields__ if name not in _ADDED)

_ROUNDS = (
    select(
        *(getattr(RoundRow, name) for name in _COLUMNS if hasattr(RoundRow, name)),
        *(getattr(BatchRow, name) for name in ("pair", "answers_key", "closed_on", "outcome")),
        QuestionnaireRow.name.label("questionnaire_name"),
        QuestionnaireRow.version.label("questionnaire_version"),
        QuestionnaireRow.digest,
        RoundSiteRow.site_id,
    )
    .join(BatchRow, BatchRow.id == RoundRow.batch_id)
    .join(QuestionnaireRow, QuestionnaireRow.id == RoundRow.questionnaire_id)
    .join(RoundSiteRow, RoundSiteRow.round_id == RoundRow.id)
    .order_by(RoundRow.starts_at, RoundRow.id, RoundSiteRow.first.desc(), RoundSiteRow.site_id)
)

# Built once, for they run with the pages of children: to build one takes longer than to run it.
_BY_SLUG = _ROUNDS.where(RoundRow.slug == bindparam("of_slug"))
_OPEN = _ROUNDS.where(
    RoundRow.id.in_(select(RoundSiteRow.round_id).where(RoundSiteRow.site_id == bindparam("of_site"))),
    RoundRow.starts_at <= bindparam("now"),
    RoundRow.ends_at > bindparam("now"),
    BatchRow.closed_on.is_(None),
)
_OF_ADULTS, _FEEDBACK = (
    _OPEN.where(purpose) for purpose in (RoundRow.purpose != FEEDBACK, RoundRow.purpose == FEEDBACK)
)


def find_round(session: Session, slug: str) -> Round | None:
    """Find the round of a slug."""
    return next(iter(_load_rounds(session, _BY_SLUG, of_slug=slug)), None)


def title_of_round(session: Session, round_id: int) -> Mapping[str, str]:
    """The title of a round by language, with its group; for packages that know only its row id."""
    rounds = _load_rounds(session, _ROUNDS.where(RoundRow.id == round_id))
    return rounds[0].titles if rounds else {}


def list_rounds_of_batch(session: Session, batch_id: int) -> list[Round]:
    """List the rounds that are counted in a batch, the first wave first."""
    return _before_first(_load_rounds(session, _ROUNDS.where(RoundRow.batch_id == batch_id)))


def list_open_rounds(session: Session, site_id: int, now: datetime) -> list[Round]:
    """List the rounds of adults that children of a site can answer now, oldest first."""
    return _load_rounds(session, _OF_ADULTS, of_site=site_id, now=now)


def find_feedback_round(session: Session, site_id: int, now: datetime) -> Round | None:
    """The round of a site in which children are asked how the answer to a report was; None where none is open."""
    return next(iter(_load_rounds(session, _FEEDBACK, of_site=site_id, now=now)), None)


def list_sites_with_feedback_round(session: Session, now: datetime) -> set[int]:
    """The sites that have such a round open."""
    query = (
        select(RoundSiteRow.site_id)
        .join(RoundRow, RoundRow.id == RoundSiteRow.round_id)
        .join(BatchRow, BatchRow.id == RoundRow.batch_id)
        .where(RoundRow.purpose == FEEDBACK, RoundRow.starts_at <= now, RoundRow.ends_at > now)
    )
    return set(session.scalars(query.where(BatchRow.closed_on.is_(None))))


def list_first_starts(session: Session, purpose: str) -> dict[int, datetime]:
    """When the first round of a purpose began, by site."""
    query = select(RoundSiteRow.site_id, func.min(RoundRow.starts_at)).join(RoundRow)
    return dict(session.execute(query.where(RoundRow.purpose == purpose).group_by(RoundSiteRow.site_id)).all())


def list_feedback_slugs(session: Session) -> set[str]:
    """The slugs of all rounds in which children are or were asked how an answer was."""
    return set(session.scalars(select(RoundRow.slug).where(RoundRow.purpose == FEEDBACK)))


def list_unfinished_rounds(session: Session, questionnaire_ids: Iterable[int], now: datetime) -> list[Round]:
    """List the rounds of some versions that children can answer now or later, at any site, oldest first."""
    query = _ROUNDS.where(RoundRow.questionnaire_id.in_(list(questionnaire_ids)), RoundRow.ends_at > now)
    return _load_rounds(session, query.where(BatchRow.closed_on.is_(None)))


def list_rounds(session: Session, site_ids: Iterable[int]) -> list[Round]:
    """List every round of some sites, oldest first."""
    return _load_rounds(session, _ROUNDS.where(_is_at(site_ids)))


def sites_with_sittings(session: Session, site_ids: Iterable[int]) -> set[int]:
    """Which of these sites had a round that adults opened and attend."""
    query = select(RoundSiteRow.site_id).join(RoundRow, RoundRow.id == RoundSiteRow.round_id)
    attended = query.where(RoundSiteRow.site_id.in_(list(site_ids)), RoundRow.purpose.not_in(UNATTENDED))
    return set(session.scalars(attended.distinct()))


def list_rounds_that_run(session: Session, site_ids: Iterable[int], now: datetime) -> list[Round]:
    """List the rounds of some sites whose time it is, oldest first."""
    query = _ROUNDS.where(_is_at(site_ids), RoundRow.starts_at <= now, RoundRow.ends_at > now)
    return _load_rounds(session, query)


def list_rounds_ended_since(session: Session, site_ids: Iterable[int], day: date) -> list[Round]:
    """List the rounds of some sites that one adult ended early, on a day or later, oldest first."""
    return _load_rounds(session, _ROUNDS.where(_is_at(site_ids), RoundRow.ended_on >= day))


def find_adults_of_round(session: Session, round_id: int) -> frozenset[int]:
    """The row ids of both adults who opened a round: who planned it, and who agreed; none for a round of feedback."""
    row = session.execute(select(RoundRow.opened_by, RoundRow.seconded_by).where(RoundRow.id == round_id)).one()
    return frozenset(filter(None, row))


def list_rounds_of_pair(session: Session, pair: str) -> list[Round]:
    """List the waves of a pair, the first one first."""
    return list_rounds_of_pairs(session, [pair])


def list_rounds_of_pairs(session: Session, pairs: Collection[str]) -> list[Round]:
    """List the waves of some pairs, the first ones first."""
    return _before_first(_load_rounds(session, _ROUNDS.where(BatchRow.pair.in_(pairs)))) if pairs else []


def last_slug_of_pair(session: Session, slug: str) -> str:
    """The slug of the later wave of a round's pair; its own where it has none. No site of it is read."""
    pair = select(BatchRow.pair).join(RoundRow, RoundRow.batch_id == BatchRow.id).where(RoundRow.slug == slug)
    waves = select(RoundRow.slug).join(BatchRow, BatchRow.id == RoundRow.batch_id)
    later = waves.where(BatchRow.pair == pair.scalar_subquery(), RoundRow.wave == "post")
    return session.scalar(later) or slug


@lru_cache(maxsize=100)  # to build it takes longer than to run it
def select_answered_rounds(since: date) -> Subquery:
    """The rounds that need no answer since some day or later: `round_id`, `last_id` and `settled_on`, as a subquery.

    The answer to both rounds of a pair is due about its last one; any other round is its own last one.
    """
    settled = answers_store.select_settled("round", since).subquery()
    last, last_batch, earlier, its_batch = aliased(RoundRow), aliased(BatchRow), aliased(RoundRow), aliased(BatchRow)
    columns = last.id.label("last_id"), settled.c.settled_on
    of_last = select(last.id.label("round_id"), *columns).join(settled, settled.c.subject == last.slug)
    of_earlier = select(earlier.id.label("round_id"), *columns).join_from(settled, last, last.slug == settled.c.subject)
    of_earlier = of_earlier.join(last_batch, last_batch.id == last.batch_id).where(last.wave == "post")
    of_earlier = of_earlier.join(its_batch, its_batch.pair == last_batch.pair)
    of_earlier = of_earlier.join(earlier, earlier.batch_id == its_batch.id).where(earlier.wave == "pre")
    return union_all(of_last, of_earlier).subquery()


def list_earlier_waves(session: Session, ids: Collection[int]) -> set[int]:
    """Which of these rounds are the earlier wave of another of them."""
    query = select(RoundRow.id, RoundRow.wave, BatchRow.pair).join(BatchRow, BatchRow.id == RoundRow.batch_id)
    rows = session.execute(query.where(RoundRow.id.in_(ids), BatchRow.pair.is_not(None))).all()
    later_pairs = {row.pair for row in rows if row.wave == "post"}
    return {row.id for row in rows if row.wave == "pre" and row.pair in later_pairs}


def list_rounds_of_children(session: Session, site_ids: Collection[int], group_name: str) -> set[int]:
    """The row ids of all rounds of exactly these sites and this group."""
    at_one = select(RoundSiteRow.round_id).where(RoundSiteRow.site_id == min(site_ids))
    is_here = case((RoundSiteRow.site_id.in_(site_ids), 1), else_=0)
    query = (
        select(RoundRow.id)
        .join(RoundSiteRow, RoundSiteRow.round_id == RoundRow.id)
        .where(RoundRow.id.in_(at_one), RoundRow.group_name == group_name)
        .group_by(RoundRow.id)
        .having(func.count() == len(site_ids), func.sum(is_here) == len(site_ids))
    )
    return set(session.scalars(query))


def _before_first(waves: list[Round]) -> list[Round]:
    """Sort waves by name, not by time: before and after must never change places."""
    return sorted(waves, key=lambda round_: round_.wave == "post")


def list_rounds_by_id(session: Session, ids: Iterable[int]) -> list[Round]:
    """List rounds by their row ids, oldest first."""
    return _load_rounds(session, _ROUNDS.where(RoundRow.id.in_(list(ids))))


def list_rounds_by_slug(session: Session, slugs: Iterable[str]) -> list[Round]:
    """List rounds by the short names in their addresses, oldest first."""
    return _load_rounds(session, _ROUNDS.where(RoundRow.slug.in_(list(slugs))))


def list_choice_rounds(session: Session, site_id: int, since: datetime) -> list[Round]:
    """List the everyday choices of a site that are open or ended after a moment, oldest first."""
    return _load_rounds(session, _ROUNDS.where(*_is_choice(site_id, since)))


def has_choice_rounds(session: Session, site_id: int, since: datetime, until: datetime | None = None) -> bool:
    """Whether a site has an everyday choice that ends after a moment, and, if `until` is given, by that moment."""
    query = select(RoundRow.id).where(*_is_choice(site_id, since))
    if until is not None:
        query = query.where(RoundRow.ends_at <= until)
    return session.scalar(query.limit(1)) is not None


def _is_choice(site_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return _is_at([site_id]), RoundRow.purpose == "choice", RoundRow.ends_at > since


def _is_at(site_ids: Iterable[int]) -> ColumnElement[bool]:
    return RoundRow.id.in_(select(RoundSiteRow.round_id).where(RoundSiteRow.site_id.in_(list(site_ids))))


def list_closed_rounds(
    session: Session, outcomes: Iterable[str], without: Select[int], since: date
) -> list[tuple[int, str, str | None]]:
    """The rounds that closed with one of these outcomes, oldest first: row, slug, and the pair of two waves.

    Of two waves that cards link, counted together, only the later one.

    Args:
        session: only read.
        outcomes: of a batch, such as `counted`.
        without: a query for the ids of rounds to leave out.
        since: only those that closed on this day or later.
    """
    closed = select(RoundRow.id, RoundRow.slug, BatchRow.pair).join(BatchRow, BatchRow.id == RoundRow.batch_id)
    is_alone = or_(RoundRow.link != CARD, RoundRow.wave != "pre")
    closed = closed.where(BatchRow.outcome.in_(list(outcomes)), BatchRow.closed_on >= since)
    is_left_out = without.where(without.selected_columns[0] == RoundRow.id).exists()
    closed = closed.where(~is_left_out, is_alone)
    return [(row.id, row.slug, row.pair) for row in session.execute(closed.order_by(RoundRow.starts_at, RoundRow.id))]


def questionnaire_of_round(session: Session, round_: Round) -> Questionnaire:
    """The questionnaire of a round; without a query when this process loaded it before."""
    return parse_questionnaire(session, round_.questionnaire_id, round_.digest)


def _load_rounds(session: Session, query: Any, **values: object) -> list[Round]:
    rows: dict[int, tuple[Row[Any], list[int]]] = {}
    for row in session.execute(query, values):  # one row for every site of a round
        rows.setdefault(row.id, (row, []))[1].append(row.site_id)
    deciders = names_of_people(session, {row.decider_id for row, _ in rows.values()}) if rows else {}
    return [
        Round(
            **{name: getattr(row, name) for name in _COLUMNS},
            decider_name=deciders[row.decider_id],
            site_ids=tuple(site_ids),
            title=questions.title,
            ages=questions.ages,
        )
        for row, site_ids in rows.values()
        for questions in [parse_questionnaire(session, row.questionnaire_id, row.digest)]
    ]


def end_round(session: Session, round_: Round, now: datetime, day: date, log: Log) -> None:
    """End a round now, permanently; it cannot be opened again.

    Its questions may be asked again in the quarters that it no longer reaches.

    Args:
        session: of the change.
        round_: which round.
        now: this moment.
        day: today at its first site.
        log: in the name of the adult who ends it.

    Raises:
        ConcurrentUpdate: it ended already, perhaps by somebody else just now; or it is of feedback.
    """
    if round_.purpose == FEEDBACK or not end_early(session, round_, now, day):
        raise ConcurrentUpdate(round_.slug)
    if round_.pair is None:
        _free_quarters_after(session, round_.batch_id, quarter_name(day))
    log.add(session, "round.end", round_.slug)


def _free_quarters_after(session: Session, batch_id: int, quarter: str) -> None:
    """Delete the records that a batch asked its questions in later quarters, except where another group was asked."""
    of_groups, of_all = (
        (table.batch_id == batch_id, table.period.like("____Q_"), table.period > quarter)
        for table in (AskedGroupRow, AskedQuestionRow)
    )
    keys = session.execute(
        select(AskedGroupRow.identity, AskedGroupRow.site_id, AskedGroupRow.period).where(*of_groups)
    ).all()
    session.execute(delete(AskedGroupRow).where(*of_groups))
    if not keys:
        session.execute(delete(AskedQuestionRow).where(*of_all))
    for identity, site_id, period in keys:
        same = (AskedGroupRow.identity == identity, AskedGroupRow.site_id == site_id, AskedGroupRow.period == period)
        if session.scalar(select(AskedGroupRow.group_id).where(*same).limit(1)) is None:
            row = session.get(AskedQuestionRow, (identity, site_id, period))
            if row is not None:
                session.delete(row)
    session.flush()


def end_early(session: Session, round_: Round, now: datetime, day: date) -> bool:
    """Move the end of a round forward to this moment; False where it ended already."""
    ends = update(RoundRow).where(RoundRow.id == round_.id, RoundRow.ends_at > now).values(ends_at=now, ended_on=day)
    has_ended = bool(count_changed(session, ends))
    if has_ended:
        _check_batch_at(session, round_, now)
    return has_ended


def _check_batch_at(session: Session, round_: Round, now: datetime) -> None:
    """Let the job that closes batches check that of a round now."""
    session.execute(update(BatchRow).where(BatchRow.id == round_.batch_id).values(due_at=now))


def bring_answers_forward(session: Session, site_id: int, last_day: date) -> None:
    """Let no answer that children of a site wait for be due after its last day: to its rounds, and any other."""
    at_site = RoundRow.id.in_(select(RoundSiteRow.round_id).where(RoundSiteRow.site_id == site_id))
    late = (at_site, RoundRow.answer_due > last_day)
    slugs = session.scalars(select(RoundRow.slug).where(*late)).all()
    session.execute(update(RoundRow).where(*late).values(answer_due=last_day))
    answers_store.bring_answers_forward(session, last_day, site_id=site_id, round_slugs=slugs)


def set_invited_children(session: Session, round_: Round, invited: int, second_id: int, log: Log) -> None:
    """Store how many children were admitted (or released) since the last closing, as two adults say (A1).

    Raises:
        ConcurrentUpdate: it is no care round, or its batch is closed.
        ValueError: the number is below one.
    """
    if round_.purpose != "care" or round_.closed_on is not None:
        raise ConcurrentUpdate(round_.slug)
    if invited < 1:
        raise ValueError("at least one child was invited")
    session.execute(update(RoundRow).where(RoundRow.id == round_.id).values(invited=invited))
    _check_batch_at(session, round_, context.now())
    log.add(session, "round.invited", f"{round_.slug} with {second_id}")


def has_sittings(session: Session, round_: Round) -> bool:
    """Whether an adult holds sittings of it: of small children each chooses an adult, and a choice needs none."""
    return round_.purpose not in UNATTENDED and questionnaire_of_round(session, round_).ages != SMALL_CHILDREN


def add_sitting(session: Session, round_: Round, person_id: int, day: date, checks: Iterable[str]) -> None:
    """Store a facilitator's checklist of one sitting; it says nothing about a child."""
    session.add(SittingRow(round_id=round_.id, person_id=person_id, day=day, checks=dict.fromkeys(checks, True)))
    session.flush()


def list_sittings(session: Session, round_: Round) -> list[SittingRow]:
    """List the sittings of a round, newest first."""
    return list(
        session.scalars(select(SittingRow).where(SittingRow.round_id == round_.id).order_by(SittingRow.id.desc()))
    )


def find_near_copies(
    session: Session, questionnaire: Questionnaire, site_ids: Collection[int], time_zone: str, language: str
) -> tuple[NearCopy, ...]:
    """Find questions that nearly repeat one that children at these sites were asked, quoted in the reader's language.

    `time_zone` is the one in which the last day of the earlier question is counted.
    """
    query = (
        select(RoundRow.questionnaire_id, func.max(RoundRow.ends_at))
        .join(RoundSiteRow, RoundSiteRow.round_id == RoundRow.id)
        .where(RoundSiteRow.site_id.in_(site_ids), RoundRow.purpose.not_in(EXEMPT))
        .group_by(RoundRow.questionnaire_id)
    )
    asked_befores = [
        AskedBefore(load_questionnaire(session, questionnaire_id), Span("single", ends_at, ends_at).last_day(time_zone))
        for questionnaire_id, ends_at in session.execute(query)
    ]
    return find_near_copies_of(questionnaire, asked_befores, language)
