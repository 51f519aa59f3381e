import type { ToolName } from './tools/compiled-tool.ts';

/** What serves viewers: ours, or a peer. */
export interface System extends AsyncDisposable {
  readonly port: number;
  /** Its processes by what they do; the one that serves viewers is `gateway`. */
  readonly pids: Readonly<Record<string, number>> & { readonly gateway: number };
}

/** How a tool is told where to go: arguments of the program. */
export type ArgumentsOf = Readonly<Record<ToolName, readonly string[]>>;

/** A way through a system: where lines go in, how they come out. */
export interface Way {
  readonly name: string;
  readonly system: System;
  /** Prepares a log that nobody has written to, and says how it is written and read. */
  readonly open: (log: string) => Promise<ArgumentsOf>;
}
