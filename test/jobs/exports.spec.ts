import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Product } from '../support/product.ts';
import { FaultyLink } from '../support/redis/faulty-link.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const LINES = 90_000;
const PATIENCE_MS = 50_000;

interface Export {
  readonly state: string;
  readonly progress: number;
  readonly records: number;
  readonly bytes: number;
  readonly error: string | null;
}

describe('exports over Redis', { timeout: 180_000 }, () => {
  it('survive a kill -9 of their worker, and are fetched from any gateway', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    const env = { REDIS_URL: server.url };
    const gateways = await Promise.all(
      [1, 2].map(() => Product.start({ folder: folder.path, args: ['--follow=off'], env })),
    );
    const [one, other] = gateways;
    await using _one = one;
    await using _other = other;
    if (!one || !other) throw new Error('two gateways');
    const lines = Array.from({ length: LINES }, (_, index) => `${index} ${'some text of a line '.repeat(25)}`);
    folder.write('web.log', lines.map((line) => `${line}\n`).join(''));
    await using link = await FaultyLink.to(server.port);
    await using killed = await startTailer(folder.path, server.urlAt(link.port));
    await until(
      async () => (await read<{ records: number }>(one, '/api/channels/deployment/web')).records === LINES,
      () => 'the file is stored',
      PATIENCE_MS,
    );

    // Whoever writes the second chunk hears no more, so that there is no third.
    link.dropReplies('$2\r\nc1\r\n');
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ channel: 'deployment/web', format: 'text' });
    const created = await fetch(`${one.url}/api/exports`, { method: 'POST', headers, body });
    const { id } = (await created.json()) as { id: string };
    const look = (at: Product) => read<Export>(at, `/api/exports/${id}`);
    await until(
      async () => (await server.admin.hlen(`tailgate:export:{${id}}`)) === 2,
      () => 'two chunks are stored',
      PATIENCE_MS,
    );
    await killed.kill('SIGKILL');
    // It was killed in the middle.
    let seen = await look(one);
    expect(seen.state).toBe('running');
    expect(seen.bytes).toBeGreaterThan(0);
    await using _next = await startTailer(folder.path, server.url);
    await until(
      async () => ((seen = await look(other)), seen.state === 'finished'),
      () => `the export is finished: ${JSON.stringify(seen)}`,
      PATIENCE_MS,
    );
    expect(seen).toMatchObject({ progress: 1, records: LINES, error: null });
    const file = Buffer.from(await (await fetch(`${other.url}/api/exports/${id}/download`)).arrayBuffer());
    expect(file).toHaveLength(seen.bytes);
    expect(gunzipSync(file).toString().split('\n').slice(0, -1)).toEqual(lines);

    expect((await fetch(`${other.url}/api/exports/${id}`, { method: 'DELETE' })).status).toBe(204);
    const keys = await server.admin.keys('tailgate:export:*');
    for (const key of keys) expect(await server.admin.hkeys(key)).toEqual(['deleted']);
  });
});

async function read<T>(at: Product, path: string): Promise<T> {
  return (await (await fetch(`${at.url}${path}`)).json()) as T;
}
