"""Rules for a new report: whether it is about harm, and who reads it first. Pure: codes and ids, no texts.

Source: PRIVACY.md C, "A report"; STANDARDS.md S14, S17.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Literal

from youthvoice.accounts.store import Readers
from youthvoice.errors import Refused

EVERYDAY: Final = frozenset({"food", "broken"})
"""Topics that are no harm, whoever did it."""

GRAVE_TOPICS: Final = frozenset({"hit", "shouted_at", "teased", "touched", "unsafe"})
"""Topics that may be harm, whatever else the child picked."""

TOPICS_BY_GRAVITY: Final = ("touched", "hit", "unsafe", "shouted_at", "teased", "other", "sleep", "broken", "food")
"""Topics, the most urgent first."""

PEOPLE: Final = frozenset({"adult", "child", "family", "outside", "online"})

MIN_READERS_INSIDE: Final = 2
"""The outside recipient may be left out only where at least this many others read it."""

MANY_REPORTS: Final = 30
"""Reports of one tablet in a day, after which further ones are flagged `ONE_OF_MANY`; none is refused."""

ExclusionRefusal = Literal["nobody", "outside_stays"]


class CannotBeLeftOut(Refused):
    """Too few people would read it.

    `code` is `nobody`, or `outside_stays` where too few others would remain without an outside recipient.
    """


def is_harm(topic: str, by_whom: str, urgent: bool) -> bool:  # noqa: FBT001 - one of three answers of a child
    """Whether a child may be hurt, so that the safeguarding lead reads it immediately (S17).

    Everything that is not plainly an everyday matter counts: a child who picks nothing and only speaks may say
    anything.

    Args:
        topic: code of `intake_options.TOPICS`, or empty where the child skipped it.
        by_whom: code of `intake_options.BY_WHOM`, or empty.
        urgent: whether somebody is in danger now.
    """
    if urgent or topic in GRAVE_TOPICS:
        return True
    if topic in EVERYDAY:
        return False
    # sleep and rooms are harm only where somebody did it; anything else, unless a thing did it
    return by_whom in PEOPLE if topic == "sleep" else by_whom != "thing"


def gravest_first(topics: Collection[str], by_whom: str) -> list[str]:
    """The child's topics, those that may be harm first. Deadlines, lists and figures use the first topic.

    Args:
        topics: codes of `intake_options.TOPICS`; none where the child skipped it.
        by_whom: see `is_harm`.
    """
    return sorted(
        frozenset(topics), key=lambda topic: (not is_harm(topic, by_whom, urgent=False), TOPICS_BY_GRAVITY.index(topic))
    )


def first_readers(readers: Readers, left_out: Collection[int], harm: bool) -> frozenset[int]:  # noqa: FBT001 - as `is_harm` says
    """The people who read a new report: rows of `people`.

    These are the advocates, the safeguarding leads where it is about harm, and the outside recipients, without those
    whom the child left out. All outside recipients may be left out only where two others read it.

    Args:
        readers: everybody at the site to whom a report may be sealed.
        left_out: rows of `people`; ids of people who are no readers have no effect.
        harm: see `is_harm`.

    Raises:
        CannotBeLeftOut: nobody would read it, or too few without an outside recipient.
    """
    possible = (*readers.advocates, *(readers.leads if harm else ()), *readers.outside)
    reads = frozenset(reader.person_id for reader in possible) - frozenset(left_out)
    outside = frozenset(reader.person_id for reader in readers.outside)
    if not reads:
        raise CannotBeLeftOut("nobody")
    if outside and not outside & reads and len(reads) < MIN_READERS_INSIDE:
        raise CannotBeLeftOut("outside_stays")
    return reads


@dataclass(frozen=True, slots=True)
class AdvocateDecision:
    """What an advocate decided about a letter, after reading it.

    Attributes:
        topic: code of `intake_options.TOPICS`.
        hurt: whether a child may be hurt.
        urgent: whether somebody may be in danger now.
        left_out: rows of `people` who are named in the letter.
    """

    topic: str = field(repr=False)
    hurt: bool = field(repr=False)
    urgent: bool = field(repr=False)
    left_out: frozenset[int] = field(repr=False)

    @property
    def harm(self) -> bool:
        """Whether the safeguarding lead reads it immediately (S17)."""
        return self.hurt or self.urgent or self.topic in GRAVE_TOPICS


@dataclass(frozen=True, slots=True)
class Helper:
    """An adult who may sit beside the child."""

    person_id: int
    name: str
    picture: str = ""
