"""What happens in a run, as it happens."""

import msgspec


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened in a run; ``done`` and ``total`` count inputs, ``articles`` what was extracted so far."""

    event: str
    done: int = 0
    total: int = 0
    articles: int = 0
    detail: dict[str, object] = {}
