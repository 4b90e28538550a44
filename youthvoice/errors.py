"""What can go wrong in any package: something is refused for a reason, or somebody else was faster."""


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
