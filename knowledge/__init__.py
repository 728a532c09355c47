"""What is known: causes, findings, concepts, error messages and cases, as YAML, and their loader."""
