"""What becomes of each table when a site ends and others go on: which rows go, and which stay, with the reason.

A test compares this list with every table there is: a new one is decided here. Where the last site ends, nothing is
decided: the database ends as a whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Engine, MetaData, Table, delete, exists, or_, select, text, true, update
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.jobs.file_order import rewrite_file
from youthvoice.reviews.statements.review_slip import slip_salt
from youthvoice.threads.agreed_themes import round_subject


class GoesWith(NamedTuple):
    """Rows of a table go with the row that their column names.

    Attributes:
        column: of the table.
        parent: whose ids it holds; empty for the site.
    """

    column: str = "site_id"
    parent: str = ""


_SITE: Final = GoesWith()

_ROUND, _COMMITTEE = GoesWith("round_id", "rounds"), GoesWith("committee_id", "committees")

GOES: Final[Mapping[str, GoesWith]] = {
    "addresses": _SITE,
    "asked": _SITE,
    "asked_groups": _SITE,
    "ballots": GoesWith("election_id", "elections"),
    "care_quarters": _SITE,
    "choices": _SITE,
    "committees": _SITE,
    "daily_notices": _SITE,
    "decision_makers": _SITE,
    "elections": _COMMITTEE,
    "good_news": _SITE,
    "groups": _SITE,
    "guardian_letters": GoesWith("address_id", "addresses"),
    "handed_items": GoesWith("person_id", "people"),
    "items": _COMMITTEE,
    "knock_boxes": _SITE,
    "language_signatures": _SITE,
    "letter_clocks": _SITE,
    "letters": _SITE,
    "listening_times": _SITE,
    "meetings": _COMMITTEE,
    "minutes_voices": GoesWith("meeting_id", "meetings"),
    "on_call": _SITE,
    "owed": _SITE,
    "person_sites": _SITE,
    "publication_sites": GoesWith("publication_id", "publications"),
    "publications": _ROUND,
    "quiet_pages": _SITE,
    "report_years": _SITE,
    "representatives": _COMMITTEE,
    "review_links": GoesWith("review_id", "reviews"),
    "reviews": _SITE,
    "round_sites": _ROUND,
    "school_sessions": _SITE,
    "services": _SITE,
    "sheets": _ROUND,
    "sittings": _ROUND,
    "subscriptions": _SITE,
    "suggestion_clocks": _SITE,
    "support_counted": _SITE,
    "tablets": _SITE,
    "taps_counted": _SITE,
    "thread_entries": GoesWith("thread_id", "threads"),
    "thread_replies": GoesWith("thread_id", "threads"),
    "thread_wraps": GoesWith("thread_id", "threads"),
    "threads": _SITE,
    "wraps": GoesWith("letter_id", "letters"),
}
"""Tables of whose rows those of the site go."""

STAYS: Final[Mapping[str, str]] = {
    "audit_entries": "the log names sites, people and days, and no words; it stays as long as the installation",
    "audit_heads": "the log, likewise",
    "box_envelopes": "of a box, which has no sites",
    "box_pages": "of a box, which has no sites",
    "clips": "recordings of adults that every site plays",
    "code_tries": "a number of tries; ends after a day",
    "database_id": "of the installation",
    "former_names": "of adults, who stay in what they signed",
    "heartbeats": "of the installation",
    "influence_years": "what was published of all sites together",
    "interpreters": "accounts, which end with their person",
    "introductions": "of adults, who end with their account",
    "invitations": "of adults; end by themselves",
    "key_comparisons": "of adults, who stay in what they signed",
    "people": "names of adults stay in what they signed; accounts with no other site are closed, their keys too",
    "questionnaire_drafts": "of an adult, who may work at other sites",
    "questionnaire_pictures": "of a questionnaire, which other sites may ask",
    "questionnaires": "asked at other sites, too; holds no answer",
    "receipts": "keyed hashes, which lead to nothing and end after twelve months",
    "recovery_codes": "of adults, who end with their account",
    "round_drafts": "of an adult, who may work at other sites",
    "sites": "its name, in the log and in what was published of several sites together",
    "staff_sessions": "of adults, who end with their account",
    "text_readings": "who read a translation",
    "witnesses": "of the log",
    "wrong_tries": "a number of tries; ends after an hour",
}
"""Tables of which every row stays, and why."""

FOUND_FIRST: Final = frozenset({
    "agreement_requests", "batches", "kept_pdfs", "outgoing_mail", "rounds", "slips", "taps", "themes",
})  # fmt: skip
"""Tables whose rows of the site name it in no column, or belong to several sites: see `_SiteRows`."""


class _SiteRows:
    """The rows of one site, found before the first one goes.

    Attributes:
        people: rows of people who work at no other site; they stay.
    """

    def __init__(self, session: Session, metadata: MetaData, site_id: int) -> None:
        self._session, self._tables, self._site_id = session, metadata.tables, site_id
        people, rounds, batches = (self._tables[name] for name in ("people", "rounds", "batches"))
        self.people = self._ids(people, self._is_only_here(people, "person_sites", "person_id"))
        round_ids = self._ids(rounds, self._is_only_here(rounds, "round_sites", "round_id"))
        own = select(rounds.c.batch_id).where(rounds.c.id.in_(round_ids))
        shared = select(rounds.c.batch_id).where(rounds.c.id.not_in(round_ids))
        batch_ids = self._ids(batches, batches.c.id.in_(own) & batches.c.id.not_in(shared))
        self._conditions: dict[str, ColumnElement[bool]] = {}
        self._conditions |= {
            "agreement_requests": self._column("agreement_requests", "asked_by").in_(self.people)
            | self._column("agreement_requests", "asked_of").in_(self.people),
            "batches": batches.c.id.in_(batch_ids),
            "kept_pdfs": true(),  # made again where they are still asked for
            "outgoing_mail": self._column("outgoing_mail", "message_id").in_(self._list_letters_to_families()),
            "people": people.c.id.in_(self.people),
            "rounds": rounds.c.id.in_(round_ids),
            "slips": self._slips(),
            "taps": self._column("taps", "kind").like(f"%/{site_id}"),
            "themes": self._themes(rounds, round_ids),
        }

    def _ids(self, table: Table, condition: ColumnElement[bool]) -> Sequence[Any]:
        return self._session.scalars(select(table.c.id).where(condition)).all()

    def _column(self, table: str, name: str) -> ColumnElement[Any]:
        return self._tables[table].c[name]

    def _is_only_here(self, table: Table, pairs: str, column: str) -> ColumnElement[bool]:
        """Rows that a table of pairs links with this site, and with no other one."""
        pair = exists().where(self._column(pairs, column) == table.c.id)
        site = self._column(pairs, "site_id")
        return pair.where(site == self._site_id) & ~pair.where(site != self._site_id)

    def _slips(self) -> ColumnElement[bool]:
        purpose, elections = self._column("slips", "of"), self._tables["elections"]
        election_ids = self._ids(elections, self.condition("elections"))
        return or_(
            purpose.like(f"round/%/{self._site_id}"),
            purpose.like(f"pair/%/{self._site_id}"),
            purpose.like(f"{slip_salt(self._site_id)}/%"),
            purpose.in_([f"election/{election_id}" for election_id in election_ids]),
        )

    def _list_letters_to_families(self) -> Sequence[Any]:
        """Message ids of mail to families; what is written to staff holds no child's words."""
        message_id = self._column("guardian_letters", "message_id")
        return self._session.scalars(select(message_id).where(self.condition("guardian_letters"))).all()

    def _themes(self, rounds: Table, round_ids: Sequence[Any]) -> ColumnElement[bool]:
        subject = self._column("themes", "subject")
        slugs = self._session.scalars(select(rounds.c.slug).where(rounds.c.id.in_(round_ids))).all()
        of_reports = subject.like(f"reports/{self._site_id}/%")
        return of_reports | subject.in_([round_subject(slug) for slug in slugs])

    def condition(self, name: str) -> ColumnElement[bool]:
        """Which rows of a table belong to the site."""
        if name in self._conditions:
            return self._conditions[name]
        goes_with = GOES[name]
        column = self._column(name, goes_with.column)
        if not goes_with.parent:
            return column == self._site_id
        parent = self._tables[goes_with.parent]
        return column.in_(select(parent.c.id).where(self.condition(goes_with.parent)))


def erase_site(session: Session, metadata: MetaData, site_id: int) -> None:
    """Delete every row of a site; the rows of other sites that point to one of them lose that pointer.

    Args:
        session: may write.
        metadata: with every table.
        site_id: others go on.
    """
    site_rows = _SiteRows(session, metadata, site_id)
    going = [table for table in reversed(metadata.sorted_tables) if table.name in {*GOES, *FOUND_FIRST}]
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table in going and key.parent.nullable:
                pointing = key.parent.in_(select(key.column).where(site_rows.condition(key.column.table.name)))
                stays = ~site_rows.condition(table.name) if table in going else true()
                session.execute(update(table).where(pointing, stays).values({key.parent: None}))
    for table in going:
        session.execute(delete(table).where(site_rows.condition(table.name)))


def rewrite_database(engine: Engine) -> None:
    """Rewrite the files of the database, without what was deleted."""
    rewrite_file()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM FULL"))


def drop_tables(url: str, metadata: MetaData) -> None:
    """Drop every table of a database on a server."""
    engine = db.make_engine(url, may_create=False)
    try:
        with engine.begin() as connection:
            metadata.drop_all(connection)
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    finally:
        engine.dispose()
