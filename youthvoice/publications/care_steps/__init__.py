"""Steps of care: at which of them children were asked, answered, and got an answer (S13, S32)."""
