"""Readers: what people bring becomes findings."""
