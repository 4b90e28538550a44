"""What a child sent becomes what may be stored: locked, sealed, before any write begins."""

from youthvoice import context as running
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.responses.forms import ResponseForm
from youthvoice.surveys.responses.store import Response, respond
from youthvoice.surveys.rounds.entities import RoundFacts
from youthvoice.threads.letters.letter import seal_letter
from youthvoice.threads.readers.cache import readers_at


def response(found: RoundFacts, site: SiteFacts, sheet: bytes, form: ResponseForm) -> Response:
    """Lock the coded answers and seal each letter to the advocates of the site.

    Where nobody can read letters the page has no box; words that come all the same are not kept.

    Args:
        found: the round.
        site: where the tablet is; its advocates read the letters.
        sheet: 16 bytes.
        form: validated.
    """
    keyring, now = running.keyring(), running.now()
    written = form.letters()
    readers = readers_at(site.id) if written else ()
    letters = [
        seal_letter(
            keyring,
            words.text,
            box=site,
            round_id=found.id,
            question=words.question,
            readers=readers,
            now=now,
            shared=words.shared,
        )
        for words in written
        if readers
    ]
    coded = form.coded() if found.closed_on is None else None
    return respond(keyring, found, sheet, coded, day=running.today(site.time_zone), letters=letters)
