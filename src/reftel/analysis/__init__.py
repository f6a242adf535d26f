"""What many records tell together: who headed a post, and networks of those who speak and those who are spoken of."""
