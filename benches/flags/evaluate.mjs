// npm's flagd-core as a program: reads {"configuration", "contexts", "key"} from the file in its argument. For each line on standard input,
// a number of evaluations, it prints the nanoseconds of one. Its first line is the value that it evaluates to.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const require = createRequire(join(process.env.PEERS, 'package.json'));
const { FlagdCore } = require('@openfeature/flagd-core');

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const { configuration, context, key } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const core = new FlagdCore(undefined, quiet);
core.setConfigurations(JSON.stringify(configuration));
console.log(core.resolveStringEvaluation(key, '', context).value);
for await (const line of createInterface({ input: process.stdin })) {
  const count = Number(line);
  const began = process.hrtime.bigint();
  for (let n = 0; n < count; n++) core.resolveStringEvaluation(key, '', context);
  console.log(Number(process.hrtime.bigint() - began) / count);
}
