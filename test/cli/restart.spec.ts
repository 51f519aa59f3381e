import { describe, expect, it } from 'vitest';
import { Cli } from '../support/cli.ts';
import { LogWriter } from '../support/log-writer.ts';
import { numberOf } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';

const LINES = 12_000;
const LOGS = ['--logs', './{name}.log', '--drain-seconds', '1'];

/** The numbers 1 to `LINES`. */
const ALL = Array.from({ length: LINES }, (_, index) => index + 1);

async function prints(cli: Cli, count: number): Promise<void> {
  await cli.has(({ lines }) => lines.length >= count, `${count} lines`, 60_000);
}

describe('over Redis', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'tail prints every line once and in order while its gateway is ended by %s and started again',
    async (signal) => {
      using folder = new TempFolder();
      folder.write('web.log', '');
      await using server = await startRedis();
      await using _tailer = await startTailer(folder.path, server.url);
      const serving = {
        folder: folder.path,
        args: ['--follow=off', '--drain-seconds', '1'],
        env: { REDIS_URL: server.url },
      };
      let gateway = await Product.start(serving);
      await using stack = new AsyncDisposableStack();
      stack.defer(() => gateway[Symbol.asyncDispose]());
      const { port, url } = gateway;
      await using cli = new Cli(['tail', 'deployment/web', '--after', '0-0', '--url', url]);
      await using _writer = new LogWriter(folder.join('web.log'), 2_000, LINES);
      for (const share of [0.2, 0.5]) {
        await prints(cli, LINES * share);
        await gateway.kill(signal);
        gateway = await Product.start({ ...serving, port });
      }
      await prints(cli, LINES);
      expect(cli.lines.map(numberOf)).toEqual(ALL);
      // It may have had all lines before the gateway ended: then it comes back for nothing.
      await cli.has(({ stderr }) => stderr.match(/connected again/g)?.length === 2, 'the second return');
      expect(cli.stderr).not.toContain('gap');
    },
    90_000,
  );
});

it('with the in-process broker a restart forgets: tail says so, and goes on with the last lines in order', async () => {
  using folder = new TempFolder();
  folder.write('web.log', '');
  await using first = await Product.start({ folder: folder.path, args: LOGS });
  const { port, url } = first;
  await using cli = new Cli(['tail', 'deployment/web', '--after', '0-0', '--json', '--url', url]);
  await using writer = new LogWriter(folder.join('web.log'), 2_000, LINES);
  await prints(cli, LINES / 4);
  await first.kill('SIGKILL');
  const killedAt = cli.lines.length;
  await using _second = await Product.start({ folder: folder.path, args: LOGS, port });
  await cli.has(({ stderr }) => stderr.includes('gap'), 'a gap');
  await writer.ended;
  await cli.has(
    ({ lines }) => lines.at(-1)?.includes(`"line":"${String(LINES).padStart(8, '0')}`) ?? false,
    'the last line',
    60_000,
  );

  const entries = cli.lines.map((line) => JSON.parse(line) as { type: string; line?: string; reason?: string });
  const gap = entries.findIndex(({ type }) => type === 'gap');
  expect(entries[gap]).toMatchObject({ reason: 'epoch', lost: null });
  expect(entries.filter(({ type }) => type !== 'log')).toHaveLength(1);
  expect(gap).toBeGreaterThanOrEqual(killedAt);
  const numbers = entries.map(({ line }) => (line === undefined ? NaN : numberOf(line)));
  expect(numbers.slice(0, gap)).toEqual(ALL.slice(0, gap));
  const again = numbers.slice(gap + 1);
  expect(again).toEqual(ALL.slice(-again.length));
  // The last 50 of what the file held then come again: nothing in between is left out.
  expect(again[0]).toBeLessThanOrEqual(LINES);
});
