import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFingerprint, buildIsCurrent } from './build.mjs';
import { installIsCurrent } from './installation.mjs';
import { withLock } from './lock.mjs';
import { Refusal, refusePlatform } from './refusal.mjs';
import { stamp } from './stamp.mjs';

let root: string;

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

const manifest = { name: 'whole', dependencies: { zod: '^4' } };
const zod = { version: '4.0.0', integrity: 'sha512-z' };
const foreign = { version: '1.0.0', integrity: 'sha512-f', optional: true };
const packages = { '': manifest, 'libs/a': { name: 'a' }, 'node_modules/zod': zod, 'node_modules/for-macs': foreign };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tailgate-prepare-'));
  mkdirSync(join(root, 'apps'));
  write('package.json', manifest);
  write('libs/a/package.json', { name: 'a' });
  write('package-lock.json', { packages });
  write('node_modules/.package-lock.json', { packages: { 'node_modules/zod': zod } });
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('the installation', () => {
  it('is current where npm was run by hand, without packages of other platforms', () => {
    expect(installIsCurrent(root)).toBe(true);
  });

  it('is not where there is none', () => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    expect(installIsCurrent(root)).toBe(false);
  });

  it.each([
    ['another version is locked', { ...packages, 'node_modules/zod': { ...zod, version: '4.1.0' } }],
    ['the same version has another content', { ...packages, 'node_modules/zod': { ...zod, integrity: 'sha512-y' } }],
    ['a package is missing', { ...packages, 'node_modules/rxjs': zod }],
  ])('is not where %s', (_, changed) => {
    expect(installIsCurrent(root)).toBe(true);
    write('package-lock.json', { packages: changed });
    expect(installIsCurrent(root)).toBe(false);
  });

  it('is not where a manifest asks for something else, but is where only a script was changed', () => {
    write('libs/a/package.json', { name: 'a', scripts: { x: 'y' } });
    expect(installIsCurrent(root)).toBe(true);
    write('libs/a/package.json', { name: 'a', dependencies: { rxjs: '^7' } });
    expect(installIsCurrent(root)).toBe(false);
  });
});

describe('the build', () => {
  beforeEach(() => {
    for (const file of ['tsconfig.json', 'tsconfig.base.json', 'libs/a/tsconfig.json']) write(file, {});
    write('libs/a/src/deep/one.ts', '1');
    write('libs/a/dist/deep/one.js', '1');
    stamp(root, 'build', buildFingerprint(root));
  });

  it('is current until something changes', () => {
    expect(buildIsCurrent(root)).toBe(true);
    write('libs/a/src/deep/one.spec.ts', 'a spec is not built');
    expect(buildIsCurrent(root)).toBe(true);
  });

  it.each([
    ['a source has another content', () => write('libs/a/src/deep/one.ts', '22')],
    ['a source has another time, also an older one', () => utimesSync(join(root, 'libs/a/src/deep/one.ts'), 1, 1)],
    ['a source is new', () => write('libs/a/src/two.ts', '')],
    ['a source is gone', () => rmSync(join(root, 'libs/a/src/deep/one.ts'))],
    ['a package is new', () => write('libs/b/package.json', {})],
    ['the compiler is told something else', () => write('tsconfig.base.json', { strict: true })],
    ['the output is gone', () => rmSync(join(root, 'libs/a/dist'), { recursive: true })],
  ])('is stale where %s', (_, change) => {
    write('libs/b/tsconfig.json', {});
    stamp(root, 'build', buildFingerprint(root));
    change();
    expect(buildIsCurrent(root)).toBe(false);
  });
});

describe('the lock', () => {
  const silent = (): void => undefined;

  it('lets one in at a time', async () => {
    let inside = 0;
    const work = async (): Promise<void> => {
      expect((inside += 1)).toBe(1);
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(root, silent, work)));
    expect(readdirSync(join(root, '.cache'))).toEqual([]);
  });

  it('is given back where the work fails', async () => {
    await expect(withLock(root, silent, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withLock(root, silent, () => Promise.resolve('yes'))).resolves.toBe('yes');
  });

  it('is taken from a process that is no more', async () => {
    // Larger than any pid that Linux gives.
    write('.cache/prepare.lock', `4194305 ${hostname()} gone`);
    await expect(withLock(root, silent, () => Promise.resolve('yes'))).resolves.toBe('yes');
    expect(readdirSync(join(root, '.cache'))).toEqual([]);
  });
});

describe('the platform', () => {
  it.each([
    ['win32', '26.0.0', /Windows/],
    ['freebsd', '26.0.0', /freebsd/],
    ['linux', '18.20.0', /18\.20\.0/],
  ])('%s with Node %s is refused', (platform, version, sentence) => {
    expect(() => {
      refusePlatform(platform, version);
    }).toThrow(Refusal);
    expect(() => {
      refusePlatform(platform, version);
    }).toThrow(sentence);
  });

  it.each(['linux', 'darwin'])('%s with Node 20 is not', (platform) => {
    expect(() => {
      refusePlatform(platform, '20.0.0');
    }).not.toThrow();
  });
});
