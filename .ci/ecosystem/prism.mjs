// Prism as a mock of the OpenAPI document: it takes each worked request, refuses one without a list, and its
// answer is one that the response schema takes. Arguments: the published folder, the results, Prism's address.
import fs from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const [dist, results, address] = process.argv.slice(2);
const read = (file) => JSON.parse(fs.readFileSync(`${dist}/${file}`, "utf8"));
const ajv = new Ajv2020({ strict: false });
addFormats(ajv);
const openapi = read("openapi.json"), catalogue = read("index.json");
const [name, scheme] = Object.entries(openapi.components.securitySchemes)[0];
const token = scheme.type === "http" ? ["Authorization", `${scheme.scheme.replace(/^./, (letter) => letter.toUpperCase())} token`] : [scheme.name, "token"];
let failed = false;
for (const area of catalogue.areas) {
  const wrong = [];
  const [path, item] = Object.entries(openapi.paths).find(([path]) => area.path.endsWith(path));
  const method = area.method.toLowerCase();
  const send = (body) => fetch(address + path, {
    method: area.method, headers: { "Content-Type": "application/json", [token[0]]: token[1] }, body: JSON.stringify(body),
  });
  const validate = ajv.compile(read(area.schemas.response.path));
  const examples = Object.values(item[method].requestBody.content["application/json"].examples ?? {});
  for (const { value } of examples) {
    const answer = await send(value), body = await answer.text();
    if (!answer.ok) wrong.push(`HTTP ${answer.status}: ${body.slice(0, 200)}`);
    else if (!validate(JSON.parse(body))) wrong.push(`answers what the schema refuses: ${body.slice(0, 200)}`);
  }
  const refused = await send({});
  if (refused.ok) wrong.push("takes a body without a list");
  for (const line of wrong) console.error(`Prism ${area.name}: ${line}`);
  fs.appendFileSync(results, `Prism\t${area.name}\t${wrong.length ? `FAIL ${wrong.length}` : `${examples.length} requests taken, 1 refused`}\n`);
  failed ||= wrong.length > 0;
}
process.exit(failed ? 1 : 0);
