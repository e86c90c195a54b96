"""Writes a Rust program that parses the worked examples with the types of typify and of quicktype."""

import json
import shutil
import sys
from pathlib import Path

here, dist, work, folder = map(Path, sys.argv[1:])
(folder / "src").mkdir(parents=True, exist_ok=True)
for name in ("Cargo.toml", "Cargo.lock"):
    shutil.copy(here / "rust-types" / name, folder / name)
modules, checks = [], []
for area in json.loads((dist / "index.json").read_text())["areas"]:
    for kind in ("request", "response"):
        module = f"{area['name'].replace('-', '_')}_{kind}"
        schema = dist / area["schemas"][f"{kind}Types"]["path"]
        shutil.copy(schema, folder / f"{module}.json")
        shutil.copy(work / f"{area['name']}.{kind}.json", folder / f"{module}.examples.json")
        title = json.loads(schema.read_text())["title"]
        modules.append(f'mod {module} {{ typify::import_types!(schema = "{module}.json"); }}')
        quick = f"quick_{module}"
        modules.append(f"mod {quick};")
        shutil.copy(work / "quick-rs" / f"{module}.rs", folder / "src" / f"{quick}.rs")
        for tool, name in (("typify", f"{module}::{title}"), ("quicktype (Rust)", f"{quick}::Body")):
            checks.append(
                f'    let examples: Vec<{name}> = serde_json::from_str(include_str!("../{module}.examples.json")).unwrap();\n'
                f'    println!("{tool}\\t{area["name"]}\\t{{}} {kind}s parsed", examples.len());'
            )
main = "#![allow(dead_code)]\n" + "\n".join(modules) + "\n\nfn main() {\n" + "\n".join(checks) + "\n}\n"
(folder / "src" / "main.rs").write_text(main)
