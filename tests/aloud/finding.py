"""The texts of a round as the recording pages find them."""

from youthvoice import db
from youthvoice.clips.text_collector import Heard
from youthvoice.read_aloud.texts import texts
from youthvoice.sites import store as places
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts


def texts_of(round_: RoundFacts, language: str) -> tuple[Heard, ...]:
    """Every text of a round; inside a request."""
    with db.reading(db.engine()) as session:
        sites = [places.facts(site) for site in places.sites_of(session, round_.site_ids)]
        return texts(round_, store.questions_of(session, round_), sites, language, opened=True).all
