"""A colleague checks an adult's introduction before any child does: a request between the two."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller, caller_log
from youthvoice.accounts import agreement
from youthvoice.accounts.store import names_of_people
from youthvoice.errors import Refused
from youthvoice.introductions import store
from youthvoice.introductions.entities import IntroductionPart, PartKey
from youthvoice.introductions.labels import KIND_LABELS, REFUSAL_LABELS
from youthvoice.introductions.shown_introductions import reload_introductions_after_commit
from youthvoice.web.i18n.languages import LANGUAGES

KIND: Final = "introduction"


class ApproveIntroduction:
    """An adult asks a colleague to check everything by which she introduces herself to children."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """Whose introduction it is."""
        name = names_of_people(session, [data["person"]])[data["person"]]
        return str(_("How children know %(name)s", name=name))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """Each part, to be seen and heard; a part that was taken back since is left out."""
        wanted = {digest for _kind, _language, digest in data["parts"]}
        parts = [part for part in store.list_own_parts(session, data["person"]) if part.digest in wanted]
        return [_to_line(part) for part in parts] + [
            agreement.RequestLine(
                _("What changes"),
                _("Children see and hear it wherever they decide who reads. She can take it back at any time."),
            )
        ]

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Show the parts to children, if they are still as the second adult saw them."""
        person_id = agreement_request.data["person"]
        digests = {PartKey(kind, language): digest for kind, language, digest in agreement_request.data["parts"]}
        if agreement_request.asked_by != person_id:  # nobody asks in another adult's name
            raise agreement.CannotBeDone(str(REFUSAL_LABELS["changed"]))
        try:
            store.approve_parts(session, person_id, digests, second.person_id, caller_log())
        except Refused as refused:
            raise agreement.CannotBeDone(str(REFUSAL_LABELS[refused.code])) from None
        reload_introductions_after_commit(session)
        return agreement.RequestOutcome(url_for("introductions.overview"), second_may_look=False)


def _to_line(part: IntroductionPart) -> agreement.RequestLine:
    language = LANGUAGES[part.key.language].name if part.key.language in LANGUAGES else ""
    label = " · ".join(filter(None, (str(KIND_LABELS[part.key.kind]), language)))
    sound = url_for("introductions.show_file", digest=part.digest) if part.is_sound else ""
    return agreement.RequestLine(label, part.words, picture=part.picture, sound=sound)


def ask_colleague(session: Session, caller: Caller, drafts: Sequence[IntroductionPart], second_id: int) -> int:
    """Ask a colleague to approve these drafts; returns the number of the request.

    Raises:
        ValueError: this person cannot be asked.
    """
    parts = [[*part.key, part.digest] for part in drafts]
    data = {"person": caller.person_id, "parts": parts}
    return agreement.ask_second(session, KIND, data, caller.site_ids, caller, second_id)


def end_requests(session: Session, person_id: int) -> bool:
    """Take back what waits for a colleague, because a draft changes; returns whether something waited."""
    waiting_requests = agreement.list_own_requests(session, KIND, person_id)
    for agreement_request in waiting_requests:
        agreement.take_back_request(session, agreement_request)
    return bool(waiting_requests)


def list_askers(session: Session, second_id: int, digest: str) -> set[int]:
    """The adults who ask a colleague to approve a part with this digest."""
    return {
        agreement_request.asked_by
        for agreement_request in agreement.list_requests(session, second_id)
        if (agreement_request.kind, agreement_request.asked_of) == (KIND, second_id)
        and any(digest == part[2] for part in agreement_request.data["parts"])
    }


INTRODUCTION_REQUEST_KINDS: Final[Mapping[str, agreement.RequestKind]] = {KIND: ApproveIntroduction()}
