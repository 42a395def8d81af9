"""Checks that the locks answer to pyproject.toml: complete, hashed, agreeing, and naming no package host.

Works without a network and without uv; `make lock` writes the locks.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKED = {
    "requirements.lock": ((), ("build",)),
    "requirements-dev.lock": (("endpoint", "onnx", "cluster"), ("build", "test", "lint", "docs", "bench")),
}
"""Lock → the extras and the groups it holds beside the plain dependencies."""

_ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?P<rest>(?:.*\\\n)*.*)$", re.MULTILINE
)


def entries(lock: str) -> dict[str, tuple[str, int]]:
    """Return canonical name → version and number of hashes."""
    return {
        canonicalize_name(found["name"]): (found["version"], found["rest"].count("--hash=sha256:"))
        for found in _ENTRY.finditer(lock)
    }


def wanted(project: dict, extras: tuple[str, ...], groups: tuple[str, ...]) -> Iterator[Requirement]:
    """Yield the direct requirements that a lock must meet."""
    lists = [project["project"]["dependencies"], project["build-system"]["requires"]]
    lists += [project["project"]["optional-dependencies"][extra] for extra in extras]
    lists += [project["dependency-groups"][group] for group in groups]
    for each in lists:
        yield from map(Requirement, each)


def faults(root: Path = ROOT) -> list[str]:
    """Return what is wrong, nothing where all is well."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    found = []
    locks = {}
    for name, (extras, groups) in LOCKED.items():
        text = (root / name).read_text("utf-8")
        locks[name] = entries(text)
        if re.search(r"://|--(extra-)?index-url|--find-links|-e ", text):
            found.append(f"{name}: names a place to fetch from")
        found += [f"{name}: {each} has no hash" for each, (_, hashes) in locks[name].items() if hashes == 0]
        for requirement in wanted(project, extras, groups):
            version = locks[name].get(canonicalize_name(requirement.name), (None, 0))[0]
            if version is None or not requirement.specifier.contains(version, prereleases=True):
                found.append(f"{name}: {requirement} is not met, it holds {version}; run make lock")
    small, large = (locks[name] for name in LOCKED)
    found += [
        f"{each}: the two locks differ" for each in small if small[each][0] != large.get(each, ("",))[0]
    ]
    return found


def main() -> int:
    """Print the faults; return 1 where there are any."""
    found = faults()
    sys.stdout.write("".join(f"{fault}\n" for fault in found) or "locks: in order\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
