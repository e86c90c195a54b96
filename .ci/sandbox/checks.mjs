// Checks that are counted: each is run whatever became of the others.

/** How long anything is waited for, in milliseconds: a machine with much else to do draws a page in ten seconds. */
export const PATIENCE = 60_000;

const wanted = process.argv.slice(4);
let passed = 0, failed = 0;

/** Runs a check; one that throws has failed. */
export async function check(name, work) {
  if (wanted.length && !wanted.some((word) => name.includes(word))) return;
  try {
    await work();
    passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.stack ?? error).split("\n").slice(0, 12).join("\n      ")}`);
  }
}

/** Throws unless `value` is as `expected`. */
export function equal(value, expected, what) {
  const [is, due] = [JSON.stringify(value), JSON.stringify(expected)];
  if (is !== due) throw new Error(`${what}: ${is}, where ${due} is due`);
}

/** Throws unless it holds. */
export function holds(condition, what) {
  if (!condition) throw new Error(`does not hold: ${what}`);
}

/** Waits until `question` is answered by something true, for so long at most. */
export async function until(question, what) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Prints the closing line, and returns the exit code. */
export function closing() {
  console.log(`${passed} passed, ${failed} failed`);
  return failed || !passed ? 1 : 0;
}
