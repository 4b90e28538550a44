"""People with accounts: who they are, how they sign in, what two of them decide together."""
