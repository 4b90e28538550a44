"""Our own form of a questionnaire: a TOML file, read with the row of every fault, and written."""
