"""Rules of accounts: who may invite, confirm and end which account. Pure; they return codes, no words."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final

from youthvoice.access import permissions

ADDED_BY_A_COORDINATOR: Final = (permissions.FACILITATOR, permissions.REVIEWER, permissions.COORDINATOR)

HOLDING_KEYS: Final = (
    permissions.ADVOCATE,
    permissions.SAFEGUARDING_LEAD,
    permissions.OUTSIDE_RECIPIENT,
    permissions.INTERPRETER,
)
"""The roles with a key to what children say; managers choose none of these people."""

ENDED_BY_READERS: Final = (permissions.SAFEGUARDING_LEAD, permissions.OUTSIDE_RECIPIENT, permissions.INTERPRETER)
"""The roles whose accounts end if two who choose readers agree; those people may also leave by themselves."""

INVITATION_LASTS: Final = timedelta(days=7)

RUNS_OUT_SOON: Final = timedelta(days=60)

MIN_ADVOCATES: Final = 2

MIN_COMPARISONS: Final = 2


def roles_invited_by(role: str) -> tuple[str, ...]:
    """The roles that a person of this role may invite."""
    if permissions.may(role, "people.manage"):
        return ADDED_BY_A_COORDINATOR
    return HOLDING_KEYS if permissions.may(role, "readers.choose") else ()


def why_not_invited(role: str, by: str) -> str | None:
    """Why a person cannot invite somebody of a role: `no_such_role`, `holds_wraps`, `managed`, or None.

    Args:
        role: of the person who is to be invited.
        by: the role of the person who invites.

    Source: PRIVACY.md C, "Who may be wrapped to": managers do not choose who holds keys to children's words.
    """
    if role not in permissions.ROLES:
        return "no_such_role"
    if role in roles_invited_by(by):
        return None
    return "holds_wraps" if role in HOLDING_KEYS else "managed"


def is_trained(trained_until: date | None, today: date) -> bool:
    """Whether a training is in date; its last day counts (S35)."""
    return trained_until is not None and trained_until >= today


def training_state(trained_until: date | None, today: date) -> str:
    """The state of a training: `none`, `over`, `soon` (it ends within 60 days) or `good`."""
    if trained_until is None:
        return "none"
    if trained_until < today:
        return "over"
    return "soon" if trained_until - today <= RUNS_OUT_SOON else "good"


def why_not_trained(
    old_until: date | None, until: date | None, site_ids: Collection[int], caller_site_ids: Collection[int]
) -> str:
    """Why a coordinator cannot record this training: `elsewhere`, or empty if it is allowed.

    A person may also work at sites of other coordinators. Then the training may be prolonged from here, never removed
    or cut short: that could close the reporting channel at another coordinator's site.

    Args:
        old_until: the last day that is recorded.
        until: the new last day.
        site_ids: where the trained person works.
        caller_site_ids: the sites of the coordinator.
    """
    prolonged = until is not None and (old_until is None or until >= old_until)
    return "" if prolonged or set(site_ids) <= set(caller_site_ids) else "elsewhere"


def missing_for_channel(
    trained: int, outside: int, tested: int, *, helpline: bool, closes: bool = False
) -> tuple[str, ...]:
    """Codes of what a site still needs before children can report there; empty if nothing is missing.

    Args:
        trained: number of trusted advocates whose training is in date.
        outside: number of trusted outside recipients.
        tested: number of those whom a test reached.
        helpline: it has a name, a number, and a day on which somebody called it.
        closes: whether the site closes so soon that nobody could answer in time.

    Returns:
        Some of `advocates`, `outside`, `outside_untested`, `helpline`, `closes`.

    Source: DESIGN.md 4, "A channel opens only with ..."; STANDARDS S35.
    """
    lacks = {
        "advocates": trained < MIN_ADVOCATES,
        "outside": not outside,
        "outside_untested": bool(outside) and not tested,
        "helpline": not helpline,
        "closes": closes,
    }
    return tuple(code for code, is_lacking in lacks.items() if is_lacking)


def is_test_pending(asked_on: date | None, tested_on: date | None) -> bool:
    """Whether an outside recipient was asked to confirm a contact test and has not done so."""
    return asked_on is not None and (tested_on is None or tested_on < asked_on)


def are_enough_to_trust(roles: Collection[str]) -> bool:
    """Whether people of these roles make a key trusted: two advocates, or an advocate and the outside recipient."""
    return len(roles) >= MIN_COMPARISONS and permissions.ADVOCATE in roles


def why_not_agree(roles: Collection[str]) -> str | None:
    """Why two people of these roles cannot decide together about a reader: `not_yours`, `needs_advocate`, or None."""
    if not set(roles) <= {permissions.ADVOCATE, permissions.OUTSIDE_RECIPIENT}:
        return "not_yours"
    return None if are_enough_to_trust(roles) else "needs_advocate"


def why_not_compared(role: str, former_roles: Collection[str], *, waits: bool, mine: bool, here: bool) -> str | None:
    """Why a person cannot confirm that they compared a key, or None.

    Args:
        role: of the person who compares.
        former_roles: of those who have compared this key.
        waits: the key still has to be compared.
        mine: it is that person's own key, or they have compared it.
        here: that person works at every site of the newcomer.

    Returns:
        `settled`, `mine`, `elsewhere`, `not_yours` or `needs_advocate` (two outside recipients are not enough).
    """
    if not waits:
        return "settled"
    if mine:
        return "mine"
    if not here:
        return "elsewhere"
    if role not in {permissions.ADVOCATE, permissions.OUTSIDE_RECIPIENT}:
        return "not_yours"
    is_last = len(former_roles) + 1 >= MIN_COMPARISONS
    return "needs_advocate" if is_last and not are_enough_to_trust([*former_roles, role]) else None


def why_not_met(role: str, colleague_role: str, *, waits: bool, mine: bool, here: bool) -> str | None:
    """Why a person cannot confirm that they met a colleague without keys, or None.

    Args:
        role: the role in which that person may act now.
        colleague_role: the role of the colleague's account.
        waits: nobody has met the colleague yet.
        mine: it is that person's own account.
        here: they work at a site together.

    Returns:
        `settled`, `mine`, `elsewhere` or `not_yours`.

    Source: two adults must be two real people; managers choose facilitators, reviewers and coordinators, and advocates
    do not come from managers.
    """
    if colleague_role in HOLDING_KEYS or not waits:
        return "settled"
    if mine:
        return "mine"
    if not here:
        return "elsewhere"
    return None if permissions.may(role, "people.meet") else "not_yours"


def why_not_leave(
    role: str,
    site_ids: Collection[int],
    caller_site_ids: Collection[int],
    remaining: Mapping[int, int],
    *,
    waits: bool = False,
) -> str | None:
    """Why a coordinator cannot end a person's account, or None.

    Args:
        role: of that person.
        site_ids: where that person works.
        caller_site_ids: the sites of the coordinator.
        remaining: by site, how many others of the role work there.
        waits: the person is a newcomer who is not trusted yet; nobody has to remain in their place.

    Returns:
        `not_yours` (see `why_not_end_reader`), `elsewhere` (also at a site of another coordinator),
        `too_few_advocates` or `last_coordinator`.
    """
    if role in ENDED_BY_READERS:
        return "not_yours"
    if not set(site_ids) <= set(caller_site_ids):
        return "elsewhere"
    fewest = min((remaining.get(site_id, 0) for site_id in site_ids), default=MIN_ADVOCATES)
    if role == permissions.ADVOCATE and not waits and fewest < MIN_ADVOCATES:
        return "too_few_advocates"
    if role == permissions.COORDINATOR and fewest < 1:
        return "last_coordinator"
    return None


def why_not_end_reader(site_ids: Collection[int], caller_site_ids: Collection[int]) -> str | None:
    """Why an account of `ENDED_BY_READERS` cannot be ended from here: `not_here`, or None.

    Two must agree, as `why_not_agree` says, and never a coordinator: a manager could remove the reader outside.

    Args:
        site_ids: where the person works whose account it is.
        caller_site_ids: where the first of the two works.
    """
    return None if set(site_ids) <= set(caller_site_ids) else "not_here"
