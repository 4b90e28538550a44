"""What `make bench` runs: lines `bench NAME VALUE UNIT`, medians of interleaved runs."""
