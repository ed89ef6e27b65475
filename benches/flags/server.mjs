// A server of OFREP's evaluation of all flags, on Node.js and flagd-core: what the agent is measured against.
//
//     node server.mjs CONFIGURATION.json     prints its port
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const require = createRequire(join(process.env.PEERS, 'package.json'));
const { FlagdCore } = require('@openfeature/flagd-core');

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const core = new FlagdCore(undefined, quiet);
core.setConfigurations(readFileSync(process.argv[2], 'utf8'));
const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const { context } = JSON.parse(Buffer.concat(parts).toString());
    const flags = core.resolveAll(context).map(({ flagKey, value, variant, reason, flagMetadata }) => ({
      key: flagKey, value, variant, reason, metadata: flagMetadata,
    }));
    response.setHeader('Content-Type', 'application/json');
    const body = JSON.stringify({ flags });
    response.setHeader('Content-Length', Buffer.byteLength(body));
    response.end(body);
  });
});
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
