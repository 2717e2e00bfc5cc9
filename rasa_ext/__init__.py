"""What runs inside Rasa: understanding, the one channel, and the few places where Rasa is mended."""
