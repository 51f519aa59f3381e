import type { LogBroker, TailerSigns } from '@tailgate/broker';
import type { TailingObserver, TailingOptions } from './tailing-package.js';

/** What the gateway needs of a `Tailing`. */
export interface FollowedFiles extends AsyncDisposable {
  /** Begins to follow; resolves after the first scan. */
  start(): Promise<void>;
  /** Stops reading, and waits for what was read to be appended. */
  drain(): Promise<void>;
}

export type CreateTailing = (
  broker: LogBroker,
  signs: TailerSigns,
  options: TailingOptions,
  observer: TailingObserver,
) => FollowedFiles;

export const createTailing: CreateTailing = () => ({
  start: () => Promise.resolve(),
  drain: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
