"""Pages of one feature for adults who are signed in, and the line of the menu under which they stand."""

from flask import Blueprint, current_app


class StaffBlueprint(Blueprint):
    """A blueprint of staff pages.

    Args:
        name: of the feature.
        import_name: of the package.
        url_prefix: begins with `/staff`.
        menu: endpoint of the line that is lit on its pages; empty for none. A view may name another
            (`guard.permission_required`).
    """

    def __init__(self, name: str, import_name: str, *, url_prefix: str, menu: str) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.menu = menu


def menu_line(endpoint: str) -> str:
    """The line of the menu under which a page stands; empty for none, and for an address that nobody answers."""
    view = current_app.view_functions.get(endpoint)
    blueprint = current_app.blueprints.get(endpoint.partition(".")[0])
    named: str | None = getattr(view, "menu", None)
    return getattr(blueprint, "menu", "") if named is None else named
