import type { ChannelName, NoticeKind } from '@tailgate/protocol';

/** What following reports, for logs and metrics. Called synchronously; must not throw. */
export interface TailingObserver {
  /** A path that a template names has a file, or had one when it was followed before. */
  sourceFound(source: SourceName): void;
  /** Following ended: the file has been gone for long. */
  sourceForgotten(source: SourceName): void;
  /** The path can't be followed for now (missing folder, permission, not a file, …); tried again. Said once until it changes. */
  trouble(path: string, message: string): void;
  /** `trouble` at this path is over. */
  recovered(path: string): void;
  /** A batch was appended: `records` of `bytes` in the file, `seconds` after the append was begun. */
  appended(source: SourceName, records: number, bytes: number, seconds: number): void;
  /** The broker holds another checkpoint than expected: somebody else appended, or it has forgotten some. Reading goes on from there. */
  conflict(source: SourceName): void;
  /** The broker had forgotten so many batches with so many records, and has them again, under the positions that they had. */
  putBack(source: SourceName, records: number, batches: number): void;
  /** The broker refused or is away; the same batch is tried again. */
  appendFailed(source: SourceName, error: unknown): void;
  /** A notice was put into the channel. */
  noticed(source: SourceName, notice: NoticeKind): void;
  /** Another file stands at the path, or the file was cut. */
  rotated(source: SourceName, how: 'renamed' | 'truncated'): void;
  /** Another tailer has the lease now, which this one did not give back: it was paused, or the broker was away or forgot. */
  leaseLost(lease: string): void;
}

export interface SourceName {
  readonly channel: ChannelName;
  /** The followed path: absolute, as the template spells it. */
  readonly path: string;
  /** What the broker knows it by: the path, behind the host's name and a colon where hosts have files of their own. */
  readonly id: string;
}

/** Hears nothing. */
export const NO_OBSERVER: TailingObserver = {
  sourceFound: () => undefined,
  sourceForgotten: () => undefined,
  trouble: () => undefined,
  recovered: () => undefined,
  appended: () => undefined,
  conflict: () => undefined,
  putBack: () => undefined,
  appendFailed: () => undefined,
  noticed: () => undefined,
  rotated: () => undefined,
  leaseLost: () => undefined,
};
