"""The pages of the staff side."""
