"""The one error of everything sealed."""


class CannotOpen(Exception):  # noqa: N818 - says what happened, as a person would
    """Wrong key, wrong context or altered bytes. It never says which: that would help whoever tries."""

    def __init__(self) -> None:
        super().__init__("This cannot be opened")
