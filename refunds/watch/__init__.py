"""What nobody asks for, seen to in time: days about to slip, money that is late, cases that can be closed."""

from refunds.watch.rounds import Watch

__all__ = ["Watch"]
