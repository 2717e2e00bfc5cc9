"""The refund policy as pure functions: no input or output, time and data come in as arguments."""
