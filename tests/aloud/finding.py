"""The texts of a round as the recording pages find them."""

from youthvoice import db
from youthvoice.aloud.texts import texts
from youthvoice.clips.gathering import Heard
from youthvoice.places import store as places
from youthvoice.surveys import store
from youthvoice.surveys.rounds import RoundFacts


def texts_of(round_: RoundFacts, language: str) -> tuple[Heard, ...]:
    """Every text of a round; inside a request."""
    with db.reading(db.engine()) as session:
        sites = [places.facts(site) for site in places.sites_of(session, round_.site_ids)]
        return texts(round_, store.questions_of(session, round_), sites, language, opened=True).all
