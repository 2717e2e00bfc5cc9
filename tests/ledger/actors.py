"""Actors that run one at a time, from one step to the next, and may die at each: interleavings without chance."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol


class Killed(BaseException):
    """A process ended here, as by SIGKILL: what it held in memory is gone."""


class Actor:
    """Something that acts in steps: a worker, the web process, a person at the command line."""

    def __init__(self, name: str, act: Callable[[], object]) -> None:
        self.name = name
        self.at = "start"
        self.is_alone = False
        self.is_over = False
        self.error: BaseException | None = None
        self._act = act
        self.is_killed = False
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def go_on(self) -> None:
        """Run to the next step, or to the end."""
        self._go.release()
        self._stopped.acquire()
        if self.is_over:
            self._thread.join()

    def kill(self) -> None:
        """End here."""
        self.is_killed = True
        self.go_on()
        assert self.is_over, f"{self.name} survived its death at {self.at}"

    def pause(self, point: str, *, is_alone: bool) -> None:
        """Called by the actor itself: wait at ``point`` for what happens next."""
        self.at, self.is_alone = point, is_alone
        self._stopped.release()
        self._go.acquire()
        if self.is_killed:
            raise Killed(point)

    def _run(self) -> None:
        self._go.acquire()
        _here.actor = self
        try:
            if not self.is_killed:
                self._act()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - the schedule looks at it
            self.error = error
        self.is_over = True
        self._stopped.release()


class Here(threading.local):
    """What the current thread is: an actor, or nobody who can be stopped."""

    actor: Actor | None = None


_here = Here()


class Step(Protocol):
    """Where an actor may be stopped. ``is_alone``: nobody else can run meanwhile, it holds a lock."""

    def __call__(self, point: str, *, is_alone: bool = False) -> None: ...


def step(point: str, *, is_alone: bool = False) -> None:
    """Let the schedule decide what happens at ``point``; nothing where no actor runs."""
    if _here.actor is not None:
        _here.actor.pause(point, is_alone=is_alone)
