"""The work process: runs the jobs that are due, repeatedly, in any number of processes."""
