"""The blueprint of the staff pages of one feature, and the menu line that is highlighted on them."""

from flask import Blueprint, current_app


class StaffBlueprint(Blueprint):
    """A blueprint of staff pages.

    Args:
        name: of the feature.
        import_name: of the package.
        url_prefix: begins with `/staff`.
        menu: endpoint of the menu line that is highlighted on its pages; empty for none. A view may name another
            (`guard.permission_required`).
    """

    def __init__(self, name: str, import_name: str, *, url_prefix: str, menu: str) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.menu = menu


def menu_line(endpoint: str) -> str:
    """The menu line that is highlighted on a page; empty for none, and for an unknown endpoint."""
    view = current_app.view_functions.get(endpoint)
    blueprint = current_app.blueprints.get(endpoint.partition(".")[0])
    named: str | None = getattr(view, "menu", None)
    return getattr(blueprint, "menu", "") if named is None else named
