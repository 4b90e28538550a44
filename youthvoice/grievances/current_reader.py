"""Who reads the desk, as the store of threads asks for her."""

from youthvoice.threads.readers.current import me

__all__ = ["me"]
