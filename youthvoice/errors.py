"""Exceptions of all packages: refused for a reason, changed concurrently, or impossible to decrypt."""


class Refused(Exception):
    """An action is not possible in the current state; nothing was written.

    Attributes:
        code: the reason; `labels` of the package have its text.
        field: name of the form field that it is about; empty for none.
        name: of the person or thing in the text; empty where the text needs none.
    """

    def __init__(self, code: str, field: str = "", name: str = "") -> None:
        super().__init__(code)
        self.code, self.field, self.name = code, field, name


class ConcurrentUpdate(Exception):
    """Somebody else changed the same thing concurrently; nothing was written, and the user has to reload it."""


class CannotOpen(Exception):
    """Wrong key, wrong context or altered bytes. It never says which, because that would help an attacker."""

    def __init__(self) -> None:
        super().__init__("This cannot be opened")


class KeyGone(Exception):
    """A key does not exist: it was never created, or was destroyed. What it encrypted stays encrypted.

    Attributes:
        name: the key's name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no key {name}")
        self.name = name
