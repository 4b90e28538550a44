"""The texts of a round as the recording pages find them."""

from youthvoice import db
from youthvoice.clips.text_collector import SpokenText
from youthvoice.read_aloud.page_texts import find_texts
from youthvoice.sites.store import list_sites
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import questionnaire_of_round


def texts_of(round_: Round, language: str) -> tuple[SpokenText, ...]:
    """Every text of a round; inside a request."""
    with db.reading(db.engine()) as session:
        sites = list(list_sites(session, round_.site_ids))
        return find_texts(round_, questionnaire_of_round(session, round_), sites, language, has_round=True).all
