"""One report as one reader has it open: its context, its header, its timeline."""
