"""The page on which a child knocks, and the page that thanks her; both are the same for every child of a site."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup, escape

from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, SAFEGUARDING_LEAD
from youthvoice.context import AppCache
from youthvoice.knocks import labels, rules, store
from youthvoice.sites.labels import danger_label, name_label
from youthvoice.sites.store import Site
from youthvoice.threads.child_fields import Pick
from youthvoice.web.pages.page_cache import PageCache, PrerenderedPage

_pages: Final = PageCache(120)


class KnockPeople(NamedTuple):
    """The adults of a site on the page: at whom a child can knock, and who may learn that nobody came."""

    listeners: tuple[store.Listener, ...]
    watchers: tuple[store.Watcher, ...]


_people: Final = AppCache[int, KnockPeople](500, seconds=5)


def knock_people(site_id: int) -> KnockPeople:
    """The adults of a site; reads the database at most every five seconds."""
    return _people.get(site_id, lambda: _read_people(site_id))


def forget_people(site_id: int) -> None:
    """Read the adults of a site again, because one of them changed when she listens."""
    _people.forget(site_id)


def _read_people(site_id: int) -> KnockPeople:
    with db.reading(db.engine()) as session:
        return KnockPeople(store.list_listeners(session, site_id), store.list_watchers(session, site_id))


@dataclass(frozen=True, slots=True)
class KnockPageKey:
    """Everything that the page depends on; equal keys have the same page.

    Attributes:
        site: of the tablet.
        people: its adults.
        page: language of the page.
        sound: what can be played there, and the version of introductions.
        tells: whether a child can send a report at the site.
    """

    site: Site
    people: KnockPeople
    page: str
    sound: tuple[object, ...] = ()
    tells: bool = True

    @property
    def key(self) -> tuple[object, ...]:
        """The cache key of the rendered page."""
        return (self.site.id, self.site.version, *self.people, self.page, self.tells, *self.sound)


def prerender(page_key: KnockPageKey) -> PrerenderedPage:
    """The page from the cache; rendered where the cache does not have it."""
    return _pages.page(page_key.key, lambda hole: render_knock_page(page_key, hole))


def render_knock_page(
    page_key: KnockPageKey,
    submission_id: str,
    values: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
) -> str:
    """The page; with what the child sent where something could not be accepted.

    Args:
        page_key: which page.
        submission_id: in hexadecimal digits.
        values: what was sent, by the name of its input.
        refused: errors, by screen.
    """
    when, watchers = str(_("learns it if nobody came")), page_key.people.watchers
    return render_template(
        "knocks/talk.html",
        sheet=submission_id,
        given=values or {},
        refused=refused or {},
        must={"adult": _("Tap a face first."), "wish": _("Tap one of the two.")},
        listeners=[_ListenerText(listener, watchers) for listener in page_key.people.listeners],
        watchers=watchers,
        when={ADVOCATE: when, SAFEGUARDING_LEAD: when},
        wishes=_wishes(),
        can_be_read=labels.can_be_read_label(),
        in_danger=danger_label(page_key.site),
        words_only=page_key.site.strip_words,
        otherwise=_something_else(page_key),
    )


def _something_else(page_key: KnockPageKey) -> str:
    """What a child can do where nobody came; a site that closes soon takes no reports."""
    if page_key.tells:
        return str(_("You can knock again, or tell us. Then you get an answer."))
    return str(_("Others help you now. You can call them."))


def _wishes() -> tuple[Pick, ...]:
    return (
        Pick(rules.TALK, "talk", _("I want to talk")),
        Pick(rules.NOT_THERE, "1FA91", _("I was there. Nobody came.")),
    )


class _ListenerText:
    """What the page says of one adult.

    Attributes:
        learns: the sentence on what she learns of a knock.
        missing: the sentence of a child who did not find her.
        hours: of each week, each as a picture of its clock and in words.
        learners: the others who may learn that nobody came.
        when_talk: shows the screen with `learns` (`_when`).
        when_missing: shows the screen with `missing`.
        when_nobody: shows the screen that says that the child left out all `learners`.
    """

    def __init__(self, listener: store.Listener, watchers: Collection[store.Watcher] = ()) -> None:
        self.person_id, self.name, self.picture = listener.person_id, listener.name, listener.picture
        self.place, self.place_picture = labels.PLACE_LABELS[listener.place], rules.PLACES[listener.place]
        self.hours = [(rules.clock_picture(weekly.hour), labels.spoken_hour(weekly)) for weekly in listener.hours]
        self.learns = self._with_name(_("%(name)s learns only: a child wants to talk."))
        self.missing = self._with_name(_("%(name)s was not there"))
        self.when_talk = self._when(rules.TALK)
        self.when_missing = self._when(rules.NOT_THERE)
        self.learners = [watcher.person_id for watcher in watchers if watcher.person_id != self.person_id]
        self.when_nobody = self._when(rules.NOT_THERE, self.learners)

    def _with_name(self, words: str) -> Markup:
        return escape(words) % {"name": name_label(self.name)}

    def _when(self, wish: str, left_out: Collection[int] = ()) -> str:
        """The condition of a screen, for the script: what she wants of this adult, and whom she left out."""
        out = [["is", "readers", str(person_id)] for person_id in left_out]
        return json.dumps(["all", [["is", "adult", str(self.person_id)], ["is", "wish", wish], *out]])


def listener_texts(people: KnockPeople) -> list[_ListenerText]:
    """What pages say of where and when each adult listens."""
    return [_ListenerText(listener) for listener in people.listeners]


def render_thanks(page_key: KnockPageKey) -> str:
    """The page after a knock. It lists every adult who listens: its length does not tell at whom a child knocked."""
    listeners = listener_texts(page_key.people)
    template_values = {"can_be_read": labels.can_be_read_label(), "otherwise": _something_else(page_key)}
    return render_template("knocks/thanks.html", listeners=listeners, **template_values)
