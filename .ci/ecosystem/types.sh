#!/usr/bin/env bash
# Generators of types: what they make compiles, and takes the worked examples.
# Arguments: the published folder, the instances, the results, a folder to work in.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dist=$1 instances=$2 results=$3 work=$4
python=$ECOSYSTEM/venv/bin/python
bin=$ECOSYSTEM/node_modules/.bin
rm -rf "$work" && mkdir -p "$work/ts" "$work/quick-ts" "$work/quick-rs" "$work/pydantic"
ln -sfn "$ECOSYSTEM/node_modules" "$work/node_modules"
echo '{ "type": "module" }' > "$work/package.json"
areas=$("$python" -c 'import json,sys; print(*[a["name"] for a in json.load(open(sys.argv[1]))["areas"]])' "$dist/index.json")
report() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >> "$results"; }

# The worked examples, each as a file; in TypeScript each is held against its type.
"$python" "$here/worked.py" "$dist" "$instances" "$work"
for area in $areas; do
  for kind in request response; do
    schema=$dist/schemas/$("$python" -c 'import json,sys; c=json.load(open(sys.argv[1])); print(next(a for a in c["areas"] if a["name"]==sys.argv[2])["schemas"][sys.argv[3]+"Types"]["path"].removeprefix("schemas/"))' "$dist/index.json" "$area" "$kind")
    "$bin/json2ts" --input "$schema" --output "$work/ts/$area.$kind.d.ts" --unreachableDefinitions=false
    "$bin/quicktype" --quiet --src-lang schema --src "$schema" --lang typescript --top-level Body --out "$work/quick-ts/$area.$kind.ts"
    "$bin/quicktype" --quiet --src-lang schema --src "$schema" --lang rust --visibility public --derive-debug --top-level Body --out "$work/quick-rs/${area//-/_}_$kind.rs"
    "$ECOSYSTEM/venv/bin/datamodel-codegen" --input "$schema" --input-file-type jsonschema --output-model-type pydantic_v2.BaseModel \
      --class-name Body --target-python-version 3.11 --disable-timestamp --formatters builtin --output "$work/pydantic/${area//-/_}_$kind.py"
  done
done
"$bin/tsc" --noEmit --strict --target es2022 --module nodenext "$work"/ts/*.ts
for area in $areas; do report json-schema-to-typescript "$area" "compiles, takes the examples"; done
"$bin/tsc" --target es2022 --module nodenext --strict --skipLibCheck --typeRoots "$ECOSYSTEM/node_modules/@types" --types node --outDir "$work/quick-js" "$work"/quick-ts/*.ts
(cd "$work" && node use-quicktype.mjs)
for area in $areas; do report "quicktype (TypeScript)" "$area" "compiles, takes the examples"; done
"$python" "$here/use_models.py" "$work" "$results"
