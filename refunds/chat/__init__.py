"""A conversation: what comes in, whose turn it is, what goes out."""
