"""Trains, starts and watches the project's processes; runs in the service environment."""
