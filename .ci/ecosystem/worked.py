"""Writes the worked examples as files, and the programs that hold them against generated types."""

import json
import sys
from pathlib import Path

dist, instances, work = map(Path, sys.argv[1:])
worked: dict[tuple[str, str], list] = {}
with instances.open() as lines:
    for line in lines:
        one = json.loads(line)
        if "why" not in one:
            worked.setdefault((one["area"], one["kind"]), []).append(one["instance"])
use = ["import fs from 'node:fs';"]
for (area, kind), examples in worked.items():
    (work / f"{area}.{kind}.json").write_text(json.dumps(examples))
    declared = next(
        line.split()[2]
        for line in (dist / "npm" / "index.d.ts").read_text().splitlines()
        if line.startswith(("export interface", "export type")) and line.split()[2].lower() == f"{area.replace('-', '')}{kind}"
    )
    values = "".join(f"export const example{at}: {declared} = {json.dumps(value)};\n" for at, value in enumerate(examples))
    (work / "ts" / f"use-{area}-{kind}.ts").write_text(f'import type {{ {declared} }} from "./{area}.{kind}.js";\n{values}')
    use.append(
        f"{{ const {{ Convert }} = await import('./quick-js/{area}.{kind}.js');\n"
        f"  for (const one of JSON.parse(fs.readFileSync('{area}.{kind}.json', 'utf8'))) Convert.toBody(JSON.stringify(one)); }}"
    )
(work / "use-quicktype.mjs").write_text("\n".join(use) + "\n")
