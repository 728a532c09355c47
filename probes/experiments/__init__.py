"""The experiments themselves, one file each; `probes.registry` names them."""
