# SPDX-License-Identifier: GPL-2.0-or-later
"""Convert RPM digest lists to compact digest lists, for tests to compare with.

    reference-converter.py v2|v3 LISTS TARGET

Written from the description of the formats alone, in the way of the kernel's own C
tool: the header is read as it stands in the file, with no library of rpm.
"""
import os
import struct
import sys

# Tags of rpm.
FILE_SIZES, FILE_MODES, FILE_DIGESTS, DIR_INDEXES = 1028, 1030, 1035, 1116
BASE_NAMES, DIR_NAMES, LONG_FILE_SIZES, DIGEST_ALGORITHM = 1117, 1118, 5008, 5011
OLD_FILE_NAMES = 1027

# The kernel's number of an algorithm, by OpenPGP's.
ALGORITHMS = {1: 1, 2: 2, 3: 3, 8: 4, 9: 5, 10: 6, 11: 7}

FILE = {"v2": 2, "v3": 1}


class Header:
    def __init__(self, content):
        count, size = struct.unpack_from(">II", content, 8)
        self.index = {}
        for number in range(count):
            tag, kind, offset, values = struct.unpack_from(">IIII", content, 16 + 16 * number)
            self.index[tag] = kind, offset, values
        start = 16 + 16 * count
        self.data = content[start:start + size]

    def __contains__(self, tag):
        return tag in self.index

    def numbers(self, tag):
        kind, offset, count = self.index[tag]
        return struct.unpack_from(f">{count}{'HIQ'[kind - 3]}", self.data, offset)

    def strings(self, tag):
        _, offset, count = self.index[tag]
        return self.data[offset:].split(b"\0", count)[:count]


def paths(header):
    if BASE_NAMES not in header:
        for path in header.strings(OLD_FILE_NAMES):
            directory, slash, name = path.rpartition(b"/")
            yield directory + slash, name
        return
    directories = header.strings(DIR_NAMES)
    for index, name in zip(header.numbers(DIR_INDEXES), header.strings(BASE_NAMES)):
        yield directories[index], name


def immutable(directory, name, mode, size):
    for part in (b"/lib/firmware", b"/usr/libexec/sudo", b"/usr/lib64/", b"/lib64/"):
        if part in directory:
            return True
    if b"/lib/modules" in directory and not name.startswith(b"modules."):
        return True
    return size > 0 and (mode & 0o111 > 0 or mode & 0o222 == 0)


def fnv1a(name):
    value = 0xcbf29ce484222325
    for byte in name:
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return value


def block(abi, modifiers, algorithm, digests):
    data = b"".join(digests)
    return struct.pack("<BBHHHII", 1, 0, FILE[abi], modifiers, ALGORITHMS[algorithm],
                       len(digests), len(data)) + data


def convert(content, abi, label):
    header = Header(content)
    if FILE_DIGESTS not in header:
        return b""
    algorithm = header.numbers(DIGEST_ALGORITHM)[0] if DIGEST_ALGORITHM in header else 1
    sizes = header.numbers(LONG_FILE_SIZES if LONG_FILE_SIZES in header else FILE_SIZES)
    blocks = [], []
    for digest, mode, size, (directory, name) in zip(
            header.strings(FILE_DIGESTS), header.numbers(FILE_MODES), sizes, paths(header)):
        if digest:
            blocks[immutable(directory, name, mode, size)].append(bytes.fromhex(digest.decode()))
    result = b""
    for modifiers, digests in enumerate(blocks):
        if digests:
            result += block(abi, modifiers, algorithm, digests)
    if result:
        for word in range(4):
            result += block(abi, fnv1a(label) >> (16 * word) & 0xffff, algorithm, [])
    return result


def main():
    abi, lists, target = sys.argv[1:]
    for name in os.listdir(lists):
        with open(os.path.join(lists, name), "rb") as source:
            content = source.read()
        with open(os.path.join(target, name), "wb") as result:
            result.write(convert(content, abi, os.fsencode(name)))


main()
