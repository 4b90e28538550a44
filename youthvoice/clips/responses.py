"""One clip as an answer: for tablets and for staff alike."""

from flask import Response, abort, request

from youthvoice import db
from youthvoice.clips import store
from youthvoice.clips.bundled import shipped

KEPT = "private, max-age=31536000, immutable"  # its address changes with its sound


def answer(name: str, take: str) -> Response:
    """The sound, or the part of it that was asked for; 404 for any name that is not exactly today's."""
    kept = store.sound(db.session(), name, take)
    if kept is None:
        one = shipped().get(name)
        if one is None or one.take != take:
            abort(404)
        kept = (one.file.read_bytes(), one.kind)
    sound, kind = kept
    reply = Response(sound, content_type=kind)
    reply.headers["Cache-Control"] = KEPT
    reply.make_conditional(request, accept_ranges=True, complete_length=len(sound))
    return reply
