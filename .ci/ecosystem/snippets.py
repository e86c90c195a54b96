"""The pages' examples, copied as a reader copies them, but for the host: each language's call to each area gets
the same answer from the mock as curl's, and the response schema takes that.

Arguments: the folder of the Rust programs, the published folder, a folder to work in, the results, the mock's address.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema

here, dist, work, results, address = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5]
host = re.match("https?://[^/]*", address)[0]
catalogue = json.loads((dist / "index.json").read_text())
shutil.rmtree(work / "src", ignore_errors=True)
(work / "src" / "bin").mkdir(parents=True)
for name in ("Cargo.toml", "Cargo.lock"):
    shutil.copy(here / "snippets" / name, work / name)
# The names that pages leave to the reader.
environment = {**os.environ, "TOKEN": "token", "INSTANCE": "anything", "CARGO_TARGET_DIR": str(work / "target")}


def snippets(area: str) -> dict[str, str]:
    page = (dist / f"{area}.html").read_text()
    found = re.findall(r"<details[^>]*><summary>([^<]*)</summary><pre[^>]*><code>(.*?)</code></pre></details>", page, re.DOTALL)
    return {language: re.sub(r"https?://[^/\s]*", host, html.unescape(text)) for language, text in found}


def run(command: list[str]) -> str:
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} exits {done.returncode}: {done.stderr[-1500:]}")
    return done.stdout


pages = {area["name"]: snippets(area["name"]) for area in catalogue["areas"]}
for area, texts in pages.items():
    (work / f"{area}.sh").write_text(texts["curl"])
    (work / f"{area}.py").write_text(texts["Python"])
    (work / f"{area}.mts").write_text(texts["TypeScript"])
    (work / "src" / "bin" / f"{area}.rs").write_text(texts["Rust"])
run(["cargo", "build", "--quiet", "--locked"])
failed = False
for area in catalogue["areas"]:
    name, wrong = area["name"], []
    try:
        answer = json.loads(run(["bash", "-euo", "pipefail", f"{name}.sh"]))
        schema = json.loads((dist / area["schemas"]["response"]["path"]).read_text())
        wrong += [f"curl: {error.message}" for error in jsonschema.Draft202012Validator(schema).iter_errors(answer)]
        told = {
            "Rust": run([str(work / "target" / "debug" / name)]),
            "Python": run([sys.executable, f"{name}.py"]),
            "TypeScript": run(["node", "--no-warnings", "--experimental-strip-types", f"{name}.mts"]),
        }
        # Each language writes the answer in its own way: the words and numbers in it are the same.
        words = lambda text: sorted(re.findall(r"\w+", re.sub(r"\b(None|null)\b", "", text)))
        for language, text in told.items():
            if words(text) != words(json.dumps(answer)):
                wrong.append(f"{language} prints {text[:300]!r} where curl gets {json.dumps(answer)[:300]}")
    except (RuntimeError, ValueError) as error:
        wrong.append(str(error))
    for line in wrong:
        print(f"snippets {name}: {line}", file=sys.stderr)
    failed |= bool(wrong)
    with results.open("a") as out:
        out.write(f"examples to copy\t{name}\t{f'FAIL {len(wrong)}' if wrong else 'curl, Rust, Python, TypeScript: one answer'}\n")
sys.exit(failed)
