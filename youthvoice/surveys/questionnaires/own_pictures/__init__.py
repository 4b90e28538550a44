"""Pictures of their own that adults upload for a questionnaire: made small and plain, and kept with its versions."""
