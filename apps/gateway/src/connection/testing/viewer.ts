import type { ClosingReason } from '@tailgate/protocol';
import type { StreamServer } from '../../stream/testing/stream-server.js';

/** What a viewer asks for, over whichever transport. */
export interface Asked {
  readonly after?: string;
  readonly tail?: number;
  readonly since?: string;
  readonly grep?: string;
}

/** What a viewer of `host/h5` was told, whatever its transport. */
export interface Viewer extends Disposable {
  /** The records, in order. */
  readonly records: readonly { readonly id: string; readonly line: string; readonly hash?: string }[];
  readonly gaps: readonly unknown[];
  readonly states: readonly string[];
  /** How often it was told that it is live. */
  readonly lives: number;
  /** Where it began. */
  readonly begun: string | undefined;
  /** Why it was sent away. */
  readonly closing: string | undefined;
  readonly isClosed: boolean;
  /** Of transports that have such a thing. */
  readonly closeCode: number | undefined;
  /** Stops and goes on to take what comes. */
  stopReading(): void;
  readOn(): void;
}

/** A way to view. */
export interface Transport {
  readonly name: string;
  /** The code that goes with a reason. */
  readonly codes: Readonly<Partial<Record<ClosingReason, number>>>;
  open(server: StreamServer, asked?: Asked): Promise<Viewer>;
}
