"""The content of a pack for another organisation, as JSON with the field names of Primero, a case management system.

`case` is the body of its `POST /api/v2/cases`, `referral` that of `POST /api/v2/cases/ID/referrals`. Each name is a
field that Primero (primeroIMS/primero, version 2) defines, because it accepts no other. A table in
`tests/reviews/outside/test_primero.py` says where each is defined. `pack` is for people: the statement as far as the
child agreed to send it; each decision; what earlier reviews decided about the plan; and what is published about all
children of the site (A5). It holds no statement of another review.
Source: S20.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from youthvoice.accountability.rules import SAID_YES
from youthvoice.reviews import labels
from youthvoice.reviews.entities import PackHandover
from youthvoice.reviews.pack import Pack, SiteFinding, SiteView, WishView


def compose_pack(
    pack: Pack, handover: PackHandover, site_name: str, views: Sequence[SiteView], names: Mapping[int, str]
) -> dict[str, Any]:
    """The content of the file, as plain values for JSON.

    Args:
        pack: as an outside team reads it; without a statement where the words do not go.
        handover: recipient, parts, and consent or ground.
        site_name: of the site of the review.
        views: published views, as a pack shows them to families.
        names: of the advocate and of the second adult.
    """
    decided_wishes = [wish for wish in pack.wishes if wish.decision]
    promised_wishes = [wish for wish in decided_wishes if wish.decision and wish.decision.kind in SAID_YES]
    with_consent = handover.ground is None
    return {
        "case": {
            "data": {
                "module_id": "primeromodule-cp",
                "other_agency_id": pack.review.body.case_number,
                "other_agency_name": site_name,
                "disclosure_other_orgs": with_consent,
                "consent_for_services": with_consent,
                "services_section": [_service(wish) for wish in promised_wishes],
            }
        },
        "referral": {
            "data": {
                "remote": True,
                "transitioned_to_agency": handover.to,
                "notes": "\n".join(f"{wish.title}: {_sentence(wish)}" for wish in decided_wishes),
                "consent_overridden": not with_consent,
            }
        },
        "pack": _pack(pack, handover, site_name, names)
        | {"all_children_of_the_site": [_site_view(view) for view in views]},
    }


def _pack(pack: Pack, handover: PackHandover, site_name: str, names: Mapping[int, str]) -> dict[str, Any]:
    body, with_words = pack.review.body, "words" in handover.parts
    earlier = pack.earlier if "earlier" in handover.parts else ()
    return {
        "site": site_name,
        "case_number": body.case_number,
        "step_of_care": body.step,
        "kind": body.kind,
        "day": pack.review.day.isoformat(),
        "given_by": names.get(handover.by, ""),
        "given_to": handover.to,
        "given_on": handover.day.isoformat(),
        "consent": _consent(handover, names),
        "words_of_child": pack.statement_label if with_words or body.statement is None else "",
        "given_anew_on": [
            pictures.used_on.isoformat() for pictures in body.new_pictures if with_words and pictures.used_on
        ],
        "took_part": labels.took_part_labels(pack.review, pack.names, pack.today),
        "statement": _statement(pack, with_voice="voice" in handover.parts),
        "decisions": [_decision(wish, pack) for wish in pack.wishes],
        "earlier": [
            {
                "day": earlier_review.review.day.isoformat(),
                "kind": earlier_review.review.body.kind,
                "decisions": [_decision(wish, pack) for wish in earlier_review.wishes],
            }
            for earlier_review in earlier
        ],
    }


def _consent(handover: PackHandover, names: Mapping[int, str]) -> dict[str, Any]:
    """The child's consent; or the legal ground, and the adults who answer for it."""
    ground = handover.ground
    if ground is None:
        return {"basis": "child", "how": handover.how, "day": handover.yes_on.isoformat()}
    return {
        "basis": "legal_ground",
        "ground": ground.code,
        "reference": ground.reference,
        "child_told_before": ground.told,
        "asked_by": names.get(handover.by, ""),
        "agreed_by": names.get(ground.agreed_by, ""),
        "day": handover.yes_on.isoformat(),
    }


def _service(wish: WishView) -> dict[str, Any]:
    """A promise, as a row of Primero's services. A refusal is no service, and would look overdue there."""
    reply = wish.decision
    if reply is None:
        raise ValueError(wish.part)
    return {
        "service_response_type": "service_provision",
        "service_type": "other_service",
        "service_referral_notes": f"{wish.title}: {_sentence(wish)}",
        "service_response_day_time": _moment(reply.day),
        "service_appointment_date": _day(reply.done_by),
        "service_implemented": "implemented" if reply.confirmed_on else "not_implemented",
        "service_implemented_day_time": _moment(reply.confirmed_on),
    }


def _decision(wish: WishView, pack: Pack) -> dict[str, Any]:
    reply = wish.decision
    values: dict[str, Any] = {"wish": wish.part, "title": wish.title, "decided": reply.kind if reply else None}
    if reply is not None:
        values |= {
            "words": dict(reply.words),
            "day": reply.day.isoformat(),
            "carried_by": pack.names.get(reply.carried_by, ""),
            "done_by": _day(reply.done_by),
            "she_says_it_is_done_on": _day(reply.confirmed_on),
        }
    return values


def _statement(pack: Pack, *, with_voice: bool) -> dict[str, Any] | None:
    statement = pack.statement
    if statement is None:
        return None
    values = {name: value for name, value in statement.said().items() if name not in {"readers", "outside"}}
    for name in ("there", "not_there"):
        values[name] = [pack.names.get(row, "") for row in getattr(statement, name)]
    return values | {"voice": base64.b64encode(statement.voice).decode() if with_voice else ""}


def _site_view(view: SiteView) -> dict[str, Any]:
    """A published view with its sentences and bands, as on its own page."""
    return {
        "title": view.title,
        "day": view.day.isoformat(),
        "language": view.language,
        "answered": view.answered,
        "findings": [_site_finding(finding) for finding in view.findings],
        "unknown": view.unknown,
        "answers_of_adults": [_adult_reply(reply) for reply in view.replies],
        "waits": view.waits,
    }


def _site_finding(finding: SiteFinding) -> dict[str, Any]:
    return {
        "sentence": finding.sentence,
        "bands": [" ".join(filter(None, bar)) for bar in finding.bars],
        "changed": finding.changed,
        "answer_of_adults": _adult_reply(finding.reply) if finding.reply else None,
    }


def _adult_reply(reply: Sequence[str]) -> dict[str, str]:
    kind, begins, words, by = reply
    return {"kind": kind, "words": f"{begins} {words}".strip(), "by": by}


def _sentence(wish: WishView) -> str:
    reply = wish.decision
    return reply.words[reply.language] if reply else ""


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(day: date | None) -> str | None:
    """A day where Primero wants a moment: no time about a child is finer than a day."""
    return f"{day.isoformat()}T00:00:00Z" if day else None
