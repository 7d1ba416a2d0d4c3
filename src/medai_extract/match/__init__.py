"""Text to candidates: names of the lists, names that rules explain, money and dates; then the choice among them."""
