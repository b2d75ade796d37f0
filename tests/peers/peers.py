"""Reads and writes configuration with other people's libraries, for tests/it/peers.rs.

One request a line on standard input, one answer a line on standard output, all JSON:
{"op": "print", "syntax": …, "value": …, "style": N}  ->  {"text": …}
{"op": "parse", "syntax": …, "text": …}               ->  {"value": …} or {"refused": …}
"""

import configparser
import io
import json
import sys
import tomllib
import xml.etree.ElementTree as ElementTree

import hcl2
import javaproperties
import ruamel.yaml
import tomli_w
import yaml


def print_ruamel(value, style):
    writer = ruamel.yaml.YAML(typ="safe", pure=True)
    writer.default_flow_style = [None, True, False][style % 3]
    # Narrower, it breaks keys in two lines, which no reader takes.
    writer.width = 4096
    writer.allow_unicode = style // 9 % 2 == 0
    writer.explicit_start = style // 18 % 2 == 0
    out = io.StringIO()
    writer.dump(value, out)
    return out.getvalue()


def print_pyyaml(value, style):
    return yaml.dump(
        value,
        Dumper=yaml.SafeDumper,
        default_flow_style=[None, True, False][style % 3],
        default_style=[None, '"', "'"][style // 3 % 3] if style // 27 % 2 else None,
        width=[20, 80, 4096][style // 3 % 3],
        allow_unicode=style // 9 % 2 == 0,
        indent=[2, 4][style // 18 % 2],
        line_break=["\n", "\r\n"][style // 54 % 2],
    )


def print_json(value, style):
    return json.dumps(
        value,
        indent=[None, 1, "\t"][style % 3],
        ensure_ascii=style // 3 % 2 == 0,
        separators=[(",", ":"), (" , ", " : ")][style // 6 % 2],
    )


def print_ini(value, style):
    parser = configuration()
    parser.read_dict(value)
    out = io.StringIO()
    parser.write(out, space_around_delimiters=style % 2 == 0)
    return out.getvalue()


def print_properties(value, style):
    return javaproperties.dumps(
        value,
        separator=["=", " = ", ":", " "][style % 4],
        comments=[None, "a comment\nand another"][style // 4 % 2],
        timestamp=style // 8 % 2 == 0,
        ensure_ascii=style // 16 % 2 == 0,
    )


def print_toml(value, style):
    return tomli_w.dumps(value, multiline_strings=style % 2 == 0, indent=[0, 2, 4][style % 3])


def print_xml(value, style):
    def element(name, value):
        node = ElementTree.Element(name)
        for key, item in value.items():
            if key.startswith("@"):
                node.set(key[1:], item)
            elif isinstance(item, str):
                child = ElementTree.SubElement(node, key)
                child.text = item
            else:
                node.append(element(key, item))
        return node

    tree = element("root", value)
    if style % 2:
        ElementTree.indent(tree, [" ", "\t"][style // 2 % 2])
    declaration = style // 4 % 2 == 0
    text = ElementTree.tostring(tree, encoding="unicode", short_empty_elements=style // 8 % 2 == 0)
    return ('<?xml version="1.0"?>\n' if declaration else "") + text


def configuration():
    parser = configparser.RawConfigParser(
        strict=False,
        allow_no_value=True,
        delimiters=("=", ":"),
        comment_prefixes=("#", ";"),
        inline_comment_prefixes=None,
        empty_lines_in_values=True,
        default_section="\0",
    )
    parser.optionxform = str
    return parser


def parse_ini(text):
    parser = configuration()
    parser.read_string(text)
    return {name: dict(parser.items(name)) for name in parser.sections()}


def parse_yaml(text):
    reader = ruamel.yaml.YAML(typ="safe", pure=True)
    return list(reader.load_all(text))


def parse_json(text):
    def pairs(rows):
        out = dict(rows)
        if len(out) != len(rows):
            raise ValueError("a key occurs twice")
        return out

    def constant(name):
        raise ValueError(name)

    return json.loads(text, object_pairs_hook=pairs, parse_constant=constant)


PRINT = {
    "yaml": print_ruamel,
    "yaml11": print_pyyaml,
    "json": print_json,
    "ini": print_ini,
    "properties": print_properties,
    "toml": print_toml,
    "xml": print_xml,
}
PARSE = {
    "yaml": parse_yaml,
    "json": parse_json,
    "ini": parse_ini,
    "properties": javaproperties.loads,
    "toml": tomllib.loads,
    "hcl": hcl2.loads,
}


def answer(request):
    if request["op"] == "print":
        return {"text": PRINT[request["syntax"]](request["value"], request["style"])}
    try:
        return {"value": PARSE[request["syntax"]](request["text"])}
    except Exception as error:  # whatever a library raises is a refusal
        return {"refused": f"{type(error).__name__}: {error}"}


def main():
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), default=str), flush=True)


main()
