"""One file a channel: its own form in, its own form out."""
