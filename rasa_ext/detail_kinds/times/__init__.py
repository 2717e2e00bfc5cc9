"""Times in customers' words: spelling, days, clock times, and how they join into a span."""
