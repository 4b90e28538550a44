"""What was said in a report, piece by piece, as its page shows it. The child's words stay as given (S3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from youthvoice.grievances import options as picks
from youthvoice.grievances.case import action_labels as done_words
from youthvoice.grievances.case.context import Scene
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.web.i18n.dates import day
from youthvoice.web.i18n.languages import LANGUAGES
from youthvoice.web.i18n.languages import chosen as chosen_language
from youthvoice.web.i18n.lists import listed

VOICES: Final = frozenset({"voice", "child_voice"})
_CHILD_SAYS: Final = frozenset({"told", "child", "put_right", "withdraw", "trouble", "may_know"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing on the page.

    Attributes:
        shape: `child`, `voice`, `adult`, `note`, or `event`: a line between the pieces.
        head: who and when; of an event all there is.
        words: as given.
        key: of a voice, and of words that were spoken too, the entry's id as hexadecimal digits; of a link, the other
            report's.
        language: of the child's words, where it is known.
        answer: what the child tapped, in the words of the house; never hers.
    """

    shape: str
    head: str
    words: str = ""
    key: str = ""
    language: str = ""
    answer: str = ""


def pieces(scene: Scene) -> list[Piece]:
    """Everything that was said, in order."""
    return [piece for entry in scene.said for piece in _pieces(scene, entry)]


def _pieces(scene: Scene, entry: Entry) -> Sequence[Piece]:
    if entry.kind == "told":
        return _told(scene, entry)
    if entry.kind == "left_out":
        return [Piece("event", line) for line in _chosen(scene, entry.said)]
    if entry.kind in VOICES:
        return [Piece("voice", _head(scene, entry, str(_("a voice message"))), key=entry.id.hex())]
    if entry.kind in _CHILD_SAYS:
        return [
            Piece(
                "child",
                _head(scene, entry, ""),
                done_words.words(entry),
                language=scene.marks.language,
                answer=_child_said(entry),
            )
        ]
    if entry.kind == "advocate":
        key = entry.id.hex() if entry.sound else ""
        return [Piece("adult", _head(scene, entry, _asked(entry)), done_words.words(entry), key)]
    return _by_adults(scene, entry)


def _told(scene: Scene, entry: Entry) -> Sequence[Piece]:
    found = []
    if words := done_words.words(entry):
        head = _("The child, in her or his own words, %(day)s", day=day(entry.day))
        found.append(Piece("child", str(head), words, language=entry.said.get("language", "")))
    if how := str(entry.said.get("how") or ""):
        found.append(Piece("child", str(_("How to find the child, if somebody comes")), how))
    return [*found, *(Piece("event", line) for line in _chosen(scene, entry.said))]


def _chosen(scene: Scene, said: Mapping[str, object]) -> list[str]:
    """What the child picked, and whom the child left out: the readers see it, nobody else."""
    chosen = [_also(said), _pick("whom", said), _pick("by_whom", said), _may_know(said), _come(said)]
    found = [str(_("The child chose: %(picks)s", picks=" · ".join(filter(None, chosen))))] if any(chosen) else []
    if left_out := said.get("left_out"):
        assert isinstance(left_out, list)
        names = listed(scene.names.get(person_id, "") for person_id in left_out)
        found.append(str(_("The child left out: %(names)s", names=names)))
    if helper := said.get("helper"):
        found.append(str(_("%(name)s helped the child to tell this", name=helper)))
    if (language := said.get("language")) in LANGUAGES and language != chosen_language():
        found.append(str(_("Told in %(language)s", language=LANGUAGES[str(language)].name)))
    return found


def _also(said: Mapping[str, object]) -> str:
    """What it is about besides the topic that stands above."""
    codes = said.get("also")
    found = [picks.words_of(picks.TOPICS, str(code)) for code in codes] if isinstance(codes, list) else []
    return str(_("also about: %(topics)s", topics=listed(found))) if any(found) else ""


def _may_know(said: Mapping[str, object]) -> str:
    pick = _pick("may_know", said)
    return str(_("who may know: %(pick)s", pick=pick)) if pick else ""


def _come(said: Mapping[str, object]) -> str:
    if "come" not in said:
        return ""
    if not said["come"]:
        return str(_("nobody should come yet"))
    where = _pick("where", said)
    return str(
        _("somebody should come and talk: %(place)s", place=where) if where else _("somebody should come and talk")
    )


def _pick(name: str, said: Mapping[str, object]) -> str:
    table = {"whom": picks.WHOM, "by_whom": picks.BY_WHOM, "may_know": picks.MAY_KNOW, "where": picks.WHERE}[name]
    return picks.words_of(table, str(said.get(name) or ""))


def _child_said(entry: Entry) -> str:
    if entry.kind == "put_right":
        answers = {"yes": _("put right: yes"), "partly": _("put right: partly"), "no": _("put right: no")}
        return str(answers.get(str(entry.said.get("answer")), ""))
    if entry.kind == "may_know":
        return str(_("may others know: yes") if entry.said.get("answer") == "yes" else _("may others know: no"))
    if entry.kind == "trouble":
        yes = entry.said.get("answer") == "yes"
        return str(_("trouble since: yes") if yes else _("trouble since: no"))
    return str(_("asks to stop")) if entry.kind == "withdraw" else ""


def _asked(entry: Entry) -> str:
    asked = {
        "put_right": _("asked: was it really put right?"),
        "may_know": _("asked: may somebody know?"),
        "trouble": _("asked: any trouble since?"),
    }
    return str(asked.get(str(entry.said.get("ask")), _("a voice message") if entry.sound else ""))


def _by_adults(scene: Scene, entry: Entry) -> Sequence[Piece]:
    """Notes and what was done: with words it is a note, without a line between."""
    head, words = _head(scene, entry, done_words.did(scene.names, entry)), done_words.written(entry)
    link = entry.said["to_thread"] if entry.kind == "linked" else ""
    return [Piece("note" if words or entry.kind == "note" else "event", head, words, link)]


def _head(scene: Scene, entry: Entry, what: str) -> str:
    who = _who(scene, entry.by)
    if what:
        return str(_("%(who)s, %(day)s: %(what)s", who=who, day=day(entry.day), what=what))
    return str(_("%(who)s, %(day)s", who=who, day=day(entry.day)))


def _who(scene: Scene, person_id: int) -> str:
    if person_id == CHILD:
        return str(_("The child"))
    return str(_("You")) if person_id == scene.caller_id else scene.names.get(person_id, "")


def who(scene: Scene, people: Sequence[int]) -> str:
    """Several who did something, in a sentence."""
    return listed(_who(scene, one) for one in people)
