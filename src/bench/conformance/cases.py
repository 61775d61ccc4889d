#!/usr/bin/env python3
"""Finds what conformance.sh builds, and makes the contexts.

    cases.py DIRECTORY SCRATCH PATTERN NAME=TAR...

DIRECTORY holds build files with their contexts beside them. Of tables/*-conformance.json in it, which describe
contexts as data, every row is a case; a build file that a row has is no case of its own. PATTERN is one of a
shell for the names of cases. NAME=TAR are the images that are there.

SCRATCH/cases.json is the result: the cases, each with a key that changes with all that it is made of, or with the
reason why it is left out. SCRATCH/cases.tsv has those that are to be built, for a shell: name, key, context, build
file, the one for docker, options of the build. SCRATCH/names.tsv has the names under which build files ask for
bases. Docker would fetch a frontend that a `syntax` directive names: its build file has no such line.
"""

import fnmatch
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import stat
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

BUILD_FILE = re.compile(r"(Dockerfile|Containerfile|Buildfile)", re.IGNORECASE)
NO_BUILD_FILE = re.compile(r"(ignore|\.in|\.md)$", re.IGNORECASE)
# Registries and owners that stand before the same few images.
OFFICIAL = re.compile(
    r"^(docker\.io/library/|docker\.io/|mirror\.gcr\.io/|public\.ecr\.aws/docker/library/|quay\.io/libpod/|library/)"
)
ONLY_PARSED = ("buildkit", "imagebuilder/dockerfile")
SYNTAX = re.compile(rb"^[ \t]*#[ \t]*syntax[ \t]*=", re.IGNORECASE)
SECRET = re.compile(r"--mount=\S*type=secret\S*")
FILE_MTIME = 1485449953


@dataclass
class Case:
    """One build."""

    id: str
    context: str = ""
    file: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    left_out: str = ""
    key: str = ""
    docker_file: str = ""


# --- what images a build file asks for ----------------------------------------------------------------


def instructions(text: str) -> Iterator[str]:
    """Roughly the instructions of a build file: continuation lines joined, comments gone."""
    joined = ""
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        joined += " " + line.strip()
        if joined.endswith("\\"):
            joined = joined[:-1]
        else:
            yield joined.strip()
            joined = ""
    yield joined.strip()


