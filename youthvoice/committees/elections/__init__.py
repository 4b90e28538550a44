"""Elections of representatives: rules, ballots, counts by hand."""
