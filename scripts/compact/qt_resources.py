"""Reads Qt's binary resource files (.rcc), in which GCompris keeps its photos."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

COMPRESSED, FOLDER = 1, 2


def unpack(file: Path, target: Path, prefix: str, suffix: str) -> None:
    """Writes the entries below `prefix` whose names end in `suffix` under `target`."""
    for name, data in _entries(file.read_bytes()):
        if name.startswith(prefix) and name.endswith(suffix):
            path = target / name.removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _entries(content: bytes) -> Iterator[tuple[str, bytes]]:
    magic, version, tree, data, names = struct.unpack(">4s4I", content[:20])
    if magic != b"qres":
        raise ValueError("not a Qt resource file")
    node_size = 14 if version < 2 else 22

    def name_at(offset: int) -> str:
        (length,) = struct.unpack_from(">H", content, names + offset)
        return content[names + offset + 6 : names + offset + 6 + 2 * length].decode("utf-16-be")

    def walk(node: int, path: str) -> Iterator[tuple[str, bytes]]:
        offset = tree + node * node_size
        name, flags = struct.unpack_from(">IH", content, offset)
        if flags & FOLDER:
            count, first = struct.unpack_from(">II", content, offset + 6)
            inside = f"{path}{name_at(name)}/" if node else ""
            for child in range(first, first + count):
                yield from walk(child, inside)
        else:
            (start,) = struct.unpack_from(">I", content, offset + 10)
            (length,) = struct.unpack_from(">I", content, data + start)
            body = content[data + start + 4 : data + start + 4 + length]
            yield path + name_at(name), zlib.decompress(body[4:]) if flags & COMPRESSED else body

    yield from walk(0, "")
