"""Eight unlocks at once in one process all end: with more lanes than one OpenSSL's threads wait for each other."""

from __future__ import annotations

import subprocess
import sys

LONG = 300  # seconds that a busy machine may need
EIGHT = """
import threading
from evidence.crypto import wraps
cost = wraps.Cost(wraps.MEMORY_KIB.start, wraps.ITERATIONS.start)
ready, keys = threading.Barrier(8), []
def unlock():
    ready.wait()
    for _ in range(3):
        keys.append(wraps.argon2id(b"secret", salt=bytes(16), cost=cost, pepper=bytes(32)))
threads = [threading.Thread(target=unlock) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(keys), len(set(keys)))
"""


def test_eight_unlocks_at_once_in_one_process_never_hang():
    """In a process of its own: one that hangs can be ended only from outside."""
    done = subprocess.run([sys.executable, "-c", EIGHT], capture_output=True, text=True, timeout=LONG, check=True)
    assert done.stdout.split() == ["24", "1"]
