"""What stands out over all chats and cases, for operators and leads."""
