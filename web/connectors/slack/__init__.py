"""Slack: direct messages with the assistant, mentions in channels, the App Home, and /refund."""