def expand(word: str, variables: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name, default = match.group(1) or match.group(3), match.group(2)
        return variables.get(name) or (default if default is not None else match.group(0))

    return re.sub(r"\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)", value, word.strip("\"'"))


def images_of(text: str, arguments: dict[str, str]) -> list[str]:
    """Images that are no stages of the file, in the file's words once its global arguments are known."""
    stages, images, variables = {"scratch"}, [], {}
    for instruction in instructions(text):
        words = instruction.split()
        if not words:
            continue
        keyword = words[0].upper()
        if keyword == "ARG" and len(stages) == 1:
            for word in words[1:]:
                name, _, default = word.partition("=")
                variables[name] = arguments.get(name, default.strip("\"'"))
        elif keyword == "FROM":
            operands = [word for word in words[1:] if not word.startswith("--")]
            if operands and (image := expand(operands[0], variables)).lower() not in stages:
                images.append(image)
            stages.add(str(len(stages)))
            if len(operands) == 3:
                stages.add(expand(operands[2], variables).lower())
        else:
            for image in re.findall(r"(?:--|,|mount=)from=([^\s,]+)", instruction):
                image = expand(image, variables | arguments)
                if image.lower() not in stages and not image.isdigit():
                    images.append(image)
    return images


def base_of(image: str, bases: dict[str, str]) -> str | None:
    name = OFFICIAL.sub("", image)
    repository = re.sub(r":[\w.-]+$", "", name)
    return repository if repository in bases and "@" not in image else None


# --- contexts that are made -----------------------------------------------------------------------------


def tar_info(entry: dict) -> tarfile.TarInfo:
    info = tarfile.TarInfo(entry["path"])
    info.mode = int(entry.get("mode", "0644"), 8)
    info.uid, info.gid, info.mtime = entry.get("uid", 0), entry.get("gid", 0), entry.get("mtime", FILE_MTIME)
    kinds = {"dir": tarfile.DIRTYPE, "symlink": tarfile.SYMTYPE, "link": tarfile.LNKTYPE, "fifo": tarfile.FIFOTYPE}
    info.type = kinds.get(entry["type"], tarfile.REGTYPE)
    info.linkname = entry.get("target", "")
    info.size = len(entry.get("content", "").encode()) if info.type == tarfile.REGTYPE else 0
    return info


def make_entry(context: Path, entry: dict) -> None:
    path = context / entry["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    content = entry.get("content", "").encode()
    match entry["type"]:
        case "dir":
            path.mkdir(exist_ok=True)
        case "symlink":
            path.symlink_to(entry["target"])
            return
        case "tar":
            archive = io.BytesIO()
            with tarfile.open(fileobj=archive, mode="w") as tar:
                for member in entry["entries"]:
                    tar.addfile(tar_info(member), io.BytesIO(member.get("content", "").encode()))
            path.write_bytes(archive.getvalue())
        case _:
            path.write_bytes(content)
    os.chown(path, entry.get("uid", 0), entry.get("gid", 0))
    os.chmod(path, int(entry.get("mode", "0755" if path.is_dir() else "0644"), 8))
    for name, value in entry.get("xattrs", {}).items():
        os.setxattr(path, name, value.encode())


def settle_times(context: Path, entries: list[dict]) -> None:
    """Children first: a directory's time is that of its last change."""
    times = {entry["path"]: entry.get("mtime", FILE_MTIME) for entry in entries}
    for path in sorted(context.rglob("*"), reverse=True):
        time = times.get(str(path.relative_to(context)), FILE_MTIME)
        os.utime(path, (time, time), follow_symlinks=False)


# --- cases ----------------------------------------------------------------------------------------------


def rows_of(table: dict) -> list[dict]:
    """Rows of the two known tables in one form."""
    if "rows" in table:
        return table["rows"]
    rows = []
    for part in table["tables"]:
        for row in part["rows"]:
            if "copy" in row:
                rows.append(copy_from_row(row))
            elif "Name" in row:
                rows.append(
                    {
                        "name": row["Name"],
                        "contextDir": row.get("ContextDir", "").replace("@@PWD@@/", ""),
                        "dockerfile": row.get("Dockerfile"),
                        "buildArgs": row.get("Args", {}),
                    }
                )
    return rows


def copy_from_row(row: dict) -> dict:
    lines = [
        "FROM mirror.gcr.io/busybox AS base",
        "RUN " + row["create"],
        "FROM mirror.gcr.io/busybox",
        row.get("extra", ""),
        "COPY --from=base " + row["copy"],
        "RUN " + row["expect"],
    ]
    return {"name": row["name"], "dockerfileContents": "\n".join(lines) + "\n"}


class Collection:
    def __init__(self, top: Path, scratch: Path, pattern: str, bases: dict[str, str]) -> None:
        self.top, self.scratch, self.pattern, self.bases = top, scratch, pattern, bases
        self.cases: list[Case] = []
        self.numbers = itertools.count()
        self.copies: dict[Path, Path] = {}
        self.names: dict[str, str] = {}
        self.taken: set[Path] = set()

    def table(self, path: Path, data: Path, group: str) -> None:
        """data: the directory that the rows' paths are relative to."""
        table = json.loads(path.read_text(encoding="utf-8"))
        seen: set[str] = set()
        for number, row in enumerate(rows_of(table)):
            name = re.sub(r"[^\w.-]+", "-", row["name"])
            if name in seen:
                name += f"-{row.get('index', number)}"
            seen.add(name)
            self.row(f"{group}:{name}", row, data)

    def row(self, case_id: str, row: dict, data: Path) -> None:
        context = data / row["contextDir"] if row.get("contextDir") else None
        name = row.get("dockerfile") or "Dockerfile"
        file = (context or data) / name
        text = row.get("dockerfileContents")
        if text is None:
            self.taken.add(file.resolve())
        if not fnmatch.fnmatchcase(case_id, self.pattern):
            return
        if context is None or text is not None or row.get("contextFiles"):
            made = self.directory("context")
            if context is None:
                name = os.path.basename(name)
            else:
                shutil.copytree(context, made, symlinks=True, dirs_exist_ok=True)
            if text is not None:
                (made / name).write_text(text, encoding="utf-8")
            elif context is None:
                shutil.copyfile(file, made / name)
            for entry in row.get("contextFiles", []):
                make_entry(made, entry)
            settle_times(made, row.get("contextFiles", []))
            context, file = made, made / name
        else:
            context = self.copy_of(context)
            file = context / name
        self.add(case_id, context, file, row.get("buildArgs", {}), row.get("transientMounts"))

    def directory(self, kind: str) -> Path:
        made = self.scratch / f"{kind}-{next(self.numbers)}"
        made.mkdir()
        return made

    def copy_of(self, context: Path) -> Path:
        """A copy with times of whole seconds: tools differ in how they round, which is not what is looked for."""
        copy = self.copies.get(context)
        if not copy:
            copy = self.copies[context] = self.directory("context")
            shutil.copytree(context, copy, symlinks=True, dirs_exist_ok=True)
            for path in sorted(copy.rglob("*"), reverse=True):
                time = int(os.lstat(path).st_mtime)
                os.utime(path, (time, time), follow_symlinks=False)
        return copy

    def files(self) -> None:
        for directory, names, files in os.walk(self.top):
            names.sort()
            relative = os.path.relpath(directory, self.top)
            if relative in ONLY_PARSED:
                names.clear()
                continue
            for name in sorted(files):
                file = Path(directory, name)
                if BUILD_FILE.match(name) and not NO_BUILD_FILE.search(name) and file.resolve() not in self.taken:
                    case_id = os.path.normpath(os.path.join(relative, name))
                    if not fnmatch.fnmatchcase(case_id, self.pattern):
                        continue
                    context = self.copy_of(Path(directory))
                    self.add(case_id, context, context / name, {})

    def add(
        self, case_id: str, context: Path, file: Path, arguments: dict[str, str], mounts: list[str] | None = None
    ) -> None:
        case = Case(case_id, str(context), str(file), arguments)
        self.cases.append(case)
        if mounts:
            case.left_out = "mounts of the host for every RUN, which is no part of the language"
            return
        try:
            content = file.read_bytes()
        except OSError as error:
            case.left_out = f"the build file cannot be read: {error.strerror}"
            return
        text = content.decode("utf-8", "replace")
        for image in images_of(text, arguments):
            base = base_of(image, self.bases)
            if base:
                self.names[image] = base
            elif "$" not in image and not image.isdigit():
                case.left_out = f"base {image}"
                return
        for mount in SECRET.findall(text):
            match = re.search(r"[=,]id=([^,\s]+)", mount)
            if match and match.group(1) not in case.secrets:
                case.secrets.append(match.group(1))
        case.docker_file = self.without_syntax(file, content)
        case.key = key_of(case, content, self.bases)

    def without_syntax(self, file: Path, content: bytes) -> str:
        lines = content.split(b"\n")
        directives = 0
        while directives < len(lines) and re.match(rb"^[ \t]*#[ \t]*\w+[ \t]*=", lines[directives]):
            directives += 1
        kept = [line for line in lines[:directives] if not SYNTAX.match(line)]
        if len(kept) == directives:
            return str(file)
        copy = self.directory("docker") / file.name
        copy.write_bytes(b"\n".join(kept + lines[directives:]))
        ignore = file.with_name(file.name + ".dockerignore")
        if ignore.exists():
            shutil.copyfile(ignore, copy.with_name(ignore.name))
        return str(copy)


def key_of(case: Case, content: bytes, bases: dict[str, str]) -> str:
    digest = hashlib.sha256(content)
    digest.update(json.dumps([case.arguments, case.secrets, bases]).encode())
    for directory, names, files in os.walk(case.context):
        names.sort()
        for name in sorted(names + files):
            path = os.path.join(directory, name)
            status = os.lstat(path)
            digest.update(f"{os.path.relpath(path, case.context)} {status.st_mode} {int(status.st_mtime)}".encode())
            if stat.S_ISREG(status.st_mode):
                digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
            elif stat.S_ISLNK(status.st_mode):
                digest.update(os.readlink(path).encode())
    return digest.hexdigest()[:32]


def line_of(case: Case, scratch: Path) -> str:
    words = [case.id, case.key, case.context, case.file, case.docker_file]
    for name, value in case.arguments.items():
        words += ["--build-arg", f"{name}={value}"]
    for secret in case.secrets:
        file = scratch / f"secret-{secret}"
        file.write_text(f"the secret {secret}\n", encoding="utf-8")
        words += ["--secret", f"id={secret},src={file}"]
    return "\t".join(words) + "\n"


def main() -> None:
    top, scratch, pattern = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    bases = {}
    for argument in sys.argv[4:]:
        name, _, tar = argument.partition("=")
        bases[name] = hashlib.sha256(Path(tar).read_bytes()).hexdigest()
    collection = Collection(top, scratch, pattern, bases)
    for name, data in (("buildah", "buildah/conformance/testdata"), ("imagebuilder", "imagebuilder/dockerclient")):
        table = top / "tables" / f"{name}-conformance.json"
        if table.exists():
            collection.table(table, top / data, f"{name}/conformance")
    collection.files()
    result = [asdict(case) for case in collection.cases]
    (scratch / "cases.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    lines = [line_of(case, scratch) for case in collection.cases if not case.left_out]
    (scratch / "cases.tsv").write_text("".join(lines), encoding="utf-8")
    lines = [f"{name}\t{base}\n" for name, base in sorted(collection.names.items())]
    (scratch / "names.tsv").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
