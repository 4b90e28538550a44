"""Elections of representatives: rules, ballots at the tablet, counts by adults."""
