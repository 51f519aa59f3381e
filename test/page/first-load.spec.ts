import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const DIST = fileURLToPath(new URL('../../apps/web/dist/', import.meta.url));

/** What a first visit loads before it shows anything: bytes, gzipped. */
const BUDGET = 150_000;

/** The page, what it names, and what of that is imported before anything runs. */
function firstLoad(): ReadonlyMap<string, string> {
  const loaded = new Map<string, string>();
  const queue = ['index.html'];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (loaded.has(name)) continue;
    const text = readFileSync(DIST + name, 'utf8');
    loaded.set(name, text);
    for (const [, asset = ''] of text.matchAll(/(?:href|src)="\.\/(assets\/[^"]+)"/g)) queue.push(asset);
    for (const [, asset = ''] of text.matchAll(/(?:import|from)\s*"\.\/([^"]+)"/g)) queue.push(`assets/${asset}`);
  }
  return loaded;
}

it('costs a first visit less than 150 kB', () => {
  const loaded = firstLoad();
  const bytes = [...loaded.values()].reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
  expect([...loaded.keys()].filter((name) => name.endsWith('.js')).length).toBeGreaterThanOrEqual(2);
  expect(bytes).toBeGreaterThan(80_000);
  expect(bytes).toBeLessThan(BUDGET);
});

it('names no other host', () => {
  for (const name of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(html|css)$/.test(name)) continue;
    expect([name, /https?:\/\//.exec(readFileSync(DIST + name, 'utf8'))]).toEqual([name, null]);
  }
});
