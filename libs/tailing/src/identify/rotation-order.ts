import { basename, dirname, join } from 'node:path';
import type { FileKey } from './fingerprint.js';
import { isCompressed, type Sibling } from './siblings.js';

const NUMBERED = 'number';

/**
 * The files that stood at `path` between the one that is now `old` and the one that stands there now, oldest first: rotated more
 * than once before anybody looked. They are told by logrotate's names: `app.log.1`, `app.log-20261120`, each also with `.gz`; by the
 * kubelet's, `0.log.20261120-120000`; and by numbers that grow, as log4j2 gives them, where the times agree: those that logrotate has numbered higher are older.
 */
export function rotatedAfter(
  path: string,
  siblings: readonly Sibling[],
  old: Sibling,
  known: ReadonlySet<FileKey>,
): Sibling[] {
  const oldRank = rank(path, old);
  if (oldRank === undefined) return [];
  const names = new Set(siblings.map((sibling) => sibling.path));
  const others = siblings
    .flatMap((sibling) => {
      // While a file is compressed, it stands beside what it becomes.
      const age = isBeingCompressed(sibling.path, names) ? undefined : rank(path, sibling);
      return age?.kind === oldRank.kind && !known.has(sibling.key) ? [{ sibling, order: age.order }] : [];
    })
    .sort((a, b) => a.order - b.order);
  const newer = others.filter(({ sibling, order }) => order > oldRank.order && cameAfter(sibling, old));
  if (newer.length > 0 || oldRank.kind !== NUMBERED) return newer.map(({ sibling }) => sibling);
  return others
    .filter(({ sibling, order }) => order < oldRank.order && sibling.modified > old.modified && sibling.born > old.born)
    .map(({ sibling }) => sibling)
    .reverse();
}

/**
 * As `rotatedAfter`, where nothing is left of the old one: by the times alone, so that what was last written to before it is left
 * out, and so is a copy of it.
 */
export function rotatedSince(
  path: string,
  siblings: readonly Sibling[],
  old: Pick<Sibling, 'modified' | 'born'>,
  known: ReadonlySet<FileKey>,
): Sibling[] {
  const names = new Set(siblings.map((sibling) => sibling.path));
  return siblings
    .filter((sibling) => {
      if (isBeingCompressed(sibling.path, names) || rank(path, sibling) === undefined) return false;
      return !known.has(sibling.key) && sibling.modified > old.modified && sibling.born > old.born;
    })
    .sort((a, b) => a.modified - b.modified);
}

/** An empty one was written to for the last time when it was made: then lines may still have come to the one before. */
function cameAfter(sibling: Sibling, old: Sibling): boolean {
  return sibling.modified >= old.modified || (sibling.born > old.born && !isCompressed(sibling));
}

function isBeingCompressed(path: string, names: ReadonlySet<string>): boolean {
  return path.endsWith('.gz') && names.has(path.slice(0, -'.gz'.length));
}

/** Whether the sibling's name is one that logrotate gives to what stood at `path`. */
export function bearsRotatedName(path: string, sibling: Sibling): boolean {
  return rank(path, sibling) !== undefined;
}

/** Higher orders are newer; those of two kinds can't be compared. */
function rank(path: string, sibling: Sibling): { readonly kind: string; readonly order: number } | undefined {
  const name = basename(sibling.path);
  if (!name.startsWith(basename(path))) return undefined;
  const [, number, date] =
    /^(?:\.(\d{1,9})|[-.](\d{8}(?:-?\d{2,10})?))(?:\.gz)?$/.exec(name.slice(basename(path).length)) ?? [];
  if (number !== undefined) return { kind: NUMBERED, order: -Number(number) };
  const digits = date?.replaceAll('-', '');
  return digits === undefined ? undefined : { kind: `date${digits.length}`, order: Number(digits) };
}

const ROTATED_SUFFIX = /(?:\.\d{1,9}|[-.]\d{8}(?:-?\d{2,10})?)?(?:\.(?:gz|bz2|xz|zst|lz4))?$/;

function nameBeforeRotation(name: string): string | undefined {
  const original = name.replace(ROTATED_SUFFIX, '');
  return original === name || original === '' ? undefined : original;
}

/** The path that a rotated or compressed file had before, or `undefined` where it doesn't look like one. */
export function pathBeforeRotation(path: string): string | undefined {
  const original = nameBeforeRotation(basename(path));
  return original === undefined ? undefined : join(dirname(path), original);
}

/** Whether it was compressed, so that its lines can't be followed. */
export function looksCompressed(name: string): boolean {
  return /\.(?:gz|bz2|xz|zst|lz4|zip)$/.test(name);
}
