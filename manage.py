#!/usr/bin/env python
"""Runs Django's commands for this project."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abuse_help.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    settings.INSTALLED_APPS  # noqa: B018  a missing or weak secret is said here, before anything else fails

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
