"""Publications: frozen views of counted rounds as page, paper, mail and export; and the board "you said, we did"."""
