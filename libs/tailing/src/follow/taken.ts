import type { FollowedFile } from './followed-file.js';

/** What a read has taken of a source's files. */
export interface Taken {
  readonly bytes: number;
  /** When the first of them had come, as far as is known: milliseconds since the Unix epoch. */
  readonly since: number | undefined;
}

/** To be called before a read; what it answers, after it. Files that were let go of meanwhile count too. */
export function watchTaking(files: readonly FollowedFile[]): () => Taken {
  const before = files.map((file) => ({ file, offset: file.offset, since: file.waitsSince }));
  return () => {
    const taken = before.filter(({ file, offset }) => file.offset > offset);
    return {
      bytes: taken.reduce((sum, { file, offset }) => sum + file.offset - offset, 0),
      since: earliest(taken.map(({ since }) => since)),
    };
  };
}

/** `undefined` where none of them is known. */
export function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
