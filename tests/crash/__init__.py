"""Processes that die at named points of a turn: afterwards each answer stands once and each effect was made once."""
