"""The parts a screen is made of. Each shows one thing and knows nothing of the engine."""
