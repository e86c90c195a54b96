// A request as a command for a shell. The token is the shell's, never this page's.

import { endpointOf, model } from "./live.js";

/** The text as one word of a POSIX shell. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The command that sends a body to an area. */
export function curlOf(area, body) {
  const { verb, mediaType, authentication } = model.state.contract;
  const { header, scheme } = authentication;
  return [
    `curl -sS -X ${verb} ${quoted(endpointOf(area))}`,
    `-H 'Content-Type: ${mediaType}'`,
    `-H "${header}: ${scheme} \${TALLY_TOKEN:-any}"`,
    `--data-binary ${quoted(body)}`,
  ].join(" \\\n  ");
}

/** JSON without blanks between its tokens; other text as it is. */
export function compact(body) {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return body.trim();
  }
}
