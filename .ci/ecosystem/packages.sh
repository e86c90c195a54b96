#!/usr/bin/env bash
# The npm and PyPI packages: packed, installed somewhere else, and their examples run there.
# Arguments: the published folder, the results, a folder to work in.
set -euo pipefail
dist=$1 results=$2 work=$3
python=$ECOSYSTEM/venv/bin/python
rm -rf "$work" && mkdir -p "$work/npm/user" "$work/pypi"

(cd "$work/npm" && npm pack --silent --pack-destination . "$dist/npm" > packed)
cd "$work/npm/user"
echo '{ "private": true, "type": "module" }' > package.json
mkdir -p node_modules
tar -xzf ../*.tgz -C node_modules
name=$(node -p "require('./node_modules/package/package.json').name")
mv node_modules/package "node_modules/$name"
for tool in ajv ajv-formats fast-deep-equal fast-uri json-schema-traverse require-from-string; do
  ln -s "$ECOSYSTEM/node_modules/$tool" "node_modules/$tool"
done
cp "node_modules/$name/example.mjs" .
node example.mjs
cat > types.ts <<TS
import { schemas, limits, type Area, type Requests, type Responses } from "$name";
const areas = Object.keys(schemas) as Area[];
export const ids: string[] = areas.map((area) => schemas[area].request.\$id);
export const most: number[] = areas.map((area) => limits[area]);
export type Both = [Requests[Area], Responses[Area]];
TS
"$ECOSYSTEM/node_modules/.bin/tsc" --noEmit --strict --skipLibCheck false --target es2022 --module nodenext types.ts
printf 'npm package\t*\tpacked, installed, example valid\n' >> "$results"

cp -r "$dist/pypi" "$work/pypi/source"
cd "$work/pypi"
"$python" -m build --no-isolation --wheel --outdir . source > build.log 2>&1 || { cat build.log; exit 1; }
"$python" -m pip install --quiet --no-deps --no-index --force-reinstall --target installed ./*.whl
export PYTHONPATH=$work/pypi/installed
"$python" source/example.py
"$ECOSYSTEM/venv/bin/mypy" --strict --no-error-summary source/src
"$python" - <<'PY'
import pathlib, sys
module = next(path.parent.name for path in pathlib.Path("installed").glob("*/py.typed"))
package = __import__(module)
types = __import__(f"{module}.types", fromlist=["*"])
for area in package.LIMITS:
    for kind in ("request", "response"):
        assert package.schema(area, kind)["$id"].endswith(f"/{area}.{kind}.schema.json")
PY
printf 'PyPI package\t*\tbuilt, installed, example valid, mypy strict\n' >> "$results"
