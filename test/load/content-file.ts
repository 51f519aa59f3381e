import { closeSync, openSync, writeSync } from 'node:fs';

const LINES_A_WRITE = 10_000;

/** Writes a file that repeats one line, cut or filled up to so many bytes with its newline. `lines`: a multiple of 10,000. */
export function writeContent(path: string, line: string, lineBytes: number, lines: number): void {
  const bytes = Buffer.from(`${line.slice(0, lineBytes - 1).padEnd(lineBytes - 1)}\n`.repeat(LINES_A_WRITE));
  const file = openSync(path, 'w');
  for (let written = 0; written < lines; written += LINES_A_WRITE) writeSync(file, bytes);
  closeSync(file);
}

/** Lines as logs have them. */
export const LINES = {
  plain: '2025-11-20 06:49:01 INFO  request 4711 served in 12 ms to 192.0.2.17 by worker 3, 5120 bytes, 200 OK',
  JSON: JSON.stringify({
    time: '2025-11-20T06:49:01Z',
    level: 'info',
    msg: 'request served',
    ms: 12,
    client: '192.0.2.1',
  }),
} as const;
