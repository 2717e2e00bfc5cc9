"""The client of the vendor's billing, incident and support systems."""
