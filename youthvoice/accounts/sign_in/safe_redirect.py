"""Where to go back to after signing in: only to our own staff pages. Pure."""

from urllib.parse import urlsplit


def same_site(back: str | None) -> str | None:
    """The address when it is a path of the staff pages of this very house, else None.

    Args:
        back: as the browser sent it, possibly by somebody else's link.
    """
    if not back or not back.isprintable() or "\\" in back:
        return None
    try:
        parts = urlsplit(back)
    except ValueError:  # such as //[
        return None
    if parts.scheme or parts.netloc or not (parts.path == "/staff" or parts.path.startswith("/staff/")):
        return None
    return None if parts.path.startswith("/staff/sign-") or ".." in parts.path else back
