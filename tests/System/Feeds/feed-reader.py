"""Reads feeds as others do: the schemas' own validator, a CEF parser written from ArcSight's description, and a socket.

feed-reader.py schema FILE SCHEMA     every line is JSON and fits the schema; prints the keys of the sightings
feed-reader.py cef FILE               every line is CEF; prints header and extension of each as JSON
feed-reader.py socket PATH stream|dgram COUNT   takes so many lines and prints them
"""
import json
import re
import socket
import sys


def schema(path, schema_path):
    import jsonschema

    with open(schema_path, encoding="utf-8") as text:
        rules = json.load(text)
    jsonschema.Draft202012Validator.check_schema(rules)
    validator = jsonschema.Draft202012Validator(rules, format_checker=jsonschema.FormatChecker())
    with open(path, encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            record = json.loads(line)
            wrong = [f"{'/'.join(map(str, each.path))}: {each.message}" for each in validator.iter_errors(record)]
            if wrong:
                sys.exit(f"line {number}: " + "; ".join(wrong))
            print(line.strip())


# Seven fields, each ended by a bar without a backslash before it; then keys, each before an equals sign without one.
HEADER = re.compile(r"CEF:0" + r"\|((?:[^\\|]|\\[\\|])*)" * 6 + r"\|(.*)", re.DOTALL)
KEY = re.compile(r"(?:^| )([A-Za-z0-9_.\[\]]+)=(?=((?:[^\\=]|\\[\\=nr])*?)(?: [A-Za-z0-9_.\[\]]+=|$))")


def unescape(text, also):
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]) if found[1] in "\\" + also else sys.exit(f"stray backslash in {text}"), text)


def cef(path):
    with open(path, encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            found = HEADER.fullmatch(line.rstrip("\n"))
            if not found:
                sys.exit(f"line {number} is no CEF: {line}")
            names = ["vendor", "product", "version", "class", "name", "severity"]
            header = {name: unescape(value, "|") for name, value in zip(names, found.groups())}
            extension = {key: unescape(value, "=nr") for key, value in KEY.findall(found[7])}
            if not 0 <= int(header["severity"]) <= 10:
                sys.exit(f"line {number}: severity {header['severity']}")
            print(json.dumps({"header": header, "extension": extension}, ensure_ascii=False))


def take(path, kind, count):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM if kind == "stream" else socket.SOCK_DGRAM)
    listener.bind(path)
    if kind == "dgram":
        for _ in range(count):
            sys.stdout.buffer.write(listener.recv(1 << 20))
        return
    listener.listen()
    connection, _ = listener.accept()
    with connection.makefile("rb") as lines:
        for _ in range(count):
            sys.stdout.buffer.write(lines.readline())


if __name__ == "__main__":
    if sys.argv[1] == "schema":
        schema(*sys.argv[2:])
    elif sys.argv[1] == "cef":
        cef(sys.argv[2])
    else:
        take(sys.argv[2], sys.argv[3], int(sys.argv[4]))
