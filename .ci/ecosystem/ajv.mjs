// Ajv in strict mode: each instance gets the verdict that it was made for.
import fs from "node:fs";
import readline from "node:readline";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const [dist, instances, results] = process.argv.slice(2);
// Strict in all, but that a field may take several types.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: true, strictRequired: false });
addFormats(ajv);
const catalogue = JSON.parse(fs.readFileSync(`${dist}/index.json`, "utf8"));
const validators = new Map(), counts = new Map(), wrong = new Map();
for (const area of catalogue.areas) {
  for (const kind of ["request", "response"]) {
    const schema = JSON.parse(fs.readFileSync(`${dist}/${area.schemas[kind].path}`, "utf8"));
    validators.set(`${area.name} ${kind}`, ajv.compile(schema));
  }
  counts.set(area.name, { true: 0, false: 0 });
  wrong.set(area.name, []);
}
for await (const line of readline.createInterface({ input: fs.createReadStream(instances) })) {
  const one = JSON.parse(line);
  const validate = validators.get(`${one.area} ${one.kind}`);
  counts.get(one.area)[one.valid] += 1;
  if (validate(one.instance) !== one.valid) {
    wrong.get(one.area).push(`${one.why ?? ""} should be ${one.valid ? "valid" : "invalid"}: ${JSON.stringify(one.instance).slice(0, 300)}`);
  }
}
let failed = false;
for (const [area, list] of wrong) {
  const { true: valid, false: invalid } = counts.get(area);
  if (valid < 500 || invalid < 500) list.push(`only ${valid} valid and ${invalid} invalid instances`);
  const verdict = list.length ? `FAIL ${list.length} of ${valid + invalid}` : `${valid} valid, ${invalid} invalid`;
  fs.appendFileSync(results, `ajv strict\t${area}\t${verdict}\n`);
  for (const line of list.slice(0, 3)) console.error(`ajv ${area}: ${line}`);
  failed ||= list.length > 0;
}
process.exit(failed ? 1 : 0);
