"""Why an action is not done."""

from medai_extract.review.log import Step


class ConflictError(Exception):
    """Somebody else has decided the mention since it was shown; ``step`` is their decision."""

    def __init__(self, step: Step) -> None:
        super().__init__(f"decided by {step.decision.user}")
        self.step = step


class NotThereError(Exception):
    """What should be decided, marked or taken back does not exist (any more); ``name`` is the message that says so."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
