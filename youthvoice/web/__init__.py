"""What every page shares: how it looks, what it may load, what it says when something is wrong."""
