"""What the pages of recipients share: to open a handover and log it, and to play its recording."""

import base64
from collections.abc import Mapping
from typing import Any

from flask import Response, abort

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller
from youthvoice.clips.audio_files import ENDINGS, WEBM
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.grievances.handovers import open_for
from youthvoice.threads import readership
from youthvoice.threads.handover_items import HandoverItem, mark_opened


def open_and_log(handover_item: HandoverItem, action: str) -> None:
    """Note the first look, log it under this action, and keep it open for the rest of the sign-in."""
    mark_opened(db.session(), handover_item.id, context.today())
    caller_log().add(db.session(), action, handover_item.id.hex())
    db.session().commit()  # it stays opened even if the form that came with it is refused
    readership.opened_reports.note(handover_item.id)


def is_open(handover_item: HandoverItem) -> bool:
    """Whether the caller opened it since signing in."""
    return handover_item.id in readership.opened_reports


def content_or_410(handover_item: HandoverItem) -> Mapping[str, Any]:
    """Its content; 410 where the caller's key does not open it or is gone."""
    try:
        return open_for(handover_item, current_caller())
    except (CannotOpen, KeyGone):
        abort(410)


def play_or_404(entry: Mapping[str, Any]) -> Response:
    """The recording of an entry, from memory; 404 where it has none."""
    if not entry.get("sound"):
        abort(404)
    kind = entry.get("kind")
    return Response(base64.b64decode(entry["sound"]), content_type=kind if kind in ENDINGS else WEBM)
