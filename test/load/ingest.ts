import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseData } from '../support/event-stream.ts';
import { NODE } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import type { BenchOptions, Result } from './result.ts';

const PROGRAM = fileURLToPath(new URL('./follow-file.ts', import.meta.url));
const LINE_BYTES = 100;
const LINES_A_WRITE = 100_000;
const RUNS = 3;
const GOAL = 150;

const LINES = {
  plain: '2025-11-20 06:49:01 INFO  request 4711 served in 12 ms to 192.0.2.17 by worker 3, 5120 bytes, 200 OK',
  JSON: JSON.stringify({
    time: '2025-11-20T06:49:01Z',
    level: 'info',
    msg: 'request served',
    ms: 12,
    client: '192.0.2.1',
  }),
} as const;

/** How fast one growing file is followed into the in-process broker; and how fast `wc -l` reads the same bytes. */
export function ingest({ quick }: BenchOptions): Result[] {
  const writes = quick ? 5 : 50;
  return Object.entries(LINES).flatMap(([kind, line]) => {
    using folder = new TempFolder();
    const content = folder.join('content');
    writeContent(content, line.slice(0, LINE_BYTES - 1).padEnd(LINE_BYTES - 1), writes);
    const ours = Array.from({ length: RUNS }, () => follow(content, writes * LINES_A_WRITE));
    const speed = median(ours.map(({ speed }) => speed));
    const cores = median(ours.map(({ cores }) => cores));
    console.log(`${kind} lines: ${ours.map((run) => `${run.speed.toFixed(0)} MB/s`).join(', ')}\n`);
    const what = `following a growing file of ${LINE_BYTES}-byte ${kind} lines`;
    const measured = `${speed.toFixed(0)} MB/s (${cores.toFixed(2)} cores)`;
    const peer = median(Array.from({ length: RUNS }, () => count(content)));
    return [
      { what, measured, goal: { text: `>= ${GOAL} MB/s`, isMet: speed >= GOAL } },
      { what: 'wc -l of the same', measured: `${peer.toFixed(0)} MB/s` },
    ];
  });
}

function writeContent(path: string, line: string, writes: number): void {
  const bytes = Buffer.from(`${line}\n`.repeat(LINES_A_WRITE));
  const file = openSync(path, 'w');
  for (let i = 0; i < writes; i += 1) writeSync(file, bytes);
  closeSync(file);
}

/** Each run is a process of its own: none finds the compiler warm. */
function follow(content: string, lines: number): { readonly speed: number; readonly cores: number } {
  const text = execFileSync(NODE, [PROGRAM, content, String(lines)], { encoding: 'utf8' });
  const { megabytesPerSecond, cores } = parseData(text);
  return { speed: Number(megabytesPerSecond), cores: Number(cores) };
}

function count(path: string): number {
  const begun = performance.now();
  const [lines] = execFileSync('wc', ['-l', path], { encoding: 'utf8' }).split(' ');
  const seconds = (performance.now() - begun) / 1_000;
  return (Number(lines) * LINE_BYTES) / 1e6 / seconds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
