import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseChannel } from '@tailgate/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginningOf, fileKey, type FileKey, type FileMark } from '../identify/fingerprint.js';
import { Claims } from './claims.js';

const channel = parseChannel('host/h5') ?? raise();
const other = parseChannel('host/h6') ?? raise();
const nobodyKeeps = () => false;

let folder: string;
let handle: FileHandle;
let key: FileKey;
let mark: FileMark;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tailgate-claims-'));
  writeFileSync(join(folder, 'app.log'), 'one\ntwo\n');
  handle = await open(join(folder, 'app.log'));
  key = fileKey(await handle.stat({ bigint: true }));
  mark = await beginningOf(key, handle);
});

afterEach(async () => {
  await handle.close();
  rmSync(folder, { recursive: true });
});

function raise(): never {
  throw new Error('no channel');
}

describe('a file of a channel', () => {
  it('is one source’s, until that lets go of it', () => {
    const claims = new Claims();
    const [first, second] = [claims.holder(channel), claims.holder(channel)];
    expect([first.claim(key), first.claim(key), second.claim(key)]).toEqual([true, true, false]);
    expect(claims.holder(other).claim(key), 'in another channel').toBe(true);
    first.keepOnly(new Set([key]));
    expect(second.claim(key)).toBe(false);
    first.keepOnly(new Set());
    expect(second.claim(key)).toBe(true);
  });

  it('is let go of only once all that was read of it is stored, unless it is kept after all', () => {
    const claims = new Claims();
    const [first, second] = [claims.holder(channel), claims.holder(channel)];
    first.claim(key);
    first.leave(mark);
    const stored = first.takeLeaving(nobodyKeeps);
    expect(second.claim(key)).toBe(false);
    first.takeLeaving(nobodyKeeps)();
    expect(second.claim(key)).toBe(false);
    stored();
    expect(second.claim(key)).toBe(true);

    second.leave(mark);
    second.takeLeaving((kept) => kept === key)();
    expect(first.claim(key)).toBe(false);
  });

  it('goes on for the next source where the one before stopped, if it is still that file', async () => {
    const claims = new Claims();
    const [first, second] = [claims.holder(channel), claims.holder(channel)];
    first.claim(key);
    first.leave(mark);
    first.takeLeaving(nobodyKeeps)();
    expect(second.isSurpassed(key, 7)).toBe(true);
    expect(second.isSurpassed(key, 8)).toBe(false);
    expect(await second.followedBefore({ key, handle }, 0)).toMatchObject(mark);
    expect(await second.followedBefore({ key, handle }, 8)).toBeUndefined();
    expect(await claims.holder(other).followedBefore({ key, handle }, 0)).toBeUndefined();
    writeFileSync(join(folder, 'app.log'), 'another\n');
    expect(await second.followedBefore({ key, handle }, 0)).toBeUndefined();
  });

  it('goes on at the furthest mark that is stored of it and that it matches', async () => {
    const holder = new Claims().holder(channel);
    const about = { format: 'cri' as const, notice: undefined, drained: true, continues: [], generation: 3 };
    const furthest = { ...mark, ...about, offset: 100, held: [] };
    const further = { ...mark, ...about, held: [[4, 8] as const] };
    holder.begin(new Map([[key, [furthest, further]]]));
    expect(await holder.followedBefore({ key, handle }, 0)).toMatchObject({ offset: 8, held: [[4, 8]], format: 'cri' });
  });

  it('that another source follows is freshly refused for a while, in which that one stores it', () => {
    const holder = new Claims().holder(channel);
    expect([0, 999, 1_000, 5_000].map((now) => holder.isFreshlyRefused(key, now))).toEqual([true, true, false, false]);
    holder.begin(undefined);
    expect(holder.isFreshlyRefused(key, 5_000)).toBe(true);
  });
});
