"""The one exception tree; each class carries the exit code of its kind of failure.

A message says where, what and what to do, in one line. A bad article is never an exception: it becomes a
row of ``rejected``.
"""


class MedaiExtractError(Exception):
    """Base of every known failure."""

    exit_code = 1


class SettingsError(MedaiExtractError):
    """A settings file, environment variable or option is wrong."""

    exit_code = 3


class PatternError(MedaiExtractError):
    """A pattern file is wrong; nothing is read before it is mended."""

    exit_code = 4

    def __init__(self, path: object, where: str, message: str) -> None:
        super().__init__(path, where, message)

    def __str__(self) -> str:
        path, where, message = self.args
        return f"{path}, {where}: {message}" if where else f"{path}: {message}"


class InputError(MedaiExtractError):
    """Nothing readable among the inputs."""

    exit_code = 5


class OutputError(MedaiExtractError):
    """The output folder cannot be written."""

    exit_code = 6


class GateError(MedaiExtractError):
    """Quality fell below a floor."""

    exit_code = 7


class MissingExtraError(MedaiExtractError):
    """An optional part is not installed."""

    exit_code = 8


class RejectedError(MedaiExtractError):
    """The run is done, and rejected more articles than its user would have."""

    exit_code = 9
