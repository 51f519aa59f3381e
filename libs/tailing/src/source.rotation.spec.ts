import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { Scenario } from './testing/scenario.js';

/** More than are followed at a time. */
const MANY = 30;

/** Numbers the rotated files anew, as logrotate does, and begins a new one. */
function rotate(path: string, compress = false): void {
  for (let n = MANY; n >= 1; n--) {
    for (const ending of ['', '.gz']) {
      if (existsSync(`${path}.${n}${ending}`)) renameSync(`${path}.${n}${ending}`, `${path}.${n + 1}${ending}`);
    }
  }
  renameSync(path, `${path}.1`);
  if (compress) {
    writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(`${path}.1`)));
    rmSync(`${path}.1`);
  }
  writeFileSync(path, '');
}

/** Waits until a file that is written now is newer than any other. */
async function clockTicks(path: string): Promise<void> {
  const made = (): number => {
    rmSync(path, { force: true });
    writeFileSync(path, '');
    return statSync(path).birthtimeMs;
  };
  const before = made();
  await vi.waitFor(() => expect(made()).toBeGreaterThan(before + 1), { timeout: 20_000 });
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}`);

describe('many rotations before anybody looks', () => {
  it.each([
    ['while it is followed', false, false],
    ['while it is followed, and compressed', false, true],
    ['while no tailer runs', true, false],
    ['while no tailer runs, and compressed', true, true],
  ])('bring every line in order: %s', async (_, isAway, compress) => {
    await using at = new Scenario();
    writeFileSync(at.path, 'line 0\n');
    await at.settle();
    const burst = () => {
      for (let i = 1; i < MANY; i++) {
        appendFileSync(at.path, `line ${i}\n`);
        if (i < MANY - 1) rotate(at.path, compress);
      }
    };
    if (isAway) await at.whileAway(burst);
    else burst();
    for (let looks = 0; looks < MANY; looks++) await at.wait(1_000);
    // While no tailer runs, a file of the old one's inode looks as if that had been cut.
    const told = (await at.told()).filter((line) => !isAway || line !== '<file-truncated ?>');
    expect(told).toEqual(numbered(MANY));
  });

  it('bring every line in order over a restart in the middle of reading them', async () => {
    await using at = new Scenario();
    writeFileSync(at.path, 'line 0\n');
    await at.settle();
    for (let i = 1; i < MANY; i++) {
      appendFileSync(at.path, `line ${i}\n`);
      if (i < MANY - 1) rotate(at.path);
    }
    for (let looks = 0; looks < MANY; looks++) {
      await at.tailer.turn();
      await at.whileAway(() => undefined);
      await at.wait(500);
    }
    expect(await at.told()).toEqual(numbered(MANY));
  });
});

describe('two rotations before anybody looks, of which only the last file is kept', () => {
  it.each([
    ['plain', false, false],
    ['compressed', true, false],
    ['its descriptor given back', false, true],
  ])('bring every line of it, though the one before is gone: %s', async (_, compress, isClosed) => {
    await using at = new Scenario();
    writeFileSync(at.path, 'line 0\n');
    await at.settle();
    if (isClosed) await at.tailer.source.closeIdleFiles();
    for (const line of ['line 1', 'line 2']) {
      await clockTicks(at.beside('tick'));
      rotate(at.path, compress);
      rmSync(`${at.path}.2${compress ? '.gz' : ''}`, { force: true });
      appendFileSync(at.path, `${line}\n`);
    }
    for (let looks = 0; looks < 4; looks++) await at.wait(1_000);
    const [first, ...others] = await at.told();
    // Whether the one before had got more lines can't be known where it was not held open.
    if (isClosed) expect(others.shift()).toMatch(/^<file-(replaced|truncated) \?>$/);
    expect([first, ...others]).toEqual(['line 0', 'line 1', 'line 2']);
  });
});

describe('a rotation is told once', () => {
  it('when the new file stands there at once', async () => {
    await using at = new Scenario();
    writeFileSync(at.path, 'line 0\n');
    await at.settle();
    rotate(at.path);
    await at.wait(1_000);
    expect(at.rotated).toEqual(['renamed']);
  });

  it('when nothing stood there for a while', async () => {
    await using at = new Scenario();
    writeFileSync(at.path, 'line 0\n');
    await at.settle();
    renameSync(at.path, `${at.path}.1`);
    await at.wait(1_000);
    expect(at.rotated).toEqual([]);
    writeFileSync(at.path, 'line 1\n');
    await at.wait(1_000);
    await at.wait(1_000);
    expect(at.rotated).toEqual(['renamed']);
  });
});

describe('a writer that opens its log anew some time after the rotation', () => {
  it('has late lines, which come before those of the new file', async () => {
    await using at = new Scenario();
    const fd = openSync(at.path, 'a');
    writeSync(fd, 'line 0\n');
    await at.settle();
    rotate(at.path);
    await at.wait(1);
    writeSync(fd, 'line 1\n');
    closeSync(fd);
    appendFileSync(at.path, 'line 2\n');
    await at.settle();
    expect(await at.told()).toEqual(numbered(3));
  });

  it('and does so just after the old file was read to its end', async () => {
    await using at = new Scenario();
    const fd = openSync(at.path, 'a');
    writeSync(fd, 'line 0\n');
    await at.settle();
    rotate(at.path);
    appendFileSync(at.path, 'line 1, of another writer\n');
    using interruption = await afterTakingLines(at.path, () => {
      writeSync(fd, 'line 2\n');
      closeSync(fd);
      appendFileSync(at.path, 'line 3\n');
    });
    await at.settle();
    expect(interruption.happened).toBe(true);
    expect(await at.told()).toEqual(['line 0', 'line 1, of another writer', 'line 2', 'line 3']);
  });
});

/** Makes something happen right after the next read that would take lines, and before any other one. */
async function afterTakingLines(
  path: string,
  happens: () => void,
): Promise<Disposable & { readonly happened: boolean }> {
  await using handle = await open(path);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  const original: unknown = Reflect.get(prototype, 'read');
  if (typeof original !== 'function') throw new Error('file handles have no method read');
  let happened = false;
  const read = vi.spyOn(prototype, 'read').mockImplementation(async function (this: FileHandle, ...args: unknown[]) {
    const answer: unknown = await Reflect.apply(original, this, args);
    // What only compares reads less.
    if (happened || Number(args[2]) < 64 * 1024) return answer as never;
    happened = true;
    happens();
    return answer as never;
  });
  return {
    get happened() {
      return happened;
    },
    [Symbol.dispose]: () => {
      read.mockRestore();
    },
  };
}
