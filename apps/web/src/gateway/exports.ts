import type { ChannelName } from '@tailgate/protocol';
import {
  channelName,
  count,
  Fault,
  list,
  millis,
  nullable,
  object,
  oneOf,
  text,
  type Reader,
} from '@tailgate/protocol/readers';
import { ask, askText } from './ask.js';

export type ExportFormat = 'ndjson' | 'text';

/** PROTOCOL: `POST /api/exports`. Without `since` and `until`: all that the channel has. */
export interface NewExport {
  readonly channel: ChannelName;
  readonly format: ExportFormat;
  /** RFC 3339, or an age such as `1h`; so is `until`. */
  readonly since?: string;
  readonly until?: string;
}

/** A file that the gateway's side makes of a channel. PROTOCOL: `GET /api/exports`. */
export interface ChannelExport {
  readonly id: string;
  readonly channel: ChannelName;
  readonly format: ExportFormat;
  /** Milliseconds since the Unix epoch; `null`: no bound. */
  readonly since: number | null;
  readonly until: number | null;
  readonly state: 'waiting' | 'running' | 'finished' | 'failed';
  /** How much of the history was looked at: 0 to 1. */
  readonly progress: number;
  readonly records: number;
  /** The length of the file, compressed. */
  readonly bytes: number;
  /** Records that were trimmed before they could be looked at. */
  readonly lost: number;
  /** When the file goes: milliseconds since the Unix epoch. */
  readonly expires: number;
  /** Why it has failed. */
  readonly error: string | null;
}

const fraction: Reader<number> = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : new Fault('a number from 0 to 1', value);

const readExport = object<ChannelExport>({
  id: text,
  channel: channelName,
  format: oneOf('ndjson', 'text'),
  since: nullable(millis),
  until: nullable(millis),
  state: oneOf('waiting', 'running', 'finished', 'failed'),
  progress: fraction,
  records: count,
  bytes: count,
  lost: count,
  expires: millis,
  error: nullable(text),
});

const readList = object<{ readonly exports: readonly ChannelExport[] }>({ exports: list(readExport) });

/** Those of channels that the reader may have exported, the newest first. */
export async function listExports(signal: AbortSignal): Promise<readonly ChannelExport[]> {
  return (await ask('api/exports', readList, { signal })).exports;
}

/** Rejects with `forbidden`, `channel_not_found`, and `too_many_requests` where there are as many as there may be. */
export async function startExport(wanted: NewExport): Promise<ChannelExport> {
  return await ask('api/exports', readExport, { method: 'POST', body: wanted });
}

/** Also while it is made. Rejects with `export_not_found`. */
export async function deleteExport(id: string): Promise<void> {
  await askText(exportPath(id), { method: 'DELETE' });
}

/** The address of a finished one's file. */
export function exportFile(id: string): string {
  return `${exportPath(id)}/download`;
}

function exportPath(id: string): string {
  return `api/exports/${encodeURIComponent(id)}`;
}
