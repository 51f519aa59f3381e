import { BrokerError } from './broker-error.js';

/** How much history a channel keeps. What goes, goes in whole batches and from the old end. */
export interface Retention {
  /** The promised number of records, counted across epochs: never fewer, at most one batch more. 1 or more. */
  readonly retainLines: number;
  /** Bytes of payload and of what an adapter needs to keep it; wins over `retainLines`. 1 or more. */
  readonly retainBytes: number;
  /** Batches older than this many milliseconds go, whatever `retainLines` says; absent: none is too old. 1 or more. */
  readonly retainAge?: number;
}

export const DEFAULT_RETAIN_LINES = 100_000;

/** 256 MiB. */
export const DEFAULT_RETAIN_BYTES = 256 * 1024 * 1024;

/** A `BrokerError` (`invalid`) where a bound is less than 1 or no number. */
export function checkRetention({ retainLines, retainBytes, retainAge = Infinity }: Retention): void {
  for (const [name, value] of Object.entries({ retainLines, retainBytes, retainAge })) {
    if (!(value >= 1)) throw new BrokerError('invalid', `${name} must be 1 or more, not ${value}`);
  }
}
