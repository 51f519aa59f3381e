import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const DOCUMENT = new URL('../../docs/security.md', import.meta.url);
const text = readFileSync(DOCUMENT, 'utf8');

/** `[file](path): "name of a test"`, or the file alone. */
const links = [...text.matchAll(/\]\(([^)]+)\)(?:: "([^"]+)")?/g)].map(([, path = '', name]) => ({ path, name }));

describe('docs/security.md', () => {
  it('names tests', () => expect(links.filter(({ name }) => name !== undefined).length).toBeGreaterThan(20));

  it("names which of a file's tests it means", () =>
    expect(links.filter(({ path, name }) => path.endsWith('.spec.ts') && name === undefined)).toEqual([]));

  it.each(links)('$path has $name', ({ path, name }) => {
    const file = new URL(path, DOCUMENT);
    expect(existsSync(file)).toBe(true);
    if (name !== undefined) expect(readFileSync(file, 'utf8')).toContain(name);
  });
});
