"""Our own questionnaire format, a TOML file: read with the row of every fault, and written."""
