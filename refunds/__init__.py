"""The refund assistant's product code: it decides by policy, files cases and sees them through."""
