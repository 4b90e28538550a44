"""What was said in a report, piece by piece, as its page shows it. The child's words stay as given (S3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from youthvoice.grievances import picks
from youthvoice.grievances.naming import short_name
from youthvoice.grievances.scene import Scene
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.web.days import day
from youthvoice.web.languages import LANGUAGES
from youthvoice.web.languages import chosen as chosen_language
from youthvoice.web.lists import listed

VOICES: Final = frozenset({"voice", "child_voice"})
_CHILD_SAYS: Final = frozenset({"told", "child", "put_right", "withdraw", "trouble", "may_know"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing on the page.

    Attributes:
        shape: `child`, `voice`, `adult`, `note`, or `event`: a line between the pieces.
        head: who and when; of an event all there is.
        words: as given.
        key: of a voice, the entry's id as hexadecimal digits.
        language: of the child's words, where it is known.
    """

    shape: str
    head: str
    words: str = ""
    key: str = ""
    language: str = ""


def pieces(scene: Scene) -> list[Piece]:
    """Everything that was said, in order."""
    return [piece for entry in scene.said for piece in _pieces(scene, entry)]


def _pieces(scene: Scene, entry: Entry) -> Sequence[Piece]:
    if entry.kind == "told":
        return _told(scene, entry)
    if entry.kind in VOICES:
        return [Piece("voice", _head(scene, entry, str(_("a voice message"))), key=entry.id.hex())]
    if entry.kind in _CHILD_SAYS:
        return [Piece("child", _head(scene, entry, _child_said(entry)), _words(entry), language=scene.marks.language)]
    if entry.kind == "advocate":
        return [Piece("adult", _head(scene, entry, _asked(entry)), _words(entry))]
    return _by_adults(scene, entry)


def _told(scene: Scene, entry: Entry) -> Sequence[Piece]:
    found = []
    if words := _words(entry):
        head = _("The child, in her or his own words, %(day)s", day=day(entry.day))
        found.append(Piece("child", str(head), words, language=entry.said.get("language", "")))
    if how := str(entry.said.get("how") or ""):
        found.append(Piece("child", str(_("How to find the child, if somebody comes")), how))
    return [*found, *(Piece("event", line) for line in _chosen(scene, entry.said))]


def _chosen(scene: Scene, said: Mapping[str, object]) -> list[str]:
    """What the child picked, and whom the child left out: the readers see it, nobody else."""
    chosen = [_pick("whom", said), _pick("by_whom", said), _may_know(said), _come(said)]
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
        "may_know": _("asked: who may know?"),
        "trouble": _("asked: any trouble since?"),
    }
    return str(asked.get(str(entry.said.get("ask")), ""))


def _by_adults(scene: Scene, entry: Entry) -> Sequence[Piece]:
    """Notes and what was done: with words it is a note, without a line between."""
    head, words = _head(scene, entry, did(scene, entry)), _words(entry)
    if entry.kind == "ask_close":
        outcome, told = (str(entry.said.get(name, "")) for name in ("outcome", "told"))
        words = _("What came of it: %(outcome)s\nThe child will read: %(told)s", outcome=outcome, told=told)
    return [Piece("note" if words or entry.kind == "note" else "event", head, str(words))]


def did(scene: Scene, entry: Entry) -> str:
    """What an adult did, in words; what is unknown here has none."""
    tell: Callable[[Scene, Entry], str] | None = _DID.get(entry.kind)
    return tell(scene, entry) if tell else ""


def _action(_scene: Scene, entry: Entry) -> str:
    done = {
        "talked": _("talked with the child"),
        "plan_change": _("asked for a change of the care plan"),
        "referral": _("referred to a service: %(name)s", name=entry.said.get("service", "")),
        "authority": _("reported to %(name)s, number %(number)s", name=entry.said.get("authority", ""),
                       number=entry.said.get("number", "")),
        "outside": _("asked the outside recipient"),
        "other": _("did something else"),
    }  # fmt: skip
    return str(done.get(str(entry.said.get("action")), ""))


def _weighed(_scene: Scene, entry: Entry) -> str:
    grave = {1: _("light"), 2: _("serious"), 3: _("grave")}.get(entry.said.get("severity", 0), "")
    topic = picks.words_of(picks.TOPICS, str(entry.said.get("topic", "")))
    harm = _("a child may be hurt") if entry.said.get("harm") else ""
    return str(_("weighed it: %(how)s", how=listed(str(one) for one in (grave, topic, harm) if one)))


def _owner(scene: Scene, entry: Entry) -> str:
    name = scene.names.get(entry.said.get("to", 0), "")
    return str(_("gave it in hand to %(name)s", name=name) if name else _("gave it back to everybody"))


def _handed(scene: Scene, entry: Entry) -> str:
    name = scene.names.get(entry.said.get("to", 0), "")
    told = {
        "asked": _("asks a second person: hand this to %(name)s?", name=name),
        "refused": _("said no to handing this to %(name)s", name=name),
    }
    return str(told.get(str(entry.said.get("state")), _("handed over to %(name)s", name=name)))


def _consent(scene: Scene, entry: Entry) -> str:
    name = scene.names.get(entry.said.get("to", 0), "")
    return str(_("the child said yes: %(name)s may see it", name=name))


def _linked(_scene: Scene, entry: Entry) -> str:
    return str(_("linked with report %(name)s", name=short_name(bytes.fromhex(entry.said["to_thread"]))))


_DID: Final[Mapping[str, Callable[[Scene, Entry], str]]] = {
    "note": lambda _scene, _entry: str(_("private note")),
    "action": _action,
    "weighed": _weighed,
    "urgent": lambda _scene, _entry: str(_("marked it as urgent")),
    "owner": _owner,
    "handed": _handed,
    "handed_back": lambda _scene, _entry: str(_("wrote what was done")),
    "consent": _consent,
    "linked": _linked,
    "recused": lambda _scene, _entry: str(_("stepped back")),
    "given": lambda scene, entry: str(_("let %(name)s read it", name=scene.names.get(entry.said.get("to", 0), ""))),
    "summary": lambda _scene, _entry: str(_('words for "what children said"')),
    "ask_close": lambda _scene, _entry: str(_("asks to close")),
    "agree_close": lambda _scene, _entry: str(_("agreed: it is closed")),
    "refuse_close": lambda _scene, _entry: str(_("sent it back: not closed")),
    "reopened": lambda _scene, _entry: str(_("opened it again")),
}


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


def _words(entry: Entry) -> str:
    return str(entry.said.get("words") or "")
