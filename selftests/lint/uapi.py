#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# uapi.py HEADER SPEC [SCHEMAS]: does the netlink header say what the YNL spec
# says? Names and values are compared both ways, by the rules of the kernel's
# ynl-gen-c.py. The spec must also be complete in itself and, where SCHEMAS is
# the kernel's Documentation/netlink, match its schema. Numbers have 32 bits or
# 64: fewer save nothing, for attributes are padded, and bar what outgrows them.
# A finding a line; exit status 0 if there is none.

import os
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    sys.exit(f"{missing}: install Debian's package python3-{missing.name}")


def c_name(*parts):
    """The C name of YNL names."""
    return "".join(parts).upper().replace("-", "_")


def read_header(path):
    """Return {"enum TYPE: NAME" or "#define NAME": value} of a header."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)
    found = {f"#define {name}": value for name, value in
             re.findall(r"^#define[ \t]+(\w+)[ \t]+(.+)$", text, re.MULTILINE)}
    for enum, body in re.findall(r"\benum (\w+)\s*{(.*?)}", text, re.DOTALL):
        values, following = {}, 0
        for entry in filter(None, map(str.strip, body.split(","))):
            name, _, given = map(str.strip, entry.partition("="))
            less_one = re.fullmatch(r"\((\w+) - 1\)", given)
            if less_one and less_one[1] in values:
                following = values[less_one[1]] - 1
            elif given:
                following = int(given, 0) if given.isdigit() else given
            values[name] = following
            following = following + 1 if isinstance(following, int) else given
        found.update({f"enum {enum}: {name}": value
                      for name, value in values.items()})
    return found


def number(elements, start):
    """Yield (name, value) of a list in the spec; it counts on from a value."""
    for element in elements:
        if isinstance(element, str):
            element = {"name": element}
        start = element.get("value", start)
        yield element["name"], start
        start += 1


def expect_enum(enum, prefix, elements, start, with_max):
    """What read_header() has to find of one enum."""
    values = {c_name(prefix, name): value
              for name, value in number(elements, start)}
    if with_max:
        last = max(values.values())
        values[c_name("__", prefix, "max")] = last + 1
        values[c_name(prefix, "max")] = last
    enum = enum.replace("-", "_")
    return {f"enum {enum}: {name}": value for name, value in values.items()}


def expect(spec):
    """What read_header() has to find of the whole spec."""
    family = spec["name"]
    wanted = {"#define " + c_name(family, "-family-name"): f'"{family}"',
              "#define " + c_name(family, "-family-version"): "1"}
    for group in spec["mcast-groups"]["list"]:
        name = group["name"]
        wanted["#define " + c_name(family, "-mcgrp-", name)] = f'"{name}"'
    for enum in spec["definitions"]:
        name = f'{family}-{enum["name"]}'
        wanted |= expect_enum(name, enum.get("name-prefix", name + "-"),
                              enum["entries"], 0, False)
    for space in spec["attribute-sets"]:
        prefix = space.get("name-prefix", f'{family}-a-{space["name"]}-')
        wanted |= expect_enum(space["enum-name"], prefix,
                              space["attributes"], 1, True)
    operations = spec["operations"]
    return wanted | expect_enum(operations["enum-name"], f"{family}-cmd-",
                                operations["list"], 1, True)


def compare(header, wanted):
    """Yield where the two differ."""
    for name in header.keys() | wanted.keys():
        if name not in wanted:
            yield f"{name}: in the header only"
        elif name not in header:
            yield f"{name}: in the spec only"
        elif header[name] != wanted[name]:
            yield (f"{name}: {header[name]} in the header, "
                   f"{wanted[name]} in the spec")


def references(spec):
    """Yield (where, name, names there are) for each name that the spec uses."""
    enums = [enum["name"] for enum in spec["definitions"]]
    spaces = {space["name"]: [attr["name"] for attr in space["attributes"]]
              for space in spec["attribute-sets"]}
    for space in spec["attribute-sets"]:
        for attr in space["attributes"]:
            where = f'{space["name"]}.{attr["name"]}'
            if "enum" in attr:
                yield where, attr["enum"], enums
            if "nested-attributes" in attr:
                yield where, attr["nested-attributes"], spaces
    for op in spec["operations"]["list"]:
        modes = [op.get(mode, {}) for mode in ("do", "dump")]
        for part in [op.get("event", {})] + [mode.get(way, {}) for mode in modes
                                             for way in ("request", "reply")]:
            for name in part.get("attributes", []):
                yield op["name"], name, spaces[op["attribute-set"]]


def undocumented(spec):
    """Yield what has no doc."""
    for kind, parts in (("definitions", "entries"),
                        ("attribute-sets", "attributes")):
        for whole in spec[kind]:
            for part in [whole] + whole[parts]:
                if "doc" not in part:
                    yield f'{whole["name"]}: {part["name"]} has no doc'


def narrow(header, spec):
    """Yield what has a number of fewer than 32 bits."""
    with open(header, encoding="utf-8") as file:
        for line in file:
            if re.search(r"\b[us](8|16)\b", line):
                yield f"in the header, fewer than 32 bits: {line.strip()}"
    for space in spec["attribute-sets"]:
        for attr in space["attributes"]:
            if re.fullmatch("[us](8|16)", attr["type"]):
                yield f'{space["name"]}.{attr["name"]}: type {attr["type"]}'


def main(header, path, schemas=None):
    with open(path, encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    findings = []
    if schemas:
        with open(os.path.join(schemas, spec["protocol"] + ".yaml"),
                  encoding="utf-8") as file:
            schema = yaml.safe_load(file)
        findings += [f"{error.json_path}: {error.message}" for error in
                     jsonschema.Draft7Validator(schema).iter_errors(spec)]
    if not findings:
        findings += sorted(compare(read_header(header), expect(spec)))
        findings += [f"{where}: the spec has no {name}"
                     for where, name, names in references(spec)
                     if name not in names]
        findings += undocumented(spec)
        findings += narrow(header, spec)
    for finding in findings:
        print(f"{path}: {finding}")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
