// Takes a line with a schema, or with a body, whose parse and validation it times: CPU seconds a run.
"use strict";
const Ajv = require("ajv/dist/2020");
const formats = require("ajv-formats");
const readline = require("node:readline");

const validators = new Map();

// This thread's CPU time where Node tells it, else the whole process's. Unit: microseconds.
function used() {
  const { user, system } = process.threadCpuUsage ? process.threadCpuUsage() : process.cpuUsage();
  return user + system;
}

function seconds(validate, bytes, least) {
  let runs = 0;
  const start = used();
  for (;;) {
    validate(JSON.parse(bytes.toString()));
    runs += 1;
    const spent = used() - start;
    if (spent >= least) return spent / 1e6 / runs;
  }
}

let warm = null;

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  if (asked.schema) {
    const ajv = new Ajv({ allErrors: true, strict: false });
    formats(ajv);
    validators.set(asked.area, ajv.compile(asked.schema));
    return;
  }
  const [validate, bytes] = [validators.get(asked.area), Buffer.from(asked.body)];
  // The first rounds are the interpreter's, and no contestant's best.
  if (warm !== asked.area) seconds(validate, bytes, 300_000);
  warm = asked.area;
  process.stdout.write(`${seconds(validate, bytes, 4_000)}\n`);
});
