"""An archive for others: what leaves it whole."""
