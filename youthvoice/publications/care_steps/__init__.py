"""Steps of care: at which steps children were asked, spoke, and got an answer (S13, S32)."""
