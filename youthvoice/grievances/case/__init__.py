"""One report as one reader has it open."""
