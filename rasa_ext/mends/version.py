"""The guard before each mend: it fits one version of Rasa, and another must be looked at first."""

import rasa.version

MENDED_VERSION = "3.6.21"


def require_mended_version() -> None:
    """Raises RuntimeError when the installed Rasa is not the one that the mends were written for."""
    if rasa.version.__version__ != MENDED_VERSION:
        raise RuntimeError(
            f"rasa_ext/mends fits rasa {MENDED_VERSION}, and {rasa.version.__version__} is installed: "
            "read each mend against the new source before changing MENDED_VERSION"
        )
