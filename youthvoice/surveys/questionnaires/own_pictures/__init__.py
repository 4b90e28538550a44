"""Pictures that adults upload for a questionnaire: stored with its versions."""
