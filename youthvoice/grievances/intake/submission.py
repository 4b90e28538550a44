"""What one child told, before it is sealed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from youthvoice.grievances.options import SKIPPED


@dataclass(frozen=True, slots=True)
class Told:
    """Everything of one telling; whatever a child skipped is empty. Nothing of it is ever printed.

    Attributes:
        topic: code of `picks.TOPICS`; of several the gravest, which the rules go by.
        also: codes of the others.
        whom: code of `picks.WHOM`.
        by_whom: code of `picks.BY_WHOM`.
        words: as she wrote them.
        voice: as she recorded it; empty without one.
        voice_kind: `audio/webm` or `audio/ogg`.
        urgent: whether she said that somebody is in danger now.
        may_know: code of `picks.MAY_KNOW`.
        come: `yes` or `no`: shall somebody come and talk.
        where: code of `picks.WHERE`.
        how: her name, or how she is found, if she wants somebody to come.
        helper: name of the adult beside her.
        left_out: rows of `people` that shall not read it.
        shown: rows of `people` that her page named: nobody else may read it, whoever came since. None without a page.
        language: the one she told it in.
    """

    topic: str = field(default=SKIPPED, repr=False)
    also: tuple[str, ...] = field(default=(), repr=False)
    whom: str = field(default=SKIPPED, repr=False)
    by_whom: str = field(default=SKIPPED, repr=False)
    words: str = field(default="", repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = field(default="", repr=False)
    urgent: bool = field(default=False, repr=False)
    may_know: str = field(default=SKIPPED, repr=False)
    come: str = field(default=SKIPPED, repr=False)
    where: str = field(default=SKIPPED, repr=False)
    how: str = field(default="", repr=False)
    helper: str = field(default="", repr=False)
    left_out: frozenset[int] = field(default=frozenset(), repr=False)
    shown: frozenset[int] | None = field(default=None, repr=False)
    language: str = "en"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was told: no words, no voice, and no pick that says something."""
        picked = (self.topic, self.whom, self.by_whom, self.come == "yes", self.urgent)
        return not (self.words.strip() or self.voice or any(picked))

    def said(self) -> Mapping[str, Any]:
        """Everything but the voice, as the first entry of a thread holds it; `come`, `also` where they say more."""
        more = {"also": list(self.also)} if self.also else {}
        comes = {"come": self.come == "yes"} if self.come else {}
        return {
            **comes,
            **more,
            "topic": self.topic,
            "whom": self.whom,
            "by_whom": self.by_whom,
            "words": self.words,
            "urgent": self.urgent,
            "may_know": self.may_know,
            "where": self.where,
            "how": self.how,
            "helper": self.helper,
            "left_out": sorted(self.left_out),
            "language": self.language,
        }
