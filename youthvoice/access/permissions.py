"""Roles of staff, the permissions of each, and what a page calls each role.

Source: DESIGN.md section 4. A test checks the table row by row.
"""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

ADVOCATE: Final = "advocate"

COORDINATOR: Final = "coordinator"

FACILITATOR: Final = "facilitator"

REVIEWER: Final = "reviewer"

SAFEGUARDING_LEAD: Final = "safeguarding_lead"

OUTSIDE_RECIPIENT: Final = "outside_recipient"

INTERPRETER: Final = "interpreter"
"""Reads single entries that children let her read, and nothing else: an account of its own, never a second role."""

NEWCOMER: Final = "newcomer"
"""Not the role of an account: the role in which a new person acts until colleagues have confirmed them.

For a reader this lasts until two colleagues compared the key and 48 hours passed; for others, until an advocate met
them.
"""

STAFF_ROLES: Final = (ADVOCATE, COORDINATOR, FACILITATOR, REVIEWER, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT)
"""The roles that have a duty at a site."""

ROLES: Final = (*STAFF_ROLES, INTERPRETER)

PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    "home.see": frozenset({*ROLES, NEWCOMER}),
    "introductions.make": frozenset(ROLES),
    "requests.answer": frozenset(STAFF_ROLES),  # one asks, a second agrees
    "answers.give": frozenset(STAFF_ROLES),  # the decider is any adult with a staff account
    "answers.decision_maker": frozenset({COORDINATOR}),  # who is asked when nobody answers
    "questionnaires.see": frozenset({ADVOCATE, COORDINATOR, FACILITATOR}),
    "questionnaires.import": frozenset({COORDINATOR}),
    "questionnaires.approve": frozenset({ADVOCATE}),
    "questionnaires.withdraw": frozenset({ADVOCATE, COORDINATOR}),  # an uploaded picture, immediately
    "clips.record": frozenset({ADVOCATE, COORDINATOR}),
    "tablets.listen": frozenset({COORDINATOR, FACILITATOR}),
    "rounds.see": frozenset({ADVOCATE, COORDINATOR, FACILITATOR}),
    "rounds.open": frozenset({COORDINATOR}),
    "rounds.sit": frozenset({FACILITATOR}),
    "analysis.open": frozenset({ADVOCATE}),  # exact counts, and how answers changed
    "choices.see": frozenset({ADVOCATE, COORDINATOR, FACILITATOR}),
    "choices.make": frozenset({COORDINATOR, FACILITATOR}),
    "choices.approve": frozenset({ADVOCATE}),  # so the advocate is the second adult who opens it
    "sessions.see": frozenset({ADVOCATE, COORDINATOR, FACILITATOR}),
    "sessions.make": frozenset({COORDINATOR}),
    "sessions.fill": frozenset({FACILITATOR}),  # the facilitator who held it
    "sessions.agree": frozenset({ADVOCATE}),
    "letters.read": frozenset({ADVOCATE}),
    "suggestions.check": frozenset({ADVOCATE}),  # never the facilitator who answers them
    "reports.help": frozenset({ADVOCATE, FACILITATOR}),  # help a child to report
    "reports.read": frozenset({ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT}),  # only who can unseal it
    "handed.read": frozenset(STAFF_ROLES) - {COORDINATOR},
    "interpretations.write": frozenset({INTERPRETER}),  # what is sealed to her, one entry each
    "knocks.listen": frozenset(
        {ADVOCATE, COORDINATOR, FACILITATOR, SAFEGUARDING_LEAD}
    ),  # adults whom children can meet
    "committees.see": frozenset({ADVOCATE, COORDINATOR, FACILITATOR}),
    "committees.elect": frozenset({FACILITATOR}),
    "committees.count": frozenset({ADVOCATE, FACILITATOR}),  # two adults count, and never a manager
    "committees.set_up": frozenset({COORDINATOR}),  # and reads nothing of what is on an agenda
    "representatives.manage": frozenset({FACILITATOR}),  # sits with the child who gets a picture code
    "agenda.read": frozenset({ADVOCATE, FACILITATOR}),
    "committees.meet": frozenset({FACILITATOR}),
    "services.see": frozenset({ADVOCATE, COORDINATOR, FACILITATOR, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT}),
    "figures.see": frozenset({OUTSIDE_RECIPIENT}),
    "influence.see": frozenset(STAFF_ROLES),  # what came of children's words; all sites together are open to everybody
    "publications.see": frozenset({FACILITATOR, ADVOCATE, SAFEGUARDING_LEAD, COORDINATOR}),
    "publications.review": frozenset({ADVOCATE, REVIEWER}),
    "publications.approve": frozenset({ADVOCATE}),
    "publications.send": frozenset({COORDINATOR}),
    "reviews.see": frozenset(STAFF_ROLES) - {OUTSIDE_RECIPIENT},  # only the case holder, the reviewer and those invited
    "reviews.open": frozenset({ADVOCATE, COORDINATOR, REVIEWER}),
    "reviews.carry": frozenset({ADVOCATE}),
    "reviews.decide": frozenset(STAFF_ROLES) - {OUTSIDE_RECIPIENT},  # the reviewer, the advocate, and who is asked next
    "care_steps.see": frozenset({ADVOCATE, COORDINATOR, SAFEGUARDING_LEAD}),  # to whom a gap is flagged
    "addresses.enter": frozenset({COORDINATOR}),
    "addresses.clear": frozenset({ADVOCATE}),
    "clocks.rota": frozenset({ADVOCATE}),
    "audit.witness": frozenset({ADVOCATE, OUTSIDE_RECIPIENT}),  # never those who run the installation
    "log.see": frozenset(STAFF_ROLES),  # only the caller's part: see `witnesses/log_scopes`
    "log.days": frozenset({OUTSIDE_RECIPIENT}),  # which kinds of acts a day had, of the whole installation
    "places.manage": frozenset({COORDINATOR}),
    "installation.see": frozenset({COORDINATOR}),  # the machine and its processes; nothing of children
    "texts.read": frozenset({ADVOCATE, COORDINATOR, FACILITATOR, REVIEWER}),  # a translation; nothing of children
    "people.see": frozenset({ADVOCATE, COORDINATOR, OUTSIDE_RECIPIENT}),
    "people.manage": frozenset({COORDINATOR}),
    "people.meet": frozenset({ADVOCATE}),  # who never comes from a coordinator
    "tests.confirm": frozenset({OUTSIDE_RECIPIENT}),
    "readers.choose": frozenset({ADVOCATE, OUTSIDE_RECIPIENT}),  # who holds keys is not chosen by managers
    "account.leave": frozenset(
        {SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT, INTERPRETER}
    ),  # on their own: they have no manager here
}


def may(role: str, permission: str) -> bool:
    """Whether a role has a permission.

    Raises:
        KeyError: the permission is not in the table.
    """
    return role in PERMISSIONS[permission]


ROLE_LABELS: Final = {
    "advocate": _l("Child advocate"),
    "coordinator": _l("Coordinator"),
    "facilitator": _l("Facilitator"),
    "reviewer": _l("Reviewer"),
    "safeguarding_lead": _l("Safeguarding lead"),
    "outside_recipient": _l("Outside recipient"),
    "interpreter": _l("Interpreter"),
    "newcomer": _l("Newcomer: not confirmed yet"),
}
"""The name of each role on a page."""
