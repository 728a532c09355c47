"""One small editor for each operation of `probes.change.OPERATIONS`."""
