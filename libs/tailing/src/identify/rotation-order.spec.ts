import { describe, expect, it } from 'vitest';
import { bearsRotatedName, looksCompressed, pathBeforeRotation, rotatedAfter } from './rotation-order.js';
import type { Sibling } from './siblings.js';

const PATH = '/var/log/app.log';

function sibling(name: string, modified = 0, born = modified): Sibling {
  return {
    path: `/var/log/${name}`,
    key: `1:${BigInt(Buffer.from(name).reduce((sum, byte) => sum * 31 + byte, 7) % 1e9)}`,
    size: 1,
    modified,
    born,
  };
}

/** The names between the old one and the path, oldest first. */
function between(old: string, ...names: string[]): string[] {
  const known = new Set([sibling('known').key]);
  const all = [...names, old].map((name) => sibling(name));
  return rotatedAfter(PATH, all, sibling(old), known).map(({ path }) => path.slice('/var/log/'.length));
}

describe('the files that were rotated after one', () => {
  it.each([
    ['numbers count down', 'app.log.4', ['app.log.1', 'app.log.5', 'app.log.3.gz', 'app.log.2', 'app.log.10']],
    ['dates count up', 'app.log-20261101', ['app.log-20261030', 'app.log-20261103.gz', 'app.log-20261102']],
    ['dates with hours', 'app.log-2026110101', ['app.log-2026110102', 'app.log-2026110100', 'app.log-20261103']],
    ['seconds', 'app.log-1763612345', ['app.log-1763612346', 'app.log-1763612344']],
  ])('%s', (_, old, names) => {
    const newer: Record<string, string[]> = {
      'app.log.4': ['app.log.3.gz', 'app.log.2', 'app.log.1'],
      'app.log-20261101': ['app.log-20261102', 'app.log-20261103.gz'],
      'app.log-2026110101': ['app.log-2026110102'],
      'app.log-1763612345': ['app.log-1763612346'],
    };
    expect(between(old, ...names)).toEqual(newer[old]);
  });

  it('are none where the old one bears another name, or they do', () => {
    expect(between('app.log.old', 'app.log.1')).toEqual([]);
    expect(between('app.log.2', 'app.log.old', 'app.log-20261101', 'other.log.1', 'app.log.1.bak')).toEqual([]);
  });

  it('are not what one of them is just being compressed to', () => {
    expect(between('app.log.3', 'app.log.2', 'app.log.2.gz', 'app.log.1.gz')).toEqual(['app.log.2', 'app.log.1.gz']);
  });

  it('were not written to for the last time before it was, and are not followed already', () => {
    const old = sibling('app.log.3', 100);
    const newer = [sibling('app.log.2', 99), sibling('app.log.1', 101)];
    expect(rotatedAfter(PATH, newer, old, new Set()).map(({ path }) => path)).toEqual(['/var/log/app.log.1']);
    expect(rotatedAfter(PATH, newer, old, new Set([newer[1]?.key ?? '0:0']))).toEqual([]);
  });

  it('may be empty still, while lines come to the old one', () => {
    const old = sibling('app.log.3', 120, 100);
    const empty = sibling('app.log.2', 110);
    const archive = sibling('app.log.1.gz', 110);
    expect(rotatedAfter(PATH, [old, empty, archive], old, new Set([old.key]))).toEqual([empty]);
  });

  it('may have numbers that grow, where the times agree', () => {
    const old = sibling('app.log.2', 20);
    const others = [sibling('app.log.4', 40), sibling('app.log.1', 10), sibling('app.log.3', 30)];
    const found = rotatedAfter(PATH, [old, ...others], old, new Set([old.key]));
    expect(found.map(({ path }) => path)).toEqual(['/var/log/app.log.3', '/var/log/app.log.4']);
  });

  it('are not older ones that were touched, or compressed, since', () => {
    const old = sibling('app.log.1', 30);
    const touched = sibling('app.log.2', 40, 20);
    const compressed = sibling('app.log.3.gz', 10, 40);
    expect(rotatedAfter(PATH, [old, touched, compressed], old, new Set([old.key]))).toEqual([]);
  });
});

describe('a name', () => {
  it.each([
    ['app.log.1', 'app.log'],
    ['app.log.2.gz', 'app.log'],
    ['app.log-20261120', 'app.log'],
    ['app.log-20261120.xz', 'app.log'],
    ['app.log-2026112013', 'app.log'],
    ['app.log.gz', 'app.log'],
    ['app.log', undefined],
    ['app-2026-11-20.log', undefined],
    ['app.log.old', undefined],
    ['.1', undefined],
  ])('%s was %s', (name, before) => {
    expect(pathBeforeRotation(`/var/log/${name}`)).toBe(before === undefined ? undefined : `/var/log/${before}`);
  });

  it('is one that is given to what stood at the path', () => {
    expect(bearsRotatedName(PATH, sibling('app.log.1'))).toBe(true);
    expect(bearsRotatedName(PATH, sibling('app.log-20261120.gz'))).toBe(true);
    expect(bearsRotatedName(PATH, sibling('app.log.20261120-120001.gz'))).toBe(true);
    expect(bearsRotatedName(PATH, sibling('app.log.bak'))).toBe(false);
    expect(bearsRotatedName(PATH, sibling('app.logs.1'))).toBe(false);
  });

  it('tells what was compressed', () => {
    expect(['a.gz', 'a.zst', 'a.log.1.bz2', 'a.zip'].every(looksCompressed)).toBe(true);
    expect(['a.log', 'gz', 'a.gzip'].some(looksCompressed)).toBe(false);
  });
});
