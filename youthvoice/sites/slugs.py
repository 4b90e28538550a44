"""From a site's name to its slug, which commands and addresses bear. Pure."""

import re
import unicodedata
from collections.abc import Container


def slug_for(name: str, taken: Container[str]) -> str:
    """A free slug of small Latin letters, digits and hyphens; at most 50 characters.

    Args:
        name: in any script.
        taken: slugs that are in use.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    start = "-".join(re.findall(r"[a-z0-9]+", plain))[:44].strip("-") or "site"
    return next(slug for slug in (start, *(f"{start}-{number}" for number in range(2, 10_000))) if slug not in taken)
