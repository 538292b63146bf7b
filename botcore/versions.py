"""What a result depends on, beside its settings: versions and the machine."""

from __future__ import annotations

import platform
from importlib import metadata

ENGINES = ("botplay", "torch", "numpy", "gymnasium", "ale-py", "vizdoom")


def versions() -> dict[str, str]:
    """Return the versions of what a result depends on, and the machine."""
    from botcore.processor import name as processor

    found = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
    }
    for name in ENGINES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
