"""Telegram: private chats with the assistant, by webhook or by polling."""
