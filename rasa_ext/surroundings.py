"""What must be set before Rasa is imported: no telemetry, no noise of old libraries, one line a log event."""

import logging
import os
import sys
from pathlib import Path

_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "TOKENIZERS_PARALLELISM": "false",
    "OMP_NUM_THREADS": "1",
    # Rasa shows progress bars unless this is set; it says nothing else that we would miss.
    "LOG_LEVEL": "WARNING",
}
_NOISE = [
    "DeprecationWarning",
    # Said of every slot of every domain.
    "Slot auto-fill has been removed",
    # Ours to use: rasa_ext/details.py reads lookup tables and synonyms.
    "training data consisting of lookup tables",
    "You have defined synonyms",
    # It quotes the payload; the channel reports the failure without it.
    "Failed to parse arguments in line",
]
_NOISY = ["apscheduler", "asyncio", "matplotlib", "sanic.access", "tensorflow", "rasa.core.run"]


def prepare() -> None:
    """Sets environment, warnings and logging for this process, and makes the project's folder the place to work in."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    root = Path(__file__).resolve().parent.parent
    os.chdir(root)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    _log_one_line_an_event()


def _log_one_line_an_event() -> None:
    # INFO at most: Rasa writes customers' texts at DEBUG.
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    import structlog

    # Rasa's own events go through structlog, which prints all levels until it is told otherwise.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
    )
    # Libraries of Rasa's age put their own filters in front of ours, so warnings are dropped at the log instead.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addFilter(_worth_reading)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _worth_reading(record: logging.LogRecord) -> bool:
    return not any(noise in record.getMessage() for noise in _NOISE)
