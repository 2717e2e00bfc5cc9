"""Everything that listens to the outside; thin: no rule, no SQL."""
