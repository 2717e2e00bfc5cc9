"""A case: a filed refund request, its states, its store and its number."""
