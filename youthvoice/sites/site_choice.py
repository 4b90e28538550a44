"""Choose sites in a form: from a list, or of more than fifty among those that a search for their names finds.

The button *Find* sends the whole form, which comes back with all that was typed; what was chosen stays chosen. So it
needs no script.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, ValidationError, widgets

from youthvoice.sites.site_page import SITES_SHOWN, find_names, search_words
from youthvoice.web.form_fields import CheckboxesField

_FIND: Final = "find_site"  # the name of the button


@dataclass(frozen=True, slots=True)
class SiteSearch:
    """What is looked for in a form.

    Attributes:
        words: what was typed; empty for every site.
        is_search: whether somebody looked for something; before, the form offers only its present choice.
        matches: how many sites have these words in their names.
        rows: how many of them the form offers.
        number: how many sites there are.
    """

    words: str
    is_search: bool
    matches: int
    rows: int
    number: int


class SiteChoiceForm(FlaskForm):
    """A form with a field that offers sites: *Find* only looks for some of them."""

    def is_submitted(self) -> bool:
        """Whether the form was sent to be kept."""
        return bool(super().is_submitted()) and _FIND not in request.form


class _OfferedSites:
    """What both fields share."""

    search: SiteSearch | None = None
    """None where every site is offered."""

    data: Any
    choices: Any

    def offer(self, sites: Mapping[int, str]) -> None:
        """Offer the reader's sites, by id and name: all, or of many those that are chosen and those that are found."""
        site_ids = [*sites]
        if len(sites) > SITES_SHOWN:
            words = search_words(request.form.get("find_name"))
            is_search = bool(words) or _FIND in request.form
            matches = find_names(words, sites) if is_search else []
            rows = matches[:SITES_SHOWN]
            self.search = SiteSearch(words, is_search, len(matches), len(rows), len(sites))
            choice = self.data if isinstance(self.data, list) else [self.data]
            site_ids = [site_id for site_id in dict.fromkeys([*choice, *rows]) if site_id in sites]
        self.choices = [SelectChoice(str(site_id), sites[site_id]) for site_id in site_ids]


class SiteField(_OfferedSites, SelectField):
    """One site: a list to open, or of many those that were found, each with a button."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, coerce=int, **more)

    def offer(self, sites: Mapping[int, str]) -> None:
        """As `_OfferedSites.offer`."""
        super().offer(sites)
        if self.search:
            self.widget, self.option_widget = widgets.ListWidget(prefix_label=False), widgets.RadioInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse a form in which nothing is chosen: of many sites none is chosen from the start."""
        if self.search and self.data is None:
            raise ValidationError(_l("Choose a site."))
        super().pre_validate(form)


class SitesField(_OfferedSites, CheckboxesField):
    """Several sites, each with a checkbox."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, coerce=int, **more)
