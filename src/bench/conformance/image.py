#!/usr/bin/env python3
"""What an image is, as JSON: its tree with every field, its configuration, its history.

    image.py DIRECTORY NAME STARTED BASE.json... > STATE.json

DIRECTORY is an OCI image layout (NAME: the reference's name in it) or an unpacked docker archive. STARTED is when
the build began, in seconds: times from then on are "new", whatever they are. BASE.json are configurations of base
images: history that begins as theirs does is theirs, and left away.

The tree is what the OCI image specification says that the layers make, one applied on the other: nothing is
unpacked. The keys of `tree` are paths, bytes that are no UTF-8 as surrogates.
"""

import hashlib
import json
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FIELDS = ("Env", "Cmd", "Entrypoint", "WorkingDir", "User", "ExposedPorts", "Volumes", "Labels", "StopSignal")
FIELDS += ("Healthcheck", "Shell", "OnBuild")
KINDS = {
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "character",
    tarfile.BLKTYPE: "block",
    tarfile.FIFOTYPE: "fifo",
}
XATTR = "SCHILY.xattr."
NEW = "new"
OPAQUE = ".wh..wh..opq"


@dataclass(eq=False)
class Inode:
    """What is behind one or several names."""

    kind: str = "directory"
    mode: int = 0o755
    uid: int = 0
    gid: int = 0
    size: int = 0
    sha256: str = ""
    target: str = ""
    device: str = ""
    mtime: int | str = NEW
    xattrs: dict[str, str] = field(default_factory=dict)


def inode_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Inode:
    kind = KINDS.get(member.type, "file")
    inode = Inode(kind, member.mode & 0o7777, member.uid, member.gid, mtime=int(member.mtime // 1))
    if kind == "file":
        digest = hashlib.sha256()
        content = tar.extractfile(member)
        while content and (block := content.read(1 << 20)):
            digest.update(block)
        inode.size, inode.sha256 = member.size, digest.hexdigest()
    elif kind == "symlink":
        inode.target = member.linkname
    elif kind in ("character", "block"):
        inode.device = f"{member.devmajor}:{member.devminor}"
    for name, value in member.pax_headers.items():
        if name.startswith(XATTR):
            inode.xattrs[name[len(XATTR) :]] = value.encode("utf-8", "surrogateescape").hex()
    return inode


class Tree:
    def __init__(self) -> None:
        self.inodes: dict[str, Inode] = {"/": Inode()}

    def apply(self, layer: Path) -> None:
        with tarfile.open(layer) as tar:
            members = tar.getmembers()
            # Whiteouts hide what is in lower layers only, wherever they stand in the archive.
            for member in members:
                self._hide(path_of(member.name))
            for member in members:
                self._add(tar, member)

    def _hide(self, path: str) -> None:
        parent, _, name = path.rpartition("/")
        if name == OPAQUE:
            self._remove_below(parent)
        elif name.startswith(".wh."):
            self._remove(f"{parent}/{name[4:]}")

    def _add(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        path = path_of(member.name)
        if path.rpartition("/")[2].startswith(".wh."):
            return
        inode = self.inodes[path_of(member.linkname)] if member.islnk() else inode_of(tar, member)
        before = self.inodes.get(path)
        if before and not before.kind == inode.kind == "directory":
            self._remove(path)
        parent = path.rpartition("/")[0]
        while parent and parent not in self.inodes:
            self.inodes[parent] = Inode()
            parent = parent.rpartition("/")[0]
        self.inodes[path] = inode

    def _remove(self, path: str) -> None:
        self.inodes.pop(path, None)
        self._remove_below(path)

    def _remove_below(self, path: str) -> None:
        for below in [other for other in self.inodes if other.startswith(path + "/") and other != "/"]:
            del self.inodes[below]

    def rows(self, started: int) -> dict[str, dict[str, Any]]:
        names: dict[int, list[str]] = {}
        for path, inode in self.inodes.items():
            if inode.mtime != NEW and inode.mtime >= started:
                inode.mtime = NEW
            names.setdefault(id(inode), []).append(path)
        rows = {}
        for path, inode in sorted(self.inodes.items()):
            rows[path] = vars(inode) | {"links": sorted(names[id(inode)]) if len(names[id(inode)]) > 1 else []}
        return rows


def path_of(name: str) -> str:
    return "/" + "/".join(part for part in name.split("/") if part not in ("", "."))


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def parts(directory: Path, name: str) -> tuple[Path, list[Path]]:
    """The files of configuration and layers."""
    if (directory / "manifest.json").exists():
        manifest = load(directory / "manifest.json")[0]
        return directory / manifest["Config"], [directory / layer for layer in manifest["Layers"]]
    for descriptor in load(directory / "index.json")["manifests"]:
        if descriptor.get("annotations", {}).get("org.opencontainers.image.ref.name") == name:
            manifest = load(blob(directory, descriptor))
            layers = [blob(directory, layer) for layer in manifest["layers"]]
            return blob(directory, manifest["config"]), layers
    raise SystemExit(f"{directory}: no image {name}")


def blob(directory: Path, descriptor: dict[str, Any]) -> Path:
    return directory / "blobs" / descriptor["digest"].replace(":", "/")


def configuration(document: dict[str, Any]) -> dict[str, Any]:
    config = document.get("config") or {}
    values = {name: config.get(name) for name in FIELDS}
    values |= {"Author": document.get("author"), "Architecture": document.get("architecture")}
    # Empty and absent mean the same.
    return {name: value for name, value in values.items() if value}


def history(document: dict[str, Any], bases: list[list[Any]]) -> list[list[Any]]:
    entries = steps(document)
    own = [base for base in bases if base and entries[: len(base)] == base]
    return entries[max((len(base) for base in own), default=0) :]


def steps(document: dict[str, Any]) -> list[list[Any]]:
    return [
        [entry.get("created_by", ""), bool(entry.get("empty_layer"))] for entry in document.get("history") or []
    ]


def main() -> None:
    directory, name, started = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    bases = [steps(load(Path(path))) for path in sys.argv[4:]]
    config, layers = parts(directory, name)
    tree = Tree()
    for layer in layers:
        tree.apply(layer)
    document = load(config)
    state = {"tree": tree.rows(started), "config": configuration(document), "history": history(document, bases)}
    json.dump(state, sys.stdout)


if __name__ == "__main__":
    main()
