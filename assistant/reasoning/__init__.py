"""Which causes explain the findings. Pure: findings in, ranking, reasons and next steps out."""
