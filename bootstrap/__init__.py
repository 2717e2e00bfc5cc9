"""Makes the project's two Python environments from nothing but a Python 3.8 or newer: standard library only."""
