"""What the experiments work with: the model and a sample of its data, copies, training."""
