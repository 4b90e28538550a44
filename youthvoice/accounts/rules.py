"""Who may be added by whom, and who may leave. Pure; codes, no words."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final

from youthvoice.access import permissions

ADDED_BY_A_COORDINATOR: Final = (permissions.FACILITATOR, permissions.REVIEWER, permissions.COORDINATOR)

HOLDING_KEYS: Final = (permissions.ADVOCATE, permissions.SAFEGUARDING_LEAD, permissions.OUTSIDE_RECIPIENT)

ENDED_BY_READERS: Final = (permissions.SAFEGUARDING_LEAD, permissions.OUTSIDE_RECIPIENT)

INVITATION_LASTS: Final = timedelta(days=7)

RUNS_OUT_SOON: Final = timedelta(days=60)

MIN_ADVOCATES: Final = 2

MIN_COMPARISONS: Final = 2


def roles_invited_by(role: str) -> tuple[str, ...]:
    """The roles that somebody of a role invites."""
    if permissions.may(role, "people.manage"):
        return ADDED_BY_A_COORDINATOR
    return HOLDING_KEYS if permissions.may(role, "readers.choose") else ()


def why_not_invited(role: str, by: str) -> str | None:
    """Why somebody cannot invite a person of a role: `no_such_role`, `holds_wraps`, `managed`, or None when she can.

    Args:
        role: of whoever shall come.
        by: the role of whoever invites.

    Source: PRIVACY.md C, "Who may be wrapped to": whoever holds keys to children's words is not chosen by managers.
    """
    if role not in permissions.ROLES:
        return "no_such_role"
    if role in roles_invited_by(by):
        return None
    return "holds_wraps" if role in HOLDING_KEYS else "managed"


def is_trained(trained_until: date | None, today: date) -> bool:
    """Whether somebody's training is in date: her last day counts (S35)."""
    return trained_until is not None and trained_until >= today


def training_state(trained_until: date | None, today: date) -> str:
    """How somebody's training stands: `none`, `over`, `soon` (it runs out within 60 days) or `good`."""
    if trained_until is None:
        return "none"
    if trained_until < today:
        return "over"
    return "soon" if trained_until - today <= RUNS_OUT_SOON else "good"


def why_not_trained(before: date | None, until: date | None, site_ids: Collection[int], asking: Collection[int]) -> str:
    """Why a coordinator cannot record this training, or empty when she can: `elsewhere`.

    Whoever works at sites of other coordinators too is theirs as well: her training may be prolonged from here, never
    taken away or cut short, for that would close telling at a site that is not the coordinator's.

    Args:
        before: the last day that stands.
        until: the last day that is wanted.
        site_ids: where the trained one works.
        asking: the sites of the coordinator.
    """
    prolonged = until is not None and (before is None or until >= before)
    return "" if prolonged or set(site_ids) <= set(asking) else "elsewhere"


def missing_for_channel(trained: int, outside: int, tested: int, *, helpline: bool) -> tuple[str, ...]:
    """Codes of what a site still needs before children can tell there; empty when they can.

    Args:
        trained: advocates to whom words are sealed and whose training is in date.
        outside: outside recipients to whom words are sealed.
        tested: those of them who said that a test reached them.
        helpline: it is named, with a number that somebody called.

    Returns:
        Some of `advocates`, `outside`, `outside_untested`, `helpline`.

    Source: DESIGN.md 4, "A channel opens only with ..."; STANDARDS S35.
    """
    lacks = {
        "advocates": trained < MIN_ADVOCATES,
        "outside": not outside,
        "outside_untested": bool(outside) and not tested,
        "helpline": not helpline,
    }
    return tuple(code for code, is_lacking in lacks.items() if is_lacking)


def is_test_pending(asked_on: date | None, tested_on: date | None) -> bool:
    """Whether an outside recipient was asked to say that a test reached her, and did not say so yet."""
    return asked_on is not None and (tested_on is None or tested_on < asked_on)


def are_enough_to_trust(roles: Collection[str]) -> bool:
    """Whether these people make a key trusted: two advocates, or an advocate and the outside recipient."""
    return len(roles) >= MIN_COMPARISONS and permissions.ADVOCATE in roles


def why_not_two(roles: Collection[str]) -> str | None:
    """Why these two cannot let somebody who holds keys in anew: `not_yours`, `needs_advocate`, or None."""
    if not set(roles) <= {permissions.ADVOCATE, permissions.OUTSIDE_RECIPIENT}:
        return "not_yours"
    return None if are_enough_to_trust(roles) else "needs_advocate"


def why_not_compared(role: str, before: Collection[str], *, waits: bool, mine: bool, here: bool) -> str | None:
    """Why somebody cannot say that she compared a key, or None when she can.

    Args:
        role: hers.
        before: the roles of those who compared this key already.
        waits: the key still waits to be compared.
        mine: it is her own key, or she compared it already.
        here: she works wherever the newcomer will.

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
    full = len(before) + 1 >= MIN_COMPARISONS
    return "needs_advocate" if full and not are_enough_to_trust([*before, role]) else None


def why_not_met(role: str, about: str, *, waits: bool, mine: bool, here: bool) -> str | None:
    """Why somebody cannot say that she met a colleague who holds no keys, or None when she can.

    Args:
        role: hers, as she acts by now.
        about: the colleague's role.
        waits: nobody has met the colleague yet.
        mine: it is herself.
        here: they work at a site together.

    Returns:
        `settled`, `mine`, `elsewhere` or `not_yours`.

    Source: two adults are two humans; managers choose facilitators, reviewers and coordinators, and advocates do not
    come from managers.
    """
    if about in HOLDING_KEYS or not waits:
        return "settled"
    if mine:
        return "mine"
    if not here:
        return "elsewhere"
    return None if permissions.may(role, "people.meet") else "not_yours"


def why_not_leave(
    role: str, site_ids: Collection[int], asking: Collection[int], remaining: Mapping[int, int], *, waits: bool = False
) -> str | None:
    """Why a coordinator cannot let a person leave, or None when she can.

    Args:
        role: hers.
        site_ids: where she works.
        asking: the sites of the coordinator who ends her account.
        remaining: by site, how many others of her role work there.
        waits: she is a newcomer whom nothing is sealed to yet; nobody has to remain in her place.

    Returns:
        `not_yours` (see `why_not_end_reader`), `elsewhere` (also at a site of another coordinator),
        `too_few_advocates` or `last_coordinator`.
    """
    if role in ENDED_BY_READERS:
        return "not_yours"
    if not set(site_ids) <= set(asking):
        return "elsewhere"
    if (
        role == permissions.ADVOCATE
        and not waits
        and any(remaining.get(site_id, 0) < MIN_ADVOCATES for site_id in site_ids)
    ):
        return "too_few_advocates"
    if role == permissions.COORDINATOR and any(remaining.get(site_id, 0) < 1 for site_id in site_ids):
        return "last_coordinator"
    return None


def why_not_end_reader(site_ids: Collection[int], asking: Collection[int]) -> str | None:
    """Why somebody who chooses readers cannot end a lead's or an outside recipient's account: `not_here`, or None.

    Two sign, as `why_not_two` says, and never a coordinator: she could send away whoever reads past the installation.

    Args:
        site_ids: where the leaving one works.
        asking: where the one who asks does.
    """
    return None if set(site_ids) <= set(asking) else "not_here"
