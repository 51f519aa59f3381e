import type { LogEntry } from '@tailgate/client';
import { parseChannel, type ChannelName } from '@tailgate/protocol';

function channel(name: string): ChannelName {
  const parsed = parseChannel(name);
  if (parsed === undefined) throw new Error(`${name} is no channel`);
  return parsed;
}

export const WEB = channel('deployment/web');

/** The record that stands at `<epoch>-<seq>`. */
export function logEntry(seq: number, { line = `line ${seq}`, epoch = 1, of = WEB } = {}): LogEntry {
  return { type: 'log', channel: of, position: `${epoch}-${seq}`, line, time: 1_763_612_345_000 + seq };
}

/** The records from one number to another, both included. */
export function logEntries(from: number, to: number): LogEntry[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => logEntry(from + i));
}
