"""The state of each translated text, the languages that a site offers to children, and the work of translators."""
