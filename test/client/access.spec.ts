import { connect, type Connection, type ConnectOptions, type Subscription } from '@tailgate/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli } from '../support/cli.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { makeToken, SECRET } from '../support/token.ts';
import { until } from '../support/until.ts';

let folder: TempFolder;
let product: Product;

beforeAll(async () => {
  folder = new TempFolder();
  folder.write('mine-1.log', 'one\ntwo\n');
  folder.write('mine-2.log', 'three\n');
  folder.write('hidden.log', 'nobody is to see this\n');
  const env = { AUTH: 'jwt', AUTH_SECRET: SECRET, MAX_STREAMS: '8' };
  product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'], env });
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const mine = () => makeToken({ channels: ['deployment/mine-*'] });

/** The lines that a subscription gives, for as long as it is open. */
function linesOf(log: Subscription): readonly string[] {
  const lines: string[] = [];
  log.on('entries', (entries) => {
    for (const entry of entries) if (entry.type === 'log') lines.push(entry.line);
  });
  return lines;
}

async function reaches(log: Subscription, isThere: () => boolean): Promise<void> {
  await until(isThere, () => `the state is ${JSON.stringify(log.state)}`);
}

describe.each(['sse', 'websocket'] as const)('the SDK over %s, at a gateway that wants tokens', (transport) => {
  const gateway = (token: ConnectOptions['token']): Connection =>
    connect(product.url, { transport, backOff: { firstMs: 50, mostMs: 200 }, ...(token !== undefined && { token }) });

  it('reads what its token names, and dials again with it', async () => {
    using log = gateway(mine()).subscribe('deployment/mine-1', { tail: 10 });
    const lines = linesOf(log);
    await reaches(log, () => lines.length === 2);
    log.reconnect();
    await reaches(log, () => log.statistics.reconnects === 1 && log.state.phase === 'live');
    expect(lines).toEqual(['one', 'two']);
  });

  it('is told for good that another channel may not be read, there or not', async () => {
    const ends: unknown[] = [];
    for (const name of ['hidden', 'nobody']) {
      using log = gateway(mine()).subscribe(`deployment/${name}`, { tail: 10 });
      const lines = linesOf(log);
      await reaches(log, () => log.state.phase === 'closed');
      expect(lines).toEqual([]);
      expect(log.state).toMatchObject({ error: { code: 'forbidden' } });
      ends.push(JSON.stringify(log.state).replaceAll(name, 'NAME'));
    }
    expect(ends[0]).toBe(ends[1]);
  });

  it('asks for another token when one is refused, and ends when that is refused too', async () => {
    let asked = 0;
    using good = gateway(() => ((asked += 1) === 1 ? 'not.a.token' : mine())).subscribe('deployment/mine-1');
    const lines = linesOf(good);
    await reaches(good, () => lines.length === 2);
    using bad = gateway('not.a.token').subscribe('deployment/mine-1');
    linesOf(bad);
    await reaches(bad, () => bad.state.phase === 'closed');
    expect(bad.state).toMatchObject({ error: { code: 'unauthorized' } });
  });

  it('ends where it is asked for a token and has none, as a page does whose cookie is stale', async () => {
    using log = gateway(undefined).subscribe('deployment/mine-1');
    linesOf(log);
    const phases: string[] = [];
    log.on('state', ({ phase }) => phases.push(phase));
    await reaches(log, () => log.state.phase === 'closed');
    expect(log.state).toMatchObject({
      error: { code: 'unauthorized', message: expect.stringContaining('token') as string },
    });
    expect(phases.filter((phase) => phase === 'disconnected')).toHaveLength(1);
  });

  it('goes on with a new token where the last one has expired, and misses nothing', async () => {
    folder.write(`mine-${transport}.log`, 'before\n');
    let asked = 0;
    const token = () => {
      asked += 1;
      return makeToken({ channels: ['*/*'], ...(asked === 1 && { exp: Math.floor(Date.now() / 1000) + 2 }) });
    };
    using log = gateway(token).subscribe(`deployment/mine-${transport}`, { after: '0-0' });
    const lines = linesOf(log);
    await reaches(log, () => lines.length === 1);
    await reaches(log, () => log.statistics.reconnects === 1 && log.state.phase === 'live');
    folder.append(`mine-${transport}.log`, 'after\n');
    await reaches(log, () => lines.length === 2);
    expect([lines, asked, log.statistics.gaps]).toEqual([['before', 'after'], 2, 0]);
  });
});

describe('the command line, at a gateway that wants tokens', () => {
  const env = (token: string) => ({ TAILGATE_URL: product.url, TAILGATE_TOKEN: token });

  it.each(['sse', 'websocket'])('tails over %s what its token names', async (transport) => {
    await using cli = new Cli(['tail', 'deployment/mine-1', '--transport', transport], env(mine()));
    await cli.has(({ lines }) => lines.length === 2, 'two lines');
    expect([cli.lines, cli.stderr]).toEqual([['one', 'two'], '']);
  });

  it('tails by a pattern what its token names, with the token from a file', async () => {
    const path = folder.write('token', `${mine()}\n`);
    await using cli = new Cli(['tail', 'deployment/*', '--token-file', path], {
      TAILGATE_URL: product.url,
    });
    await cli.has(({ lines }) => lines.length >= 3, 'the lines of what may be read');
    expect(cli.stdout).not.toContain('nobody is to see this');
  });

  it.each([
    [['tail', 'deployment/hidden'], 'forbidden'],
    [['tail', 'deployment/hidden', '--transport', 'websocket'], 'forbidden'],
    [['load', 'deployment/hidden', '--clients', '2', '--seconds', '1'], 'may not be read'],
    [['load', 'deployment/hidden', '--clients', '2', '--seconds', '1', '--transport', 'websocket'], 'may not be read'],
  ])('%j ends with the reason', async (args, reason) => {
    await using cli = new Cli(args, env(mine()));
    expect((await cli.ended).code).toBe(1);
    expect(cli.stderr).toContain(reason);
  });

  it.each([
    ['tail', 'deployment/mine-1'],
    ['tail', 'deployment/mine-1', '--transport', 'websocket'],
    ['tail', 'deployment/*'],
    ['load', 'deployment/mine-1', '--clients', '2'],
    ['load', 'deployment/mine-1', '--clients', '2', '--transport', 'websocket'],
  ])('%s %s %s %s without a token ends with advice', async (...args) => {
    await using cli = new Cli(args, { TAILGATE_URL: product.url });
    expect((await cli.ended).code).toBe(1);
    expect(cli.stderr).toMatch(/\(unauthorized\); set TAILGATE_TOKEN or --token-file\n$/);
  });

  it.each(['sse', 'websocket'])(
    'load over %s counts its clients, and says why some are not there',
    async (transport) => {
      const args = ['load', 'deployment/mine-2', '--seconds', '2', '--tail', '1', '--transport', transport];
      await using all = new Cli([...args, '--clients', '4'], env(mine()));
      expect([(await all.ended).code, all.stderr]).toEqual([0, '']);
      expect(all.stdout).toContain('4 of 4 live\n');
      await using some = new Cli([...args, '--clients', '12'], env(mine()));
      expect((await some.ended).code).toBe(1);
      expect(some.stdout).toMatch(/8 of 12 live; .*too-many/);
    },
  );
});
