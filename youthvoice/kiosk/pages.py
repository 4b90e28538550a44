"""The pages of the kiosk as text: for a tablet, and for whoever records what they say."""

from collections.abc import Sequence

from flask import render_template
from markupsafe import Markup

from youthvoice.kiosk import tiles as doors
from youthvoice.kiosk.tiles import Today
from youthvoice.sites.help_labels import and_in_words, hours, in_danger
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.readers.cache import readers_at
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.lists import listed


def page(template: str, **names: object) -> str:
    """A child's page: whoever comes after her begins with the choice of a language."""
    return render_template(f"kiosk/{template}.html", front_href="/language", **names)


def choice_of_language(offered: Sequence[str]) -> str:
    """The first screen: each language in its own script. Whether somebody checked it is for adults, see `adults`.

    Args:
        offered: codes.
    """
    return page("language", languages=[languages.LANGUAGES[code] for code in offered if code in languages.LANGUAGES])


def adults(site: SiteFacts | None, credit: str) -> str:
    """What adults read: which languages nobody has checked, and whose pictures these are."""
    offered, checked = (site.languages, site.checked_languages) if site else ((), ())
    drafts = [_in_itself(languages.LANGUAGES[code]) for code in offered if code not in checked]
    return page("credits", credit=credit, drafts=listed(drafts))


def front(site: SiteFacts, today: Today, said: str) -> str:
    """What can be done here.

    Args:
        site: of the tablet.
        today: what is open there.
        said: the child's language.
    """
    shown = doors.doors(today)
    unchecked = said not in site.checked_languages
    return page("front", site=site, doors=shown, spoken=languages.LANGUAGES.get(said), unchecked=unchecked)


def help_card(site: SiteFacts, *, tells: bool) -> str:
    """Who helps here, now and in danger; and where to tell it."""
    return page("help", tells=tells, **help_names(site))


def help_names(site: SiteFacts) -> dict[str, object]:
    """What `kiosk/helpcard.html` shows of a site."""
    advocates = readers_at(site.id)
    names = tuple(reader.name for reader in advocates)
    spoken = [_in_itself(languages.LANGUAGES[code]) for code in site.helpline_languages if code in languages.LANGUAGES]
    words = {"names": and_in_words(names), "spoken": listed(spoken), "in_danger": in_danger(site), "hours": hours(site)}
    return {"site": site, "advocates": advocates, **words}


def _in_itself(language: languages.Language) -> Markup:
    """A language's own name, marked as being in that language."""
    return Markup('<b lang="{}" dir="{}">{}</b>').format(
        languages.tag(language.code), language.direction, language.name
    )
