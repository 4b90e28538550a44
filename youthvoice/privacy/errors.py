"""The one error of everything sealed."""


class CannotOpen(Exception):
    """Wrong key, wrong context or altered bytes. It never says which: that would help whoever tries."""

    def __init__(self) -> None:
        super().__init__("This cannot be opened")
