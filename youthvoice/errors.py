"""What can go wrong in any package: refused for a reason, somebody else was faster, or it does not open."""


class Refused(Exception):
    """It cannot be done as things are; nothing was written.

    Attributes:
        code: why; `labels` of the package say it in words.
        field: which box it is about; empty where it is about none.
        name: of whom or what, as people read it; empty where the words need none.
    """

    def __init__(self, code: str, field: str = "", name: str = "") -> None:
        super().__init__(code)
        self.code, self.field, self.name = code, field, name


class ConcurrentUpdate(Exception):
    """Somebody else changed it meanwhile; nothing was written, and whoever asked has to look again."""


class CannotOpen(Exception):
    """Wrong key, wrong context or altered bytes. It never says which: that would help whoever tries."""

    def __init__(self) -> None:
        super().__init__("This cannot be opened")


class KeyGone(Exception):
    """There is no such key: never made, or destroyed. What it locked stays locked.

    Attributes:
        name: the key's name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no key {name}")
        self.name = name
