"""What is known: causes, findings, concepts, errors and cases, as YAML, and their loader."""
