"""Random walks over a customer's moves, and what must hold whatever they do."""
