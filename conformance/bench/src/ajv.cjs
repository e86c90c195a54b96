// Takes a line with a schema, or with a body, whose parse and validation it times: seconds a run.
"use strict";
const Ajv = require("ajv/dist/2020");
const formats = require("ajv-formats");
const readline = require("node:readline");

const validators = new Map();

function seconds(validate, body) {
  const least = 4_000_000n;
  const bytes = Buffer.from(body);
  let runs = 0;
  const start = process.hrtime.bigint();
  for (;;) {
    validate(JSON.parse(bytes.toString()));
    runs += 1;
    const spent = process.hrtime.bigint() - start;
    if (spent >= least) return Number(spent) / 1e9 / runs;
  }
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  if (asked.schema) {
    const ajv = new Ajv({ allErrors: true, strict: false });
    formats(ajv);
    validators.set(asked.area, ajv.compile(asked.schema));
  } else {
    process.stdout.write(`${seconds(validators.get(asked.area), asked.body)}\n`);
  }
});
