// Stands in for @tailgate/tailing until it lands.
import type { ChannelName, NoticeKind } from '@tailgate/protocol';

export interface LogTemplate {
  readonly text: string;
}

export function parseLogTemplate(text: string): LogTemplate {
  if (!text.includes('{name}') && !text.includes('='))
    throw new Error(`"${text}" can't be followed: put {name} into the path`);
  return { text };
}

export interface TailingOptions {
  readonly templates: readonly LogTemplate[];
  readonly maxLineBytes: number;
  readonly lineFormat?: 'auto' | 'raw' | 'cri' | 'docker';
  readonly joinStackTraces?: boolean;
}

export interface SourceName {
  readonly channel: ChannelName;
  readonly path: string;
}

export interface TailingObserver {
  sourceFound(source: SourceName): void;
  sourceForgotten(source: SourceName): void;
  trouble(path: string, message: string): void;
  recovered(path: string): void;
  appended(source: SourceName, records: number, bytes: number, seconds: number): void;
  conflict(source: SourceName): void;
  appendFailed(source: SourceName, error: unknown): void;
  noticed(source: SourceName, notice: NoticeKind): void;
  rotated(source: SourceName, how: 'renamed' | 'truncated'): void;
}
