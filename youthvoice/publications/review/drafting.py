"""Drafts views from counted batches, and approves them for all audiences together.

A choice goes to the children's board immediately: only the winners are shown, and an advocate approved its words before
the children were asked (PRIVACY.md A11). A post wave is published together with its pre wave, if that was counted.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import Final

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.entities import AnswerablePart
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.jobs.turns import Turn, first_day_to_search, is_put_off, note_nothing_left, put_off
from youthvoice.privacy.disclosure.bands import MIN_BATCH, demands_of
from youthvoice.privacy.disclosure.change_verdicts import judge_groups
from youthvoice.publications import snapshot, store
from youthvoice.publications.encryption import max_view_size
from youthvoice.publications.guardians.store import count_addresses_by_kind
from youthvoice.publications.review import verdict_history
from youthvoice.sites.store import Site, list_sites
from youthvoice.surveys.batches.store import BatchNotCounted, Counts, load_counts
from youthvoice.surveys.rounds import store as rounds_store
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.status import release_answer
from youthvoice.web.i18n.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class DraftEdition:
    """The frozen views of a batch, ready to be stored."""

    round_: Round
    snapshot_context: snapshot.SnapshotContext
    views: Mapping[str, snapshot.Frozen]


_PAIRS_PER_TURN: Final = 100  # more than a turn drafts: at a country's midnight a thousand wait


def draft_due() -> bool:
    """The job: freeze counted batches that have no publication.

    Returns:
        Whether some are left for the next turn.
    """
    engine, turn, since = db.engine(), Turn(), first_day_to_search("drafting")
    with db.reading(engine) as session:
        pairs: dict[str, list[int]] = {}
        for round_id, slug, pair in rounds_store.list_closed_rounds(
            session, ("counted", "chosen"), store.select_published_rounds(), since
        ):
            if not is_put_off(slug):
                pairs.setdefault(pair or slug, []).append(round_id)
        chosen = list(islice(turn.take_shuffled(pairs.values()), _PAIRS_PER_TURN))
        due = rounds_store.list_rounds_by_id(session, chain.from_iterable(chosen)) if chosen else []
    rounds = {round_.id: round_ for round_ in due}
    for round_ in (rounds[round_id] for pair in turn.take(chosen) for round_id in pair):  # its first wave first
        try:
            draft_round(engine, round_)
        except (CannotOpen, KeyGone):  # one batch with lost counts must not block the others
            put_off(round_.slug)
            current_app.logger.error("The counts of %s cannot be opened", round_.slug)  # noqa: TRY400 - no values in logs
    is_cut = turn.is_cut or len(chosen) < len(pairs)
    if not is_cut:
        note_nothing_left("drafting", since)
    return is_cut


def draft_round(engine: Engine, round_: Round) -> bool:
    """Freeze one batch and store its views for all audiences in one transaction.

    Returns:
        False if another process was first.

    Raises:
        CannotOpen, KeyGone: the kept-counts key is not the one the counts were encrypted with.
    """
    with db.reading(engine) as session:
        draft_edition = _freeze(session, round_)
    with db.writing(engine) as session:
        slug = _store_edition(session, draft_edition, 1)
        if slug:
            made_on = draft_edition.snapshot_context.made_on
            Log(made_on, "work").add(session, "publication.draft", f"{round_.slug} version 1")
        else:
            session.rollback()
    return bool(slug)


def draft_again(session: Session, edition: store.Edition, log: Log) -> str:
    """Freeze a corrected version of an edition that was sent back: the same counts give the same bands.

    Returns:
        The slug of the new version.

    Raises:
        ConcurrentUpdate: it was not sent back, or there is a later version.
        CannotOpen, KeyGone: as `draft_round`.
    """
    round_ = rounds_store.find_round(session, edition.first.frozen["round"])
    version = edition.first.version + 1
    if round_ is None or edition.state != store.SENT_BACK:
        raise ConcurrentUpdate
    slug = _store_edition(session, _freeze(session, round_), version)
    if not slug:
        raise ConcurrentUpdate
    log.add(session, "publication.draft", f"{round_.slug} version {version}")
    return slug


def _store_edition(session: Session, draft_edition: DraftEdition, version: int) -> str:
    """Store a draft; returns the slug, or an empty text if another process was first."""
    return store.add_edition(
        session,
        round_id=draft_edition.round_.id,
        site_ids=draft_edition.round_.site_ids,
        views=draft_edition.views,
        room=max_view_size(draft_edition.snapshot_context),
        day=draft_edition.snapshot_context.made_on,
        approved=draft_edition.round_.outcome == "chosen",
        version=version,
    )


def _freeze(session: Session, round_: Round) -> DraftEdition:
    """Freeze the views of a closed round for all audiences; nothing is stored."""
    sites = {site.id: site for site in list_sites(session, round_.site_ids)}
    zone = sites[round_.site_ids[0]].time_zone
    snapshot_context = snapshot.SnapshotContext(
        round=round_.slug,
        wave=round_.wave,
        questionnaire=rounds_store.questionnaire_of_round(session, round_),
        sites=tuple(sites[site_id].name for site_id in round_.site_ids),
        decider=round_.decider_name,
        answer_due=round_.answer_due,
        made_on=context.today(zone),
        group_name=round_.group_name,
        linked=round_.has_cards,
        split=round_.split,
        languages=_languages_read_at(session, sites.values()),
    )
    counts = load_counts(session, round_.batch_id)
    if round_.outcome == "chosen":
        won = counts.winners
        frozen = snapshot.freeze_choice(snapshot_context, won, round_.first_day(zone), round_.last_day(zone))
        return DraftEdition(round_, snapshot_context, {"children": frozen})
    wave = _wave_of(round_, counts, zone)
    before = None
    if earlier := _find_wave_before(session, round_):
        before = _wave_of(earlier, load_counts(session, earlier.batch_id), zone)
        if round_.has_cards:  # the same children, in the first wave
            before = replace(before, counts=counts.before, round="")
    views: dict[str, snapshot.Frozen] = {
        audience: snapshot.freeze_view(snapshot_context, wave, before, audience) for audience in snapshot.AUDIENCES
    }
    other_views = _views_of_same_children(session, round_, views["review"])
    view_lines = verdict_history.find_lines_by_answer(other_views)
    verdict_history.hide_unsafe_verdicts(views, view_lines)
    _add_change_since(session, snapshot_context, wave, views["review"], view_lines)
    return DraftEdition(round_, snapshot_context, views)


def _languages_read_at(session: Session, sites: Collection[Site]) -> tuple[str, ...]:
    """The languages that sites offer to children, and those of the addresses to which their letters go."""
    of_families = {language for _site, _kind, language in count_addresses_by_kind(session, [site.id for site in sites])}
    return tuple(code for code in LANGUAGES if code in of_families.union(*(site.languages for site in sites)))


def _views_of_same_children(session: Session, round_: Round, view: snapshot.Frozen) -> list[snapshot.Frozen]:
    """The views of all other rounds of the same children and purpose, approved or not."""
    views = store.list_views_of_children(session, round_.site_ids, round_.group_name)
    return [other for other in views if other["round"] != view["round"] and other["purpose"] == view["purpose"]]


def _add_change_since(
    session: Session,
    snapshot_context: snapshot.SnapshotContext,
    wave: snapshot.Wave,
    view: snapshot.Frozen,
    view_lines: verdict_history.LinesByAnswer,
) -> None:
    """Add to the view for reviews what changed since the round before it, if that is safe."""
    questions = {question.name: question for question in snapshot_context.questionnaire.coded}
    for name, line, slug, other_name in verdict_history.find_lines_to_compare(view, view_lines):
        other = rounds_store.find_round(session, slug)
        if other is None:
            continue
        old = next(
            question
            for question in rounds_store.questionnaire_of_round(session, other).coded
            if question.name == other_name
        )
        with suppress(BatchNotCounted, CannotOpen, KeyGone):  # lost counts of the earlier round block nothing here
            other_counts = load_counts(session, other.batch_id)
            before = snapshot.count_of_line(old, other_counts.by_question[other_name], line["key"])
            after = snapshot.count_of_line(questions[name], wave.counts[name], line["key"])
            line["since"] = {"round": slug, "change": judge_groups(before, other_counts.n, after, wave.n)}


def _find_wave_before(session: Session, round_: Round) -> Round | None:
    """The counted pre wave of a round's pair; None if there is none."""
    if round_.wave != "post" or round_.pair is None:
        return None
    waves = rounds_store.list_rounds_of_pair(session, round_.pair)
    return next((wave for wave in waves if wave.wave == "pre" and wave.outcome == "counted"), None)


def _wave_of(round_: Round, counts: Counts, zone: str) -> snapshot.Wave:
    """The counts of a round, to freeze them."""
    return snapshot.Wave(
        counts=counts.by_question,
        n=counts.n,
        first_day=round_.first_day(zone),
        last_day=round_.last_day(zone),
        split=counts.split,
        round=round_.slug,
        transitions=counts.transitions,
    )


def approve_edition(session: Session, edition: store.Edition, person_id: int, day: date, log: Log) -> None:
    """Approve an edition in one transaction; every published question can then be answered on its own.

    Raises:
        ConcurrentUpdate: a colleague has decided.
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
    """How many whole numbers a reader's narrowest range contains at least; None if no band is shown."""
    numbers = [size for size in (frozen["n"], (frozen["before"] or {}).get("n")) if size is not None]
    numbers += [MIN_BATCH for question in frozen["questions"] if question.get("parts")]  # of a part of any size
    return min((demands_of(size).width for size in numbers), default=None)
