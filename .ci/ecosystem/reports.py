"""SARIF and Web Fuzzing Commons: the reports that the tests leave are valid by the published schemas."""

import json
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import yaml

folder, modules, results = map(Path, sys.argv[1:])
sarif = json.loads((modules / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json").read_text())
commons = yaml.safe_load((files("webfuzzing_commons") / "data/report.yaml").read_text())
schemas = {"report.sarif": ("SARIF 2.1.0", sarif), "wfc-report.json": ("Web Fuzzing Commons", commons)}

failed = False
with results.open("a") as out:
    for name, (tool, schema) in schemas.items():
        kind = jsonschema.validators.validator_for(schema)
        validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
        # A schema that takes anything would take these too.
        assert not validator.is_valid({"version": "2.1.0"}), f"{name}: its schema checks nothing"
        reports = sorted(folder.glob(f"*/{name}"))
        errors = [f"{path}: {'/'.join(map(str, error.path))}: {error.message[:200]}" for path in reports for error in validator.iter_errors(json.loads(path.read_text()))]
        print("\n".join(errors[:10]), end="")
        failed |= bool(errors) or len(reports) < 4
        verdict = f"FAIL {len(errors)} errors" if errors or len(reports) < 4 else f"{len(reports)} reports valid"
        out.write(f"{tool}\t*\t{verdict}\n")
sys.exit(failed)
