#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""nlspec.py SPEC IFNAME: ask the family of SPEC (a YAML file) all that is wrong by one thing.

Each command, once as "do" and once as "dump": each attribute of its set missing, twice,
nested, with each wrong length, with numbers that no enumeration has; attributes that the
command does not take or nobody knows; bytes after the last. What the spec does not allow
must be refused, with words where the family itself refuses; what it allows must not. No
message changes a setting of IFNAME. Before, each dump is abandoned after each of its parts.
Prints what is wrong, and how many messages there were; fails if any is wrong.
"""
import errno
import socket
import struct
import sys

import yaml

NETLINK_GENERIC, SOL_NETLINK, EXT_ACK, STRICT = 16, 270, 11, 12
GENL_ID_CTRL, CTRL_GETFAMILY, CTRL_FAMILY_ID, CTRL_FAMILY_NAME = 16, 3, 1, 2
REQUEST, ACK, DUMP = 1, 4, 0x300
ERROR, DONE = 2, 3
NESTED = 0x8000     # NLA_F_NESTED
ACK_TLVS = 0x200
ALLOWED, REFUSED = "allowed", "refused"
SETTINGS = {"role": 1, "policy": 0, "unroutable": 0, "guard": 1}    # of an uplink, as they are
INSTEAD = {"ifindex": "ifname"}    # what is left out where the former is given


def attr(kind, data):
    length = 4 + len(data)
    return struct.pack("HH", length, kind) + data + bytes(-length % 4)


def message(family, command, flags, attrs):
    genl = struct.pack("BBH", command, 1, 0)
    return struct.pack("IHHII", 20 + len(attrs), family, flags, 1, 0) + genl + attrs


def open_socket():
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
    s.setsockopt(SOL_NETLINK, EXT_ACK, 1)
    s.setsockopt(SOL_NETLINK, STRICT, 1)
    s.settimeout(10)
    return s


def messages(data):
    """(type, flags, payload) of each message of what was received."""
    while data:
        length, kind, flags = struct.unpack_from("IHH", data)
        yield kind, flags, data[16:length]
        data = data[(length + 3) & ~3:]


def answers(sock):
    """The same of all that comes, until the last."""
    while True:
        for kind, flags, payload in messages(sock.recv(65536)):
            yield kind, flags, payload
            if kind in (ERROR, DONE):
                return


def ask(sock, msg):
    """The error, 0 if there is none, and whether the kernel said more than a number."""
    sock.send(msg)
    for kind, flags, payload in answers(sock):
        if kind in (ERROR, DONE):
            return -struct.unpack_from("i", payload)[0], bool(flags & ACK_TLVS)
    return 0, False


def family_id(sock, name):
    sock.send(message(GENL_ID_CTRL, CTRL_GETFAMILY, REQUEST | ACK,
                      attr(CTRL_FAMILY_NAME, name.encode() + b"\0")))
    found = 0
    for kind, _, payload in answers(sock):
        if kind == ERROR:
            continue
        rest = payload[4:]
        while rest:
            length, which = struct.unpack_from("HH", rest)
            if which == CTRL_FAMILY_ID:
                found = struct.unpack_from("H", rest, 4)[0]
            rest = rest[(length + 3) & ~3:]
    return found


class Spec:
    def __init__(self, path, ifname):
        with open(path) as f:
            self.spec = yaml.safe_load(f)
        self.ifname = ifname
        self.sets = {s["name"]: self.numbered(s["attributes"])
                     for s in self.spec["attribute-sets"]}
        self.enums = {d["name"]: len(d["entries"]) for d in self.spec["definitions"]
                      if d["type"] == "enum"}

    @staticmethod
    def numbered(attributes):
        number, result = 0, {}
        for a in attributes:
            number = a.get("value", number + 1)
            result[a["name"]] = dict(a, number=number)
        return result

    def commands(self):
        """(name, number, mode, attributes it takes, all attributes of its set)."""
        number = 0
        for op in self.spec["operations"]["list"]:
            number = op.get("value", number + 1)
            for mode in ("do", "dump"):
                if mode in op:
                    taken = op[mode].get("request", {}).get("attributes", [])
                    yield op["name"], number, mode, taken, self.sets[op["attribute-set"]]

    def value(self, a):
        """What an attribute may well be, and what changes nothing."""
        if a["type"] == "string":
            return self.ifname.encode() + b"\0"
        if a["type"] == "u64":
            return bytes(8)
        if a["type"] == "nest":
            return b""
        if a["type"] == "pad":
            return b""
        if a.get("display-hint") == "ipv4":
            return socket.inet_aton("203.0.113.99")
        if a.get("enum"):
            return struct.pack("I", SETTINGS.get(a["name"], 0))
        return struct.pack("I", socket.if_nametoindex(self.ifname))

    def plain(self, name, mode):
        """The names of what the command needs."""
        if mode == "dump":
            return []
        return {"dev-get": ["ifname"], "dev-set": ["ifname", "role"],
                "explain": ["client"]}.get(name, [])


def wrong_values(spec, a):
    """(what, data) of attribute a, all of which must be refused."""
    if a["type"] == "string":
        yield "empty", b""
        yield "without its end", spec.ifname.encode()
        yield "too long", b"x" * 40 + b"\0"
        return
    for length in list(range(4)) + list(range(5, 13)):
        yield f"of {length} bytes", bytes([1] * length)
    yield "with an attribute inside", attr(1, b"\1\0\0\0")
    if a.get("enum"):
        for number in (spec.enums[a["enum"]], 0x7fffffff, 0xffffffff):
            yield f"{number}", struct.pack("I", number)
    elif a.get("display-hint") == "ipv4" or a["name"].endswith("ifindex"):
        yield "0", bytes(4)


def variants(spec, name, mode, taken, attributes):
    """(what, attributes, whether that is allowed)."""
    needs = spec.plain(name, mode)

    def put(which, data=None):
        a = attributes[which]
        return attr(a["number"], spec.value(a) if data is None else data)

    base = b"".join(put(n) for n in needs)
    yield "as it should be", base, ALLOWED
    for n in needs:
        yield f"without {n}", b"".join(put(o) for o in needs if o != n), REFUSED
    for n in taken:
        others = b"".join(put(o) for o in needs if o not in (n, INSTEAD.get(n)))
        yield f"{n} twice", others + put(n) + put(n), ALLOWED
        a = attributes[n]
        yield f"{n} marked as nested", others + attr(a["number"] | NESTED, spec.value(a)), REFUSED
        for what, data in wrong_values(spec, attributes[n]):
            yield f"{n} {what}", others + put(n, data), REFUSED
    for n, a in attributes.items():
        if n not in taken:
            data = spec.value(a) or bytes(4)
            yield f"{n}, which it does not take", base + attr(a["number"], data), REFUSED
    most = max(a["number"] for a in attributes.values())
    for number in (0, most + 1, 255, 0x3fff):
        yield f"attribute {number}", base + attr(number, bytes(4)), REFUSED
    yield "bytes that are no attribute", base + b"\1\2\3", REFUSED
    for length in (3, 9, 400):
        lie = struct.pack("HHI", length, 2, 0)
        yield f"an attribute that says it has {length} bytes", base + lie, REFUSED


def try_all(spec, family):
    wrong = tried = refused = 0
    sock = open_socket()
    for name, number, mode, taken, attributes in spec.commands():
        flags = REQUEST | (DUMP if mode == "dump" else ACK)
        for what, attrs, wanted in variants(spec, name, mode, taken, attributes):
            error, words = ask(sock, message(family, number, flags, attrs))
            tried += 1
            refused += error != 0
            said = errno.errorcode.get(error, error) if error else ALLOWED
            if (error == 0) != (wanted == ALLOWED):
                print(f"{name} {mode}, {what}: {said}, should be {wanted}")
                wrong += 1
            elif error and not words:
                print(f"{name} {mode}, {what}: {said} without a word")
                wrong += 1
    print(f"{tried} messages, {refused} refused, {wrong} wrong")
    return wrong


def abandon_dumps(spec, family):
    """Read n parts of a dump, and close; for each n until it is whole."""
    for name, number, mode, _, _ in spec.commands():
        n, ended = 0, mode != "dump"
        while not ended:
            with open_socket() as sock:
                sock.send(message(family, number, REQUEST | DUMP, b""))
                for _ in range(n):
                    ended = any(kind == DONE for kind, _, _ in messages(sock.recv(8192)))
            n += 1
        if mode == "dump":
            print(f"{name}: abandoned after each of {n - 1} parts")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    spec = Spec(*sys.argv[1:])
    with open_socket() as sock:
        family = family_id(sock, spec.spec["name"])
    if not family:
        sys.exit("there is no such family")
    abandon_dumps(spec, family)
    sys.exit(try_all(spec, family) > 0)


if __name__ == "__main__":
    main()
