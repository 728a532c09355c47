"""Who talks: reads, reasons, advises, shows. Never imports TensorFlow."""

__version__ = "0.1.0"
