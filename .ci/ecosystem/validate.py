"""jsonschema and jsonschema-rs: each instance gets the verdict that it was made for."""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

import jsonschema
import jsonschema_rs

dist, instances, results = map(Path, sys.argv[1:])
catalogue = json.loads((dist / "index.json").read_text())
checks = {}
for area in catalogue["areas"]:
    for kind in ("request", "response"):
        schema = json.loads((dist / area["schemas"][kind]["path"]).read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        python = jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        rust = jsonschema_rs.validator_for(schema, validate_formats=True)
        checks[area["name"], kind] = {"jsonschema (Python)": python.is_valid, "jsonschema-rs": rust.is_valid}

counts, wrong = Counter(), defaultdict(list)
with instances.open() as lines:
    for line in lines:
        one = json.loads(line)
        for tool, is_valid in checks[one["area"], one["kind"]].items():
            counts[tool, one["area"], one["valid"]] += 1
            if is_valid(one["instance"]) != one["valid"]:
                wrong[tool, one["area"]].append(f"{one.get('why', '')}, should be {one['valid']}: {json.dumps(one['instance'])[:300]}")
with results.open("a") as out:
    tools = list(next(iter(checks.values())))
    for tool, area in [(tool, area["name"]) for tool in tools for area in catalogue["areas"]]:
        bad, valid, invalid = wrong[tool, area], counts[tool, area, True], counts[tool, area, False]
        if min(valid, invalid) < 500:
            bad.append(f"only {valid} valid and {invalid} invalid instances")
        verdict = f"FAIL {len(bad)} of {valid + invalid}" if bad else f"{valid} valid, {invalid} invalid"
        out.write(f"{tool}\t{area}\t{verdict}\n")
        for line in bad[:3]:
            print(f"{tool} {area}: {line}", file=sys.stderr)
sys.exit(any(wrong.values()))
