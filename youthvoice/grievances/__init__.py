"""The reporting channel: a child reports, only the right adults read it, and the child gets an answer."""
