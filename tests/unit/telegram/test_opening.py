"""A start without Telegram does not wait for Telegram's library."""

from __future__ import annotations

import subprocess
import sys


def test_the_library_is_imported_only_where_telegram_is_on() -> None:
    asked = "import sys, web.app; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False, timeout=60).returncode == 0
