"""The log for its readers, and the two outside addresses that get its head: one person enters, another confirms."""
