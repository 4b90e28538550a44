"""Views drafted from what was counted, and approved for all audiences at once.

A choice goes to the children's board at once: only what won is told, and an advocate approved its words before it
was asked (PRIVACY.md A11). A post wave is published with the pre wave beside it, if that was counted.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.entities import AnswerablePart
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.privacy.disclosure.bands import MIN_BATCH, demands_of
from youthvoice.privacy.disclosure.change_verdicts import judge_groups
from youthvoice.publications import snapshot, store
from youthvoice.publications.encryption import max_view_size
from youthvoice.publications.review.verdict_history import hide_verdicts_of_a_full_row, lines_with_a_round_before
from youthvoice.sites.store import list_sites
from youthvoice.surveys.batches.store import (
    BatchNotCounted,
    load_counts,
    load_counts_before,
    load_number_of_responses,
    load_split,
    load_transitions,
    load_winners,
)
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.status import release_answer
from youthvoice.surveys.rounds.store import find_round, list_closed_rounds, list_rounds_of_pair, questionnaire_of_round


@dataclass(frozen=True, slots=True)
class Drafted:
    """What is ready to be kept."""

    facts: Round
    about: snapshot.SnapshotContext
    views: Mapping[str, snapshot.Frozen]


def draft_due() -> None:
    """Freeze every batch that was counted and has no publication."""
    engine = db.engine()
    with db.reading(engine) as session:
        due = list_closed_rounds(session, ("counted", "chosen"), store.select_published_rounds())
    for round_ in due:
        if round_.has_cards and round_.wave == "pre":  # one batch with the round after, and told of with that
            continue
        try:
            draft_round(engine, round_)
        except (CannotOpen, KeyGone):  # one batch whose counts are lost must not keep back the others
            current_app.logger.error("The counts of %s cannot be opened", round_.slug)  # noqa: TRY400 - no values in logs


def draft_round(engine: Engine, round_: Round) -> bool:
    """Freeze one batch and keep it, for every audience in one transaction.

    Returns:
        False when another process was first.

    Raises:
        CannotOpen, KeyGone: the kept-counts key is not the one the counts were locked under.
    """
    with db.reading(engine) as session:
        drafted = _frozen(session, round_)
    with db.writing(engine) as session:
        kept = _keep(session, drafted, 1)
        if kept:
            log = Log(drafted.about.made_on, "work")
            log.add(session, "publication.draft", f"{round_.slug} version 1")
    return bool(kept)


def draft_again(session: Session, edition: store.Edition, log: Log) -> str:
    """Freeze a corrected version of what was sent back: the same counts give the same bands.

    Returns:
        The slug of the new version.

    Raises:
        ConcurrentUpdate: it was not sent back, or there is a later version already.
        CannotOpen, KeyGone: as `draft_round`.
    """
    round_ = find_round(session, edition.first.frozen["round"])
    version = edition.first.version + 1
    if round_ is None or edition.state != store.SENT_BACK:
        raise ConcurrentUpdate
    slug = _keep(session, _frozen(session, round_), version)
    if not slug:
        raise ConcurrentUpdate
    log.add(session, "publication.draft", f"{round_.slug} version {version}")
    return slug


def _keep(session: Session, drafted: Drafted, version: int) -> str:
    return store.add_edition(
        session,
        round_id=drafted.facts.id,
        site_ids=drafted.facts.site_ids,
        frozen=drafted.views,
        room=max_view_size(drafted.about),
        day=drafted.about.made_on,
        approved=drafted.facts.outcome == "chosen",
        version=version,
    )


def _frozen(session: Session, round_: Round) -> Drafted:
    sites = {site.id: site for site in list_sites(session, round_.site_ids)}
    zone = sites[round_.site_ids[0]].time_zone
    snapshot_context = snapshot.SnapshotContext(
        round=round_.slug,
        wave=round_.wave,
        questionnaire=questionnaire_of_round(session, round_),
        sites=tuple(sites[site_id].name for site_id in round_.site_ids),
        decider=round_.decider_name,
        answer_due=round_.answer_due,
        made_on=context.today(zone),
        group_name=round_.group_name,
        linked=round_.has_cards,
        split=round_.split,
    )
    if round_.outcome == "chosen":
        won = load_winners(session, round_.batch_id)
        view = snapshot.freeze_choice(snapshot_context, won, round_.first_day(zone), round_.last_day(zone))
        return Drafted(round_, snapshot_context, {"children": view})
    wave, before = _wave(session, round_, zone), None
    if earlier := _counted_before(session, round_):
        before = _wave(session, earlier, zone)
        if round_.has_cards:  # the same children, in the first wave
            before = replace(before, counts=load_counts_before(session, round_.batch_id), round="")
    views: dict[str, snapshot.Frozen] = {
        audience: snapshot.freeze_view(snapshot_context, wave, before, audience) for audience in snapshot.AUDIENCES
    }
    row = _row_of(session, round_, views["review"])
    hide_verdicts_of_a_full_row(views, row)
    _say_since(session, snapshot_context, wave, views["review"], row)
    return Drafted(round_, snapshot_context, views)


def _row_of(session: Session, round_: Round, view: snapshot.Frozen) -> list[snapshot.Frozen]:
    """The views of all other rounds of the same children and purpose, approved or not."""
    of_children = store.list_views_of_children(session, round_.site_ids, round_.group_name)
    return [
        of_child
        for of_child in of_children
        if of_child["round"] != view["round"] and of_child["purpose"] == view["purpose"]
    ]


def _say_since(
    session: Session,
    snapshot_context: snapshot.SnapshotContext,
    wave: snapshot.Wave,
    view: snapshot.Frozen,
    row: Sequence[snapshot.Frozen],
) -> None:
    """Freeze with the view for reviews what changed since the round before it, where that is safe."""
    questions = {question.name: question for question in snapshot_context.questionnaire.coded}
    for name, line, round_, name_there in lines_with_a_round_before(view, row):
        there = find_round(session, round_)
        if there is None:
            continue
        old = next(question for question in questionnaire_of_round(session, there).coded if question.name == name_there)
        with suppress(BatchNotCounted, CannotOpen, KeyGone):  # what is lost there keeps nothing back here
            counts, n = load_counts(session, there.batch_id), load_number_of_responses(session, there.batch_id)
            before = snapshot.count_of_line(old, counts[name_there], line["key"])
            after = snapshot.count_of_line(questions[name], wave.counts[name], line["key"])
            line["since"] = {"round": round_, "change": judge_groups(before, n, after, wave.n)}


def _counted_before(session: Session, round_: Round) -> Round | None:
    if round_.wave != "post" or round_.pair is None:
        return None
    waves = list_rounds_of_pair(session, round_.pair)
    return next((round_ for round_ in waves if round_.wave == "pre" and round_.outcome == "counted"), None)


def _wave(session: Session, round_: Round, zone: str) -> snapshot.Wave:
    return snapshot.Wave(
        counts=load_counts(session, round_.batch_id),
        n=load_number_of_responses(session, round_.batch_id),
        first_day=round_.first_day(zone),
        last_day=round_.last_day(zone),
        split=load_split(session, round_.batch_id),
        round=round_.slug,
        transitions=load_transitions(session, round_.batch_id),
    )


def approve_edition(session: Session, edition: store.Edition, person_id: int, day: date, log: Log) -> None:
    """Approve in one transaction; every published question becomes one that can be answered by itself.

    Raises:
        ConcurrentUpdate: it is decided about already.
    """
    frozen = edition.first.frozen
    store.mark_edition_approved(session, edition, person_id, day, log)
    release_answer(session, frozen["round"], answerable_parts(frozen), day)


def answerable_parts(frozen: snapshot.Frozen) -> list[AnswerablePart]:
    """The questions that guardians and children see, in order."""
    return [
        AnswerablePart(question["name"], question["text"], is_quiz=question["as"] == "right")
        for question in frozen["questions"]
    ]


def narrowest_range(frozen: snapshot.Frozen) -> int | None:
    """How many whole numbers a reader's narrowest range holds at least; None where no band is shown."""
    numbers = [size for size in (frozen["n"], (frozen["before"] or {}).get("n")) if size is not None]
    numbers += [MIN_BATCH for question in frozen["questions"] if question.get("parts")]  # of a part of any size
    return min((demands_of(size).width for size in numbers), default=None)
