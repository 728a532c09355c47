"""Small networks built from a seed: healthy ones of many kinds, faulty ones with their repair."""
