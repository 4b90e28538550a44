"""The recording state of each text of a questionnaire, and its labels: recorded, outdated, or missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice.clips import availability
from youthvoice.clips.audio_files import MAX_CLIP_SECONDS
from youthvoice.clips.labels import refusal_labels
from youthvoice.clips.store import Clip, list_recorded, newest_by_place
from youthvoice.clips.text_collector import SpokenText, film_voice, split_voice
from youthvoice.read_aloud.page_texts import Texts, find_closing_texts, find_texts
from youthvoice.sites.store import Site, list_sites
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.store import (
    find_stored_questionnaire,
    list_approved_questionnaires,
    load_questionnaire,
)
from youthvoice.surveys.responses.preview import unopened_round
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import list_rounds
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED

RecordingState = Literal["recorded", "shipped", "stale", "missing"]

SittingPart = Literal[
    "begin", "before", "questions", "end", "help", "tell", "agenda", "phone", "review", "did", "closing"
]

_BEFORE = frozenset({"why", "who-sees", "help"})  # the three screens before the questions

_PART_OF_PAGE: Mapping[str, SittingPart] = {
    "language": "begin",
    "front": "begin",
    "open": "begin",
    "choose": "begin",
    "mine": "begin",
    "see": "begin",
    "thanks": "end",
    "help": "help",
    "rights": "help",
    "error": "help",
    "ways": "tell",
    "talk": "tell",
    "good": "tell",
    "tell": "tell",
    "code": "tell",
    "waits": "tell",
    "closing": "closing",
    "stopped": "closing",
    "closed": "closing",
    "reply": "tell",
    "answer": "tell",
    "phone": "phone",
    "agenda": "agenda",
    "suggest": "agenda",
    "represent": "agenda",
    "slip": "review",
    "plan": "review",
    "kept": "review",
    "decided": "review",
    "did": "did",
}


class TextStatus(NamedTuple):
    """One text in the list.

    Attributes:
        spoken_text: the text.
        state: whether it is recorded.
        clip: its clip, or one that was recorded for an earlier text.
        of_round: whether it belongs to one round.
    """

    spoken_text: SpokenText
    state: RecordingState
    clip: Clip | None
    of_round: bool


def assess_texts(
    texts: Texts, recorded: Mapping[str, Clip], by_place: Mapping[str, Clip], takes: Mapping[str, str]
) -> list[TextStatus]:
    """The state of every text, in order.

    Args:
        texts: the texts.
        recorded: clips recorded here, by name.
        by_place: the newest clip of each place, by the text of the place.
        takes: of all clips, with shipped ones, by name.
    """
    return [
        TextStatus(
            spoken_text, *_state(spoken_text, recorded, by_place, takes), of_round=spoken_text.name in texts.of_round
        )
        for spoken_text in texts.all
    ]


def _state(
    spoken_text: SpokenText, recorded: Mapping[str, Clip], by_place: Mapping[str, Clip], takes: Mapping[str, str]
) -> tuple[RecordingState, Clip | None]:
    if spoken_text.name in recorded:
        return "recorded", recorded[spoken_text.name]
    if spoken_text.name in takes:
        return "shipped", None
    before = by_place.get(spoken_text.place.text)
    return ("stale", before) if before else ("missing", None)


def part_of(spoken_text: SpokenText) -> SittingPart:
    """The part of a sitting that a text belongs to, by its page; on the page of the questions by its screen."""
    page, screen = spoken_text.place.page, spoken_text.place.screen
    if page in _PART_OF_PAGE:
        return _PART_OF_PAGE[page]
    if screen == "button":  # on every screen
        return "begin"
    if screen in _BEFORE:
        return "before"
    return "questions" if screen.startswith(("q-", "a-")) else "end"


def next_name(text_statuses: list[TextStatus], name: str) -> str:
    """The next text without a current clip after the named one, then from the top; empty when all have one."""
    at = next((nth for nth, line in enumerate(text_statuses) if line.spoken_text.name == name), 0)
    following = text_statuses[at + 1 :] + text_statuses[:at]
    return next((line.spoken_text.name for line in following if line.state in {"missing", "stale"}), "")


@dataclass(frozen=True, slots=True)
class RecordingScope:
    """What is recorded: a questionnaire version, its round, and the sites.

    Attributes:
        id: of the questionnaire's version.
        questionnaire: that version, parsed.
        sites: the round's sites that the user works at; all of the user's sites when there is no round.
        round: one that is open or coming; a sample round when there is none.
        has_round: whether there is one.
        rounds: all that are open or coming, to choose from.
    """

    id: int
    questionnaire: Questionnaire
    sites: tuple[Site, ...]
    round: Round
    has_round: bool
    rounds: tuple[Round, ...]

    @property
    def slug(self) -> str:
        """The slug of the round; empty when there is none."""
        return self.round.slug if self.has_round else ""

    @property
    def voices(self) -> dict[str, str]:
        """Names of all voices, by code: each language, then each sign language of the sites for texts in it."""
        codes = self.questionnaire.languages
        signs = {site.sign_language: site.sign_name for site in self.sites if site.sign_language}
        spoken = {code: LANGUAGES[code].name for code in codes}
        return spoken | {
            film_voice(code, sign): f"{name} · {spoken[code]}" for sign, name in signs.items() for code in codes
        }


def find_scope(
    session: Session, questionnaire_id: int, site_ids: Collection[int], now: datetime, slug: str
) -> RecordingScope | None:
    """Find a questionnaire at the user's sites, with its round.

    Args:
        session: only read.
        questionnaire_id: the version.
        site_ids: the user's.
        now: this moment.
        slug: of one of its rounds; empty for the one that ends last.

    Returns:
        None where the questionnaire, the round or a site does not exist.
    """
    questionnaire_row = find_stored_questionnaire(session, questionnaire_id)
    sites = list_sites(session, site_ids)
    if questionnaire_row is None or not sites:
        return None
    rounds = [round_ for round_ in list_rounds(session, site_ids) if _is_for(round_, questionnaire_id, now)]
    rounds.sort(key=lambda round_: round_.ends_at, reverse=True)
    chosen_round = next((round_ for round_ in rounds if not slug or round_.slug == slug), None)
    if slug and chosen_round is None:
        return None
    sites_of_round = [site for site in sites if chosen_round is None or site.id in chosen_round.site_ids]
    questionnaire = load_questionnaire(session, questionnaire_id)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)  # so that the sample round is the same all day
    return RecordingScope(
        id=questionnaire_id,
        questionnaire=questionnaire,
        sites=tuple(sites_of_round),
        round=chosen_round or unopened_round(questionnaire_row, questionnaire, sites_of_round[0], midnight),
        has_round=chosen_round is not None,
        rounds=tuple(rounds),
    )


def _is_for(round_: Round, questionnaire_id: int, now: datetime) -> bool:
    return round_.questionnaire_id == questionnaire_id and round_.state(now) in {"open", "coming"}


def _texts_of_voice(scope: RecordingScope, voice: str) -> Texts:
    """The texts that a voice says, or signs."""
    language, sign_language = split_voice(voice)
    texts = find_texts(scope.round, scope.questionnaire, scope.sites, language, has_round=scope.has_round)
    if not sign_language:
        return texts
    signed_by_name = {  # by the name that the text has in its language; in a film's voice it has another
        spoken_text.name: replace(spoken_text, language=voice)
        for spoken_text in texts.all
        if spoken_text.place.has_hands
    }
    of_round = frozenset(signed.name for name, signed in signed_by_name.items() if name in texts.of_round)
    return replace(texts, all=tuple(signed_by_name.values()), of_round=of_round)


def list_texts(session: Session, scope: RecordingScope, voice: str) -> tuple[list[TextStatus], int]:
    """Every text that a voice says or signs, with its state; and how many more there will be once a round exists."""
    texts = _texts_of_voice(scope, voice)
    recorded = list_recorded(session, voice, [spoken_text.name for spoken_text in texts.all])
    by_place, takes = newest_by_place(session, voice), availability.clip_index().takes
    return assess_texts(texts, recorded, by_place, takes), texts.waiting


def count_recorded(scope: RecordingScope, voice: str) -> tuple[int, int]:
    """How many texts a voice says or signs, and how many there are."""
    texts = _texts_of_voice(scope, voice)
    takes = availability.clip_index().takes
    return sum(spoken_text.name in takes for spoken_text in texts.all), len(texts.all)


def find_silent_ending(session: Session, site: Site) -> tuple[int, Sequence[str]] | None:
    """The languages of a site in which something about its end is not recorded, and a questionnaire to record it with.

    None where all of it can be heard, and where no questionnaire in such a language is approved.
    """
    takes = availability.clip_index().takes
    silent = [code for code in site.languages if code in TRANSLATED and find_closing_texts(site, code).keys() - takes]
    for questionnaire_row in list_approved_questionnaires(session) if silent else ():
        languages = load_questionnaire(session, questionnaire_row.id).languages
        if spoken := [code for code in silent if code in languages]:
            return questionnaire_row.id, spoken
    return None


STATE_LABELS: Final = {
    "recorded": (_l("Recorded"), "tick", ""),
    "shipped": (_l("Came with the questionnaire"), "tick", ""),
    "stale": (_l("The text has changed"), "clock", "today"),
    "missing": (_l("Not recorded"), "ring", ""),
}
"""The states of a text: label, icon, and `today` where it waits."""

PART_LABELS: Final = {
    "begin": _l("First screens"),
    "before": _l("Before the first question"),
    "questions": _l("Questions and answers"),
    "end": _l("Sending, and what happens now"),
    "help": _l("Help and rights"),
    "agenda": _l("Our list"),
    "tell": _l("Telling, and the pictures of an answer"),
    "phone": _l("The telephone line"),
    "review": _l("Reviews"),
    "closing": _l("When the site closes"),
    "did": _l("What came of it: what adults answered"),
}
"""The parts of a sitting."""

REFUSAL_LABELS: Final = refusal_labels(MAX_CLIP_SECONDS)
"""Why a recording is refused, and what to do."""
