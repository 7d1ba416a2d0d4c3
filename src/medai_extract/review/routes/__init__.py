"""The pages of the desk by subject; each module has a ``router``."""
