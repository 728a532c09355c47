"""What arrays hold: labels of every form, inputs of every kind, rows that are the same."""
