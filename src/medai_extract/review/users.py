"""Who may use the desk: users with argon2id passwords, sessions that expire, and a limit to guessing."""

import hashlib
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from medai_extract.errors import SettingsError
from medai_extract.review.store import Store

EXPIRES = 12 * 3600
"""Seconds without a request after which a session ends."""
GUESSES = 5
"""Wrong passwords for one name, or from one address, before it must wait."""
WAIT = 300.0
"""Seconds after which a wrong password is forgotten."""
SHORTEST = 10


class Session(NamedTuple):
    """A reviewer at work; ``csrf`` must come back with every form."""

    user: str
    csrf: str


class Users:
    """The users and sessions of a store.

    Args:
        store: the desk's file.
        clock: gives seconds since the epoch.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex())
        self._failures: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def any(self) -> bool:
        """Say whether there are users at all; without one the desk is the local user's alone."""
        return self._store.read.execute("SELECT 1 FROM user LIMIT 1").fetchone() is not None

    def knows(self, name: str) -> bool:
        """Say whether there is a user of that name."""
        return self._store.read.execute("SELECT 1 FROM user WHERE name = ?", (name,)).fetchone() is not None

    def add(self, name: str, password: str) -> None:
        """Add a user, or give one a new password and end their sessions.

        Raises:
            SettingsError: the name or the password will not do.
        """
        if not name.strip() or len(name) > 60 or not name.isprintable():
            raise SettingsError(f"user {name!r}: give a name of 1 to 60 characters")
        if len(password) < SHORTEST:
            raise SettingsError(f"user {name}: the password needs {SHORTEST} characters or more")
        with self._store.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO user VALUES (?, ?, ?)",
                (name, self._hasher.hash(password), datetime.now(UTC).isoformat(timespec="seconds")),
            )
            connection.execute("DELETE FROM session WHERE user = ?", (name,))
        # Hashes of passwords are nobody else's business on this machine.
        for path in self._store.path.parent.glob(f"{self._store.path.name}*"):
            path.chmod(0o600)

    def check(self, name: str, password: str, address: str) -> bool | None:
        """Say whether a password is right; None where too many were wrong of late."""
        keys = (f"name {name}", f"address {address}")
        now = self._clock()
        with self._lock:
            self._forget(now - WAIT)
            if any(len(self._failures[key]) >= GUESSES for key in keys):
                return None
            # Counted before the slow hash, so that guesses at the same time do not slip through together.
            for key in keys:
                self._failures[key].append(now)
        row = self._store.read.execute("SELECT hash FROM user WHERE name = ?", (name,)).fetchone()
        try:
            # An unknown name takes as long as a wrong password.
            right = bool(self._hasher.verify(self._nobody if row is None else row["hash"], password))
        except (VerificationError, InvalidHashError):
            right = False
        if right and row is not None:
            with self._lock:
                for key in keys:
                    self._failures.pop(key, None)
            return True
        return False

    def _forget(self, before: float) -> None:
        """Forget wrong passwords of long ago, under whatever name: guessing must not fill the memory either."""
        for key, failures in list(self._failures.items()):
            while failures and failures[0] < before:
                failures.popleft()
            if not failures:
                del self._failures[key]

    def open_session(self, user: str) -> str:
        """Begin a session; give the cookie, of which only the hash is kept."""
        cookie = secrets.token_urlsafe(32)
        now = self._clock()
        with self._store.write() as connection:
            connection.execute("DELETE FROM session WHERE seen_at < ?", (now - EXPIRES,))
            connection.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?)",
                (_digest(cookie), user, secrets.token_urlsafe(24), now),
            )
        return cookie

    def find_session(self, cookie: str | None, *, renew: bool = True) -> Session | None:
        """Give the session of a cookie, None where it has expired or never was; ``renew`` counts as a request of the user."""
        if not cookie:
            return None
        key, now = _digest(cookie), self._clock()
        row = self._store.read.execute("SELECT * FROM session WHERE id = ?", (key,)).fetchone()
        if row is None or row["seen_at"] < now - EXPIRES:
            return None
        if renew and row["seen_at"] < now - 60:
            with self._store.write() as connection:
                connection.execute("UPDATE session SET seen_at = ? WHERE id = ?", (now, key))
        return Session(row["user"], row["csrf"])

    def close_session(self, cookie: str | None) -> None:
        """End a session."""
        with self._store.write() as connection:
            connection.execute("DELETE FROM session WHERE id = ?", (_digest(cookie or ""),))


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
