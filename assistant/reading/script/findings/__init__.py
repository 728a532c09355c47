"""Draws findings out of a script that has been followed: one module for each side of training."""
