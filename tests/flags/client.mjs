// OpenFeature's providers of OFREP, unmodified, against the agent at the address in the arguments. Prints what they return as JSON.
//
//     node client.mjs server ADDRESS [TOKEN]     the provider for servers: an evaluation is a request
//     node client.mjs web ADDRESS                the provider for browsers: all flags at once, and the stream of changes. It prints a line
//                                                when it is ready, and one after each change until its standard input ends.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.PEERS, 'package.json'));
const [kind, address, token] = process.argv.slice(2);
const headers = token ? [['Authorization', `Bearer ${token}`]] : [];
const show = ({ value, variant, reason, errorCode, flagMetadata }) => ({ value, variant, reason, errorCode, flagMetadata });

if (kind === 'server') {
  const { OpenFeature } = require('@openfeature/server-sdk');
  const { OFREPProvider } = require('@openfeature/ofrep-provider');
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: address, headers }));
  const client = OpenFeature.getClient();
  const pro = { targetingKey: 'u1', plan: 'pro', email: 'a@example.org' };
  console.log(
    JSON.stringify({
      pro: show(await client.getBooleanDetails('lobby', false, pro)),
      free: show(await client.getBooleanDetails('lobby', true, { targetingKey: 'u2' })),
      text: show(await client.getStringDetails('title', 'x', pro)),
      number: show(await client.getNumberDetails('limit', 0, pro)),
      object: show(await client.getObjectDetails('layout', {}, pro)),
      split: show(await client.getStringDetails('split', '-', pro)),
      disabled: show(await client.getBooleanDetails('gone', true, pro)),
      noDefault: show(await client.getBooleanDetails('open', true, { targetingKey: 'u2' })),
      absent: show(await client.getBooleanDetails('nowhere', true, pro)),
      wrongType: show(await client.getStringDetails('lobby', 'x', pro)),
    }),
  );
  await OpenFeature.close();
} else {
  const { EventSource } = require('eventsource');
  globalThis.EventSource = EventSource;
  const requests = [];
  const counted = globalThis.fetch;
  const fetchImplementation = async (...request) => {
    const response = await counted(...request);
    requests.push(response.status);
    return response;
  };
  const { OpenFeature, ProviderEvents } = require('@openfeature/web-sdk');
  const { OFREPWebProvider } = require('@openfeature/ofrep-web-provider');
  const provider = new OFREPWebProvider({ baseUrl: address, pollInterval: -1, cacheMode: 'disabled', fetchImplementation });
  await OpenFeature.setContext({ targetingKey: 'u1', plan: 'pro', email: 'a@example.org' });
  await OpenFeature.setProviderAndWait(provider);
  const client = OpenFeature.getClient();
  const print = (event) =>
    console.log(
      JSON.stringify({
        event,
        requests,
        pro: show(client.getBooleanDetails('lobby', false)),
        text: show(client.getStringDetails('title', 'x')),
        number: show(client.getNumberDetails('limit', 0)),
        object: show(client.getObjectDetails('layout', {})),
        disabled: show(client.getBooleanDetails('gone', true)),
        absent: show(client.getBooleanDetails('nowhere', true)),
      }),
    );
  client.addHandler(ProviderEvents.ConfigurationChanged, () => print('changed'));
  print('ready');
  // The stream begins with a hint, which is answered with 304.
  const waited = setInterval(() => {
    if (requests.includes(304)) {
      clearInterval(waited);
      print('unchanged');
    }
  }, 20);
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}
