"""Cases as agents see them: the queue, one case with all that it rests on, tasks, and what was promised."""
