"""The words of a language: read once in a process, looked up once in a request.

Flask-Babel asks for each of a page's texts, 170 on a staff page, which language the request speaks and which catalogue
that is: 5.8 microseconds a text, 9 % of such a page. It keeps neither, but clears `babel_translations` of a request
wherever another language begins (`force_locale`, `refresh`): there the catalogue lies.
"""

from typing import Any

from flask import Flask, g
from flask_babel import Babel, Domain

from youthvoice.web.i18n import languages

_catalogues: dict[tuple[str, ...], dict[tuple[str, str], Any]] = {}


class RequestDomain(Domain):
    """All words of the pages, as Flask-Babel asks for them."""

    def get_translations(self) -> Any:
        """The catalogue of this request's language; one without a word outside of any application."""
        state = g.get("_flask_babel") if g else None
        catalogue = getattr(state, "babel_translations", None)
        if catalogue is None:
            catalogue = super().get_translations()
            if g:
                g._flask_babel.babel_translations = catalogue  # noqa: SLF001 - where it is cleared
        return catalogue

    def get_translations_cache(self, ctx: object) -> dict[tuple[str, str], Any]:  # noqa: ARG002 - Flask-Babel's own
        """Catalogues by language and name, of all applications that read them in the same folders."""
        return _catalogues.setdefault(tuple(self.translation_directories), {})


def init_app(app: Flask) -> None:
    """Let an application and its templates speak the language of each request."""
    babel, domain = Babel(app, locale_selector=languages.locale), RequestDomain()
    babel.domain_instance = domain
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: domain.get_translations().ugettext(text),
        ngettext=lambda text, texts, number: domain.get_translations().ungettext(text, texts, number),
        newstyle=True,
    )
