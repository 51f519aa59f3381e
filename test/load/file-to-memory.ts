import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseData } from '../support/event-stream.ts';
import { NODE } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { LINES, writeContent } from './content-file.ts';
import type { BenchOptions, Result } from './result.ts';
import { Spread } from './spread.ts';

const PROGRAM = fileURLToPath(new URL('./follow-file.ts', import.meta.url));
const LINE_BYTES = 100;
const GOAL = 150;

/** How fast one growing file is followed into the in-process broker; and how fast `wc -l` reads the same bytes. */
export function fileToMemory({ quick, rounds = quick ? 1 : 3 }: BenchOptions): Result[] {
  const lines = quick ? 200_000 : 5_000_000;
  return Object.entries(LINES).flatMap(([kind, line]) => {
    using folder = new TempFolder();
    const content = folder.join('content');
    writeContent(content, line, LINE_BYTES, lines);
    const ours = Array.from({ length: rounds }, () => follow(content, lines));
    const speed = new Spread(ours.map(({ speed }) => speed));
    const cores = new Spread(ours.map(({ cores }) => cores));
    const peer = new Spread(Array.from({ length: rounds }, () => count(content)));
    return [
      {
        what: `a growing file of ${LINE_BYTES}-byte ${kind} lines to the in-process broker`,
        measured: `${speed.text(megabytes)} MB/s; ${cores.median.toFixed(2)} cores`,
        goal: { text: `>= ${GOAL} MB/s`, isMet: speed.median >= GOAL },
      },
      { what: 'wc -l of the same', measured: `${peer.text(megabytes)} MB/s` },
    ];
  });
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

function megabytes(perSecond: number): string {
  return perSecond.toFixed(0);
}
