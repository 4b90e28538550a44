"""Which tablet asks for which round: two small SELECTs, everything else from memory.

This is asked twice for every response, so it is the one place where facts are kept between requests. What can change -
the tablet, its site's version, the end of the round, its closing - is read each time.
"""

from dataclasses import dataclass
from typing import NamedTuple

from flask import abort, current_app
from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.compiled_sql import Statement
from youthvoice.db import Base
from youthvoice.sites.store import SiteFacts
from youthvoice.sites.tablets.current import here_on
from youthvoice.surveys.models import Batch, Round, RoundSite
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts

_MOST_ROUNDS = 500


@dataclass(frozen=True, slots=True)
class Passed:
    """A tablet that may answer a round.

    Attributes:
        site: where the tablet is.
        round: as it stands now.
        questions: of the round.
    """

    site: SiteFacts
    round: RoundFacts
    questions: Questionnaire


class _Known(NamedTuple):
    """A round as it stood when its end and its closing were as they were seen; as the driver gives them."""

    ends_at: object
    closed_on: object
    facts: RoundFacts
    questions: Questionnaire


_tables = Base.metadata.tables
_rounds, _batches, _round_sites = (_tables[model.__tablename__] for model in (Round, Batch, RoundSite))
_LOOK = Statement(
    select(_rounds.c.ends_at, _batches.c.closed_on, _round_sites.c.site_id)
    .join(_batches, _batches.c.id == _rounds.c.batch_id)
    .outerjoin(
        _round_sites,
        and_(_round_sites.c.round_id == _rounds.c.id, _round_sites.c.site_id == bindparam("site")),
    )
    .where(_rounds.c.slug == bindparam("slug"))
)


def passed(slug: str) -> Passed:
    """Let a tablet through to a round.

    Aborts with 403 on a device that is not enrolled or is enrolled elsewhere, with 404 where there is no such round.
    """
    with db.engine().connect() as connection:
        at = here_on(connection) or abort(403)
        ends_at, closed_on, here = _LOOK.first(connection, {"slug": slug, "site": at.site.id}) or abort(404)
        if here is None:
            abort(403)
        known = _known(connection, slug, ends_at, closed_on)
    return Passed(at.site, known.facts, known.questions)


def _known(connection: Connection, slug: str, ends_at: object, closed_on: object) -> _Known:
    kept: dict[str, _Known] = current_app.extensions.setdefault("youthvoice.rounds", {})
    known = kept.get(slug)
    if known is None or (known.ends_at, known.closed_on) != (ends_at, closed_on):
        if len(kept) >= _MOST_ROUNDS:
            kept.clear()
        with Session(connection) as session:
            facts = store.round_by_slug(session, slug)
            assert facts is not None  # its row was read a moment ago
            known = kept[slug] = _Known(ends_at, closed_on, facts, store.questions_of(session, facts))
    return known
