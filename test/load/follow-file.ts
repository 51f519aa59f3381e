// Follows one file into the in-process broker while `cat` appends another one to it, and prints how that went, as JSON.
//
//   node follow-file.ts CONTENT LINES

import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { NO_OBSERVER, parseLogTemplate, Tailing } from '@tailgate/tailing';

const [content = '', lines = ''] = process.argv.slice(2);
const channel = parseChannel('deployment/grows');
if (channel === undefined) throw new Error('not a channel');
const folder = mkdtempSync(join(tmpdir(), 'tailgate-bench-'));
const file = openSync(join(folder, 'grows.log'), 'a');
await using broker = new MemoryBroker({});
const options = { templates: [parseLogTemplate(join(folder, '{name}.log'))], maxLineBytes: 256 * 1024 };
const tailing = new Tailing(broker, broker, options, NO_OBSERVER);
const { promise, resolve } = Promise.withResolvers<undefined>();
await broker.follow(channel, ({ last }) => {
  if (last.seq === Number(lines)) resolve(undefined);
});
await tailing.start();
const used = process.cpuUsage();
const begun = performance.now();
spawn('cat', [content], { stdio: ['ignore', file, 'inherit'] });
await promise;
const seconds = (performance.now() - begun) / 1_000;
const { user, system } = process.cpuUsage(used);
await tailing.drain();
rmSync(folder, { recursive: true });
console.log(
  JSON.stringify({
    megabytesPerSecond: statSync(content).size / 1e6 / seconds,
    cores: (user + system) / 1e6 / seconds,
  }),
);
