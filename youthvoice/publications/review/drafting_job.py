"""The job that freezes what was counted: once for a batch, whatever number of processes look.

A choice goes to the children's board at once: only what won is told, and an advocate approved its words before it
was asked (PRIVACY.md A11). A post wave is published with the pre wave beside it, if that was counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.audit.log import Log
from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone, Keyring
from youthvoice.privacy.keys.names import AUDIT
from youthvoice.publications import store
from youthvoice.publications.encryption import room_for
from youthvoice.publications.snapshot import AUDIENCES, About, Frozen, Wave, freeze, freeze_choice
from youthvoice.publications.store import Edition
from youthvoice.sites import store as places
from youthvoice.surveys.batches.counts import counts_of, number_of, winners_of
from youthvoice.surveys.rounds import store as surveys
from youthvoice.surveys.rounds.entities import RoundFacts


@dataclass(frozen=True, slots=True)
class Drafted:
    """What is ready to be kept."""

    facts: RoundFacts
    about: About
    views: Mapping[str, Frozen]


def draft_due() -> None:
    """Freeze every batch that was counted and has no publication."""
    engine = db.engine()
    with db.reading(engine) as session:
        due = surveys.closed_as(session, ("counted", "chosen"), store.rounds_with_one())
    for facts in due:
        try:
            draft(engine, running.keyring(), facts)
        except (CannotOpen, KeyGone):  # one batch whose counts are lost must not keep back the others
            current_app.logger.error("The counts of %s cannot be opened", facts.slug)  # noqa: TRY400 - no values in logs


def draft(engine: Engine, keyring: Keyring, facts: RoundFacts) -> bool:
    """Freeze one batch and keep it, for every audience in one transaction.

    Returns:
        False when another process was first.

    Raises:
        CannotOpen, KeyGone: the kept-counts key is not the one the counts were locked under.
    """
    with db.reading(engine) as session:
        made = _frozen(session, keyring, facts)
    with db.writing(engine) as session:
        kept = _keep(session, keyring, made, 1)
        if kept:
            log = Log(keyring.key(AUDIT), made.about.made_on, "work")
            log.add(session, "publication.draft", f"{facts.slug} version 1")
    return bool(kept)


def draft_again(session: Session, keyring: Keyring, edition: Edition, log: Log) -> str:
    """Freeze a corrected version of what was sent back: the same counts give the same bands.

    Returns:
        The slug of the new version.

    Raises:
        NotWaiting: it was not sent back, or there is a later version already.
        CannotOpen, KeyGone: as `draft`.
    """
    facts = surveys.round_by_slug(session, edition.first.frozen["round"])
    version = edition.first.version + 1
    if facts is None or edition.state != store.SENT_BACK:
        raise store.NotWaiting
    slug = _keep(session, keyring, _frozen(session, keyring, facts), version)
    if not slug:
        raise store.NotWaiting
    log.add(session, "publication.draft", f"{facts.slug} version {version}")
    return slug


def _keep(session: Session, keyring: Keyring, made: Drafted, version: int) -> str:
    return store.keep(
        session,
        keyring,
        round_id=made.facts.id,
        site_ids=made.facts.site_ids,
        frozen=made.views,
        room=room_for(made.about),
        day=made.about.made_on,
        approved=made.facts.outcome == "chosen",
        version=version,
    )


def _frozen(session: Session, keyring: Keyring, facts: RoundFacts) -> Drafted:
    sites = {site.id: site for site in places.sites_of(session, facts.site_ids)}
    zone = sites[facts.site_ids[0]].time_zone
    about = About(
        round=facts.slug,
        wave=facts.wave,
        questionnaire=surveys.questions_of(session, facts),
        sites=tuple(sites[site_id].name for site_id in facts.site_ids),
        decider=facts.decider_name,
        answer_due=facts.answer_due,
        made_on=running.today(zone),
        group_name=facts.group_name,
    )
    if facts.outcome == "chosen":
        won = winners_of(session, keyring, facts.batch_id)
        view = freeze_choice(about, won, facts.first_day(zone), facts.last_day(zone))
        return Drafted(facts, about, {"children": view})
    now, before = _wave(session, keyring, facts, zone), None
    if earlier := _counted_before(session, facts):
        before = _wave(session, keyring, earlier, zone)
    return Drafted(facts, about, {audience: freeze(about, now, before, audience) for audience in AUDIENCES})


def _counted_before(session: Session, facts: RoundFacts) -> RoundFacts | None:
    if facts.wave != "post" or facts.pair is None:
        return None
    waves = surveys.rounds_of_pair(session, facts.pair)
    return next((one for one in waves if one.wave == "pre" and one.outcome == "counted"), None)


def _wave(session: Session, keyring: Keyring, facts: RoundFacts, zone: str) -> Wave:
    return Wave(
        counts=counts_of(session, keyring, facts.batch_id),
        n=number_of(session, keyring, facts.batch_id),
        first_day=facts.first_day(zone),
        last_day=facts.last_day(zone),
    )
