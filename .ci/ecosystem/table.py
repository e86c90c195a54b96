"""Prints the table of tools and areas. A missing result is never a pass."""

import json
import sys
from pathlib import Path

CANNOT = """\
What each tool cannot express (the full schemas say it, and the validators check it):
  json-schema-to-typescript,   conditions, bounds, patterns and formats; an integer is a number
  openapi-typescript, .d.ts
  quicktype                    the same, and its unions are one class with all members of both; its Python
                               cannot read a member named obj, so its Rust is tried
  datamodel-code-generator     conditions ("required where"); bounds and patterns are left out of the types
  typify                       the same; unions are tried in order
  Prism                        the limit's semantics and partial success: it answers a documented example
  Schemathesis                 what exists in the organisation: it knows shapes, not accounts
  every JSON Schema            the limit, repeated keys, what exists: index.json lists them (notInTheSchemas)"""

dist, results, expected = sys.argv[1:]
areas = [area["name"] for area in json.loads(Path(dist, "index.json").read_text())["areas"]]
table: dict[str, dict[str, str]] = {}
for line in Path(results).read_text().splitlines():
    tool, area, verdict = line.split("\t")
    for name in areas if area == "*" else [area]:
        row = table.setdefault(tool, {})
        row[name] = f"{row[name]}, {verdict}" if name in row else verdict
failed = False
width = max(map(len, areas + ["area"]))
tools = Path(expected).read_text().splitlines()
for tool in tools:
    row = table.get(tool, {})
    verdicts = {area: row.get(area, "FAIL no result") for area in areas}
    bad = {area: verdict for area, verdict in verdicts.items() if "FAIL" in verdict}
    failed |= bool(bad)
    print(f"\n{tool}")
    for area, verdict in verdicts.items():
        print(f"  {area:<{width}}  {verdict}")
strangers = set(table) - set(tools)
if strangers:
    failed = True
    print(f"\nFAIL tools that are not expected: {strangers}")
print(f"\n{CANNOT}\n")
print("FAILED" if failed else f"{len(tools)} tools agree on {len(areas)} areas")
sys.exit(failed)
