"""Facts about the machine that figures belong to. No names, no paths."""

from __future__ import annotations

import os
import platform
import resource
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "rapidfuzz", "datasketch", "rensa", "gaoya", "polars", "xxhash")
# Set before numpy is imported, so that CPU time is that of one core.
ONE_THREAD = {f"{name}_THREADS": "1" for name in ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "RAYON_NUM", "POLARS_MAX")}


def facts() -> dict[str, object]:
    """Processor, cores, memory in GiB, Python, and the versions of what is measured."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].partition(":")[2].strip() if lines else model
    versions: dict[str, str] = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "system": platform.system(),
        "versions": versions,
    }


def forget_peak() -> None:
    """Let the peak of this process's memory be what it holds now, where the system can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass  # the peak then counts the making of the corpus as well


def peak_megabytes() -> float:
    """The most memory that this process has held at one time, in MB of 10^6 bytes."""
    unit = 1 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
