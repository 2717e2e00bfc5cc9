"""The engine as the turns see it: a message and a state go in, replies and the new state come out."""

from refunds.chat.engine.client import BackOfficeLate, EngineClient

__all__ = ["BackOfficeLate", "EngineClient"]
