"""Makes the fine-tuned sentence encoder, in an environment of its own; nothing that runs imports this."""
