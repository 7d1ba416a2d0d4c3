"""Surface forms to values: numbers, amounts, dates and the folded form of names."""
