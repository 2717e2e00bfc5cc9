"""A stand-in for the vendor's back office: docs/backoffice-api.yaml served from a world file, for demo and tests."""
