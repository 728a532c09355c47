"""What is measured: the only room that imports TensorFlow, and it runs in a process of its own."""
