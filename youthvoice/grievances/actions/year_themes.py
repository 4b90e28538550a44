"""What children said in a year of reports: sentences about topics that many reports share, agreed by two advocates.

A topic qualifies where enough of its reports have an agreed summary (`second_opinion`). Only reports that both
advocates read at the site count. The sentence goes to the outside recipient, beside the figures of the year, and
nowhere else.
Source: PRIVACY.md A12; STANDARDS.md S21.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts import agreement
from youthvoice.accounts.store import list_people
from youthvoice.grievances.actions.theme_summary import missing_for_theme, summary_faults
from youthvoice.grievances.intake.intake_options import TOPICS
from youthvoice.sites.store import get_site
from youthvoice.threads.agreed_themes import MAX_THEMES, Theme, add_theme, list_themes, reports_subject
from youthvoice.threads.case_state import SUMMARY_AGREED, CaseState
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.readership import reader_key
from youthvoice.threads.store import list_threads
from youthvoice.threads.theme_form import QUOTE_LABELS


def topics_of_year(session: Session, caller: Caller, site_id: int, year: int) -> list[str]:
    """The topics that qualify for a theme, counted among the reports that the caller reads."""
    return topics_by_year(session, caller).get((site_id, year), [])


def topics_by_year(session: Session, caller: Caller) -> dict[tuple[int, int], list[str]]:
    """The same of each site and year with a report that the caller reads."""
    cases = defaultdict(list)
    for summary in list_threads(session, reader_key(session, caller)):
        if summary.case.kind == "report":
            cases[summary.site_id, summary.day.year].append(summary.case)
    return {place: _list_topics(of_year) for place, of_year in cases.items()}


def _list_topics(cases: Sequence[CaseState]) -> list[str]:
    topics = [case.topic for case in cases if SUMMARY_AGREED in case.flags]
    return [pick.code for pick in TOPICS if missing_for_theme(topics.count(pick.code), len(cases)) == 0]


def can_have_theme(session: Session, caller: Caller, site_id: int, year: int, topic: str) -> bool:
    """Whether a topic qualifies, and the year has room for one more theme."""
    themes = list_themes(session, reports_subject(site_id, year))
    return len(themes) < MAX_THEMES and topic in topics_of_year(session, caller, site_id, year)


def find_adult_name(session: Session, site_id: int, texts: Mapping[str, str]) -> str:
    """The first name of an adult of the site that occurs in some texts; empty where none does."""
    adults = [person.name for person in list_people(session, [site_id])]
    repeated_words = [
        repetition.words for text in texts.values() for repetition in summary_faults(text, (), adults, quoted=True)
    ]
    return repeated_words[0] if repeated_words else ""


class YearThemeRequest:
    """The request for a theme of a year, from one advocate to another. Each must read enough reports of the topic."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as `RequestKind`
        """The title, with the year."""
        return str(_("What children said in %(year)s", year=data["year"]))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """Site, topic, sentence in every language, and whether it is a quote."""
        return [
            agreement.RequestLine(_("Where"), get_site(session, data["site"]).name),
            agreement.RequestLine(_("What it is about"), pick_label(TOPICS, data["topic"])),
            *(agreement.RequestLine(_("Theme"), text) for text in data["words"].values()),
            agreement.RequestLine(_("How"), str(QUOTE_LABELS[data["how"]])),
        ]

    def may_know(self, session: Session, data: Mapping[str, Any], second: Caller) -> bool:
        """Whether the second advocate may see it: a reader who was left out must not learn that the reports exist."""
        return data["topic"] in topics_of_year(session, second, data["site"], data["year"])

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Check the request again for both advocates as things are now, and publish the theme."""
        first, data = agreement.first_caller(session, agreement_request), agreement_request.data
        if {first.role, second.role} != {ADVOCATE}:
            raise agreement.CannotBeDone(_("Two advocates decide this."))
        site_and_year = (data["site"], data["year"])
        if not all(can_have_theme(session, caller, *site_and_year, data["topic"]) for caller in (first, second)):
            raise agreement.CannotBeDone(_("Too few reports of this topic bear words that two people agreed."))
        subject = reports_subject(*site_and_year)
        theme = Theme(data["words"], data["how"] == "quote", context.today())
        add_theme(session, subject, theme, first.person_id, second.person_id)
        agreement.log_of_first(first).add(session, "theme.add", f"{subject} with {second.person_id}")
        return agreement.RequestOutcome(url_for("reports.index"))


YEAR_THEME_REQUEST_KINDS: Final[Mapping[str, agreement.RequestKind]] = {"year_theme": YearThemeRequest()}
