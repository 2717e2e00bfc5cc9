"""Chats at the desk: who waits, who holds one, what is said in it, and what agents tell each other about it."""
