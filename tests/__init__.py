"""All tests: unit (mirrors refunds/), integration, conversations, browser."""
