"""A pack as one sealed file for another organisation, on the child's yes: HPKE to a key that it publishes.

Inside is JSON. Its fields have the names of Primero (primeroIMS/primero, version 2), so that a caseworker's system can
take them: `case_id_display`; of a referral `transitioned_by`, `notes`, `created_at`, `status`, `remote`
(app/models/referral.rb and transition.rb, and its API on referring a case) and the consent it asks for,
`disclosure_other_orgs` and `consent_for_services` (Referral#consent_given?); of each decision, as a row of
`services_section`, `service_type`, `service_response_type`, `service_response_day_time`, `service_appointment_date`,
`service_implemented`, `service_implemented_day_time` (app/models/concerns/serviceable.rb). `pack` holds the child's own
words, pictures and voice, whole, and what earlier reviews decided about the plan. Nothing she said to another review.
Source: issue of care-plan reviews, "Hand-over"; S20.
"""

import base64
import json
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, Refused
from youthvoice.privacy.crypto.sealing import SealedText, open_sealed, seal
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.reviews import store
from youthvoice.reviews.entities import PackHandover, Review
from youthvoice.reviews.pack import Pack, WishView, read_pack_outside
from youthvoice.reviews.statements.store import read_statement
from youthvoice.sites.store import get_site
from youthvoice.threads.store import ReaderKey

MAGIC: Final = b"youth voice pack 1\n"


YES_WAYS: Final = ("spoken", "written", "interpreter")
"""How the child said yes: to her advocate, in writing or a drawing, or with an interpreter whom she trusts."""


MAX_NAME_CHARACTERS: Final = 80


_BOUND: Final = sealing_context("pack-file", 1)


def hand_over_pack(  # noqa: PLR0913, PLR0917 - what, on whose yes, to whom, by whom
    session: Session,
    review: Review,
    given: PackHandover,
    public_key: bytes,
    me: ReaderKey,
    private_key: bytes,
    log: Log,
) -> bytes:
    """The sealed file; that it was given is kept, and the child reads it on her page. The caller commits.

    Args:
        session: may write.
        review: held (`find_review(to_change=True)`).
        given: to whom, and on which yes of the child.
        public_key: of the other organisation, 32 bytes.
        me: the advocate who carries it, with her key.
        private_key: hers, 32 bytes.
        log: in her name.

    Raises:
        Refused: `not_advocate`, `not_yet` before the day, `yes_missing`, `yes_day` in the future or before there was
            a review, `not_open`: her statement does not open for whoever asks.
        CannotOpen, KeyGone: as `read_statement`.
    """
    site = get_site(session, review.site_id)
    today = context.today(site.time_zone)
    if me.person_id != review.advocate_id:
        raise Refused("not_advocate")
    if today < review.day:
        raise Refused("not_yet")
    if given.how not in YES_WAYS or not given.to.strip():
        raise Refused("yes_missing")
    if not review.body.opened_on <= given.yes_on <= today:
        raise Refused("yes_day", "yes_on")
    said = read_statement(session, review, me, private_key)
    if review.statement is not None and said is None:
        raise Refused("not_open")
    pack = read_pack_outside(session, review, said)
    data = json.dumps(compose_pack(pack, given, site.name), ensure_ascii=False, indent=1).encode()
    sealed = MAGIC + seal(data, public_key, _BOUND).blob
    store.record_pack_handover(session, review, given, log)
    return sealed


def open_pack_file(blob: bytes, private_key: bytes) -> dict[str, Any]:
    """What such a file holds.

    Args:
        blob: the file.
        private_key: of the organisation it was sealed to, 32 bytes.

    Raises:
        CannotOpen: another key, altered, or no such file.
    """
    if not blob.startswith(MAGIC):
        raise CannotOpen
    found: dict[str, Any] = json.loads(open_sealed(SealedText.stored(blob[len(MAGIC) :]), private_key, _BOUND))
    return found


def compose_pack(pack: Pack, given: PackHandover, site_name: str) -> dict[str, Any]:
    """Everything that lies in the file, as JSON can say it.

    Args:
        pack: as a team outside reads it.
        given: to whom, and on which yes.
        site_name: where the review was.
    """
    body, decided = pack.review.body, [one for one in pack.wishes if one.decision]
    return {
        "case_id_display": body.case_number,
        "disclosure_other_orgs": True,
        "consent_for_services": True,
        "referral": {
            "record_type": "Child",
            "transitioned_by": pack.names.get(given.by, ""),
            "transitioned_to_agency": given.to,
            "remote": True,
            "status": "in_progress",
            "created_at": given.day.isoformat(),
            "notes": "\n".join(f"{one.title}: {_sentence(one)}" for one in decided),
        },
        "services_section": [_service(one) for one in decided],
        "pack": {
            "site": site_name,
            "step_of_care": body.step,
            "kind": body.kind,
            "day": pack.review.day.isoformat(),
            "words_of_child": pack.words_of_child,
            "given_anew_on": [one.used_on.isoformat() for one in body.new_pictures if one.used_on],
            "consent": {"day": given.yes_on.isoformat(), "how": given.how},
            "statement": _statement(pack),
            "decisions": [_decision(one, pack) for one in pack.wishes],
            "earlier": [
                {
                    "day": one.review.day.isoformat(),
                    "kind": one.review.body.kind,
                    "decisions": [_decision(each, pack) for each in one.wishes],
                }
                for one in pack.earlier
            ],
        },
    }


def _service(wish: WishView) -> dict[str, Any]:
    made = wish.decision
    if made is None:
        raise ValueError(wish.part)
    return {
        "service_type": "care_plan_review",
        "service_response_type": made.kind,
        "service_response_day_time": made.day.isoformat(),
        "service_appointment_date": _day(made.done_by),
        "service_implemented": "implemented" if made.confirmed_on else "not_implemented",
        "service_implemented_day_time": _day(made.confirmed_on),
    }


def _decision(wish: WishView, pack: Pack) -> dict[str, Any]:
    made = wish.decision
    told: dict[str, Any] = {"wish": wish.part, "title": wish.title, "decided": made.kind if made else None}
    if made is not None:
        told |= {
            "words": dict(made.words),
            "day": made.day.isoformat(),
            "carried_by": pack.names.get(made.carried_by, ""),
            "done_by": _day(made.done_by),
            "she_says_it_is_done_on": _day(made.confirmed_on),
        }
    return told


def _statement(pack: Pack) -> dict[str, Any] | None:
    said = pack.statement
    if said is None:
        return None
    told = {name: value for name, value in said.said().items() if name not in {"readers", "outside"}}
    for name in ("there", "not_there"):
        told[name] = [pack.names.get(row, "") for row in getattr(said, name)]
    return told | {"voice": base64.b64encode(said.voice).decode()}


def _sentence(wish: WishView) -> str:
    made = wish.decision
    return made.words[made.language] if made else ""


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
