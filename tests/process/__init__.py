"""The probe process and its client, with real processes."""
