"""Loads the models that datamodel-code-generator made, and parses the worked examples with them."""

import importlib.util
import json
import sys
from pathlib import Path

work, results = map(Path, sys.argv[1:])


def load(path: Path):
    name = f"{path.parent.name.replace('-', '_')}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


counts: dict[str, int] = {}
for path in sorted(work.glob("*.json")):
    if path.name == "package.json":
        continue
    area, kind = path.stem.rsplit(".", 1)
    stem = f"{area.replace('-', '_')}_{kind}.py"
    models = load(work / "pydantic" / stem)
    for example in json.loads(path.read_text()):
        models.Body.model_validate(example)
    counts[area] = counts.get(area, 0) + len(json.loads(path.read_text()))
with results.open("a") as out:
    for area, count in counts.items():
        out.write(f"datamodel-code-generator\t{area}\t{count} examples parsed\n")
