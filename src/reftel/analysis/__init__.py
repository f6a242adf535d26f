"""What many records tell together: for now, who headed a post."""
