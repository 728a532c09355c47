"""The probe process: its channel, its limits, the fork server and the worker that runs jobs."""
