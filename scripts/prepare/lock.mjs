import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere } from './stamp.mjs';

const POLL_MS = 200;
const BEAT_MS = 2_000;
/** A holder that has not been heard of for so many polls is gone. Counted, not timed: a machine that slept proves nothing. */
const SILENT_POLLS = 150;

/**
 * Runs `work` while no other process that asks for the same lock does. What a killed holder left behind is cleared away.
 * @template T
 * @param {string} root
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 */
export async function withLock(root, say, work) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const path = join(root, '.cache', 'prepare.lock');
  const mine = `${process.pid} ${hostname()} ${randomUUID()}`;
  await acquire(path, mine, say);
  const beat = setInterval(() => touch(path), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (readIfThere(path) === mine) rmSync(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {string} mine
 * @param {(line: string) => void} say
 */
async function acquire(path, mine, say) {
  let silent = 0;
  let heard = 0;
  for (let polls = 0; !createdNow(path, mine); polls += 1) {
    if (polls === 1) say('another start is installing or building; waiting for it …');
    const holder = readIfThere(path);
    const beat = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    silent = beat === heard ? silent + 1 : 0;
    heard = beat;
    if (holder !== undefined && (hasDied(holder) || silent > SILENT_POLLS)) clear(path, holder);
    await sleep(POLL_MS);
  }
}

/**
 * @param {string} path
 * @param {string} content
 * @returns {boolean} Whether this call has created the file; `false` where it was there.
 */
function createdNow(path, content) {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Whether the holder was a process of this host that is no more. One of another host (or container) is only known by its beats.
 * @param {string} holder
 */
function hasDied(holder) {
  const [pid, host] = holder.split(' ');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/**
 * Removes the lock of a holder that is gone. Of several that have seen it, only the one that creates the marker may, or the second
 * would remove the lock that the first has taken meanwhile.
 * @param {string} path
 * @param {string} holder
 */
function clear(path, holder) {
  const marker = `${path}.${holder.split(' ')[2] ?? 'unfinished'}`;
  if (!createdNow(marker, '')) return;
  if (readIfThere(path) === holder) rmSync(path, { force: true });
  rmSync(marker, { force: true });
}

/** @param {string} path */
function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Cleared away by somebody who took this process for dead; the work goes on and is the same.
  }
}
