"""Pictures that adults upload for a questionnaire: reduced to small plain images and stored with its versions."""
