import type { Judgement } from '../../support/viewing/judgement.ts';

type WatcherKind = 'http' | 'curl' | 'sdk sse' | 'sdk websocket' | 'chromium';

/** Somebody who looks at one channel from its beginning on, by some program, and comes back whenever a connection is lost. */
export interface Watcher extends AsyncDisposable {
  readonly kind: WatcherKind;
  readonly judgement: Judgement;
  /** How often it was connected. */
  readonly connections: number;
  /** As when a network goes away. */
  cut(): void;
  /** Reads nothing more until the answer is called; `undefined`: this program can't be told to. */
  hold(): (() => void) | undefined;
}
