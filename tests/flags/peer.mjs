// flagd's own evaluator, as a program: reads {"configuration", "contexts"} on standard input, and prints the result of each flag in each
// context, and the complaints of flagd's published schema.
//
//     node peer.mjs < request.json
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const require = createRequire(join(process.env.PEERS, 'package.json'));
const { FlagdCore } = require('@openfeature/flagd-core');

const complaints = [];
const note = (message) => {
  if (String(message).includes('invalid flagd flag configuration')) complaints.push(String(message));
};
const logger = { debug: note, info: note, warn: note, error: note };
const request = JSON.parse(readFileSync(0, 'utf8'));
const core = new FlagdCore(undefined, logger);
core.setConfigurations(JSON.stringify(request.configuration));

const results = request.contexts.map((context) => {
  const flags = {};
  for (const [key, flag] of core.getFlags()) {
    const { value, variant, reason, errorCode } =
      flag.state === 'DISABLED' ? { reason: 'DISABLED' } : flag.evaluate(context);
    flags[key] = { value, variant, reason, errorCode };
  }
  return flags;
});
console.log(JSON.stringify({ complaints, results }));
