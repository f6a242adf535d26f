"""The trade's tables and their look-up."""
