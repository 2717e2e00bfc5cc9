"""The action server: one file a topic, one class a step. Thin; all sense is in ``refunds``."""
