"""The kinds of details that a message may hold, one file each (design: Details in the words)."""
