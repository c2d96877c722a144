"""Builds the kernel: a hook for the package's build, and `python lineage/kernel/build.py` in a checkout.

Without a C compiler the package is built without it, and runs on numpy alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def build(target: Path = HERE / "kernel.so") -> bool:
    """Compile the C files here; whether that succeeded."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler or os.name != "posix":
        return False
    made = target.with_name(f".{target.name}.{os.getpid()}")
    sources = map(str, sorted(HERE.glob("*.c")))
    command = [*compiler.split(), "-O3", "-std=gnu11", "-ffp-contract=off", "-fPIC", "-shared"]
    command += ["-I", sysconfig.get_path("include")]
    if sys.platform == "darwin":
        command += ["-undefined", "dynamic_lookup"]  # Python's own functions are there once Python has loaded it
    command += [*sources, "-o", str(made)]
    try:
        subprocess.run(command, check=True, capture_output=True)
        made.replace(target)
    except (OSError, subprocess.CalledProcessError):
        made.unlink(missing_ok=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(not build())

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # not run by the package's build
    pass
else:

    class KernelHook(BuildHookInterface):  # type: ignore[type-arg, misc, unused-ignore]
        """Puts the compiled kernel into a wheel, which is then one for this platform."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            if self.target_name == "wheel" and build():
                build_data["pure_python"] = False
                build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
                build_data["artifacts"].append("lineage/kernel/kernel.so")
