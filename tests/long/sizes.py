"""How long the long tests are: as they say themselves, or smaller for trying them (LONG_SIZE=12)."""

from __future__ import annotations

import os

SIZE = int(os.environ.get("LONG_SIZE", "0"))  # 0: the full size of each
