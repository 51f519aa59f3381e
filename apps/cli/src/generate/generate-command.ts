import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { wholeNumber } from '../shell/arguments.js';
import { Complaint, type Shell } from '../shell/shell.js';
import { logLines } from './log-lines.js';

interface GenerateOptions {
  readonly rate: number;
  readonly lines?: number;
  readonly file?: string;
}

/** How often lines are written: milliseconds. */
const TICK_MS = 20;

/** Lines in one write at most, whatever was missed while the process slept. */
const MOST_AT_ONCE = 10_000;

/** `tailgate generate`: writes a log to follow. */
export function generateCommand(shell: Shell): Command {
  return new Command('generate')
    .description('write a log as a service would: levels, requests, stack traces')
    .option('--rate <lines>', 'lines a second', wholeNumber(1, 1_000_000), 10)
    .option(
      '--lines <count>',
      'end after so many; else it goes on until it is interrupted',
      wholeNumber(1, 1_000_000_000),
    )
    .option('--file <path>', 'append to this file, which is made with its folder where there is none; default: stdout')
    .action((options: GenerateOptions) => generate(options, shell));
}

async function generate({ rate, lines = Infinity, file }: GenerateOptions, shell: Shell): Promise<void> {
  if (file === undefined) {
    await write(shell.stdout, rate, lines, shell.interrupted);
    return;
  }
  try {
    await mkdir(dirname(file), { recursive: true });
    const output = createWriteStream(file, { flags: 'a' });
    await once(output, 'open');
    await write(output, rate, lines, shell.interrupted);
    output.end();
    await once(output, 'close');
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new Complaint(`${file}: ${error.message}`);
    throw error;
  }
}

/** Writes what is due, a bit at a time: exactly `lines` in all. An event is never left without its stack but by that bound. */
async function write(output: Writable, rate: number, lines: number, interrupted: AbortSignal): Promise<void> {
  const begun = performance.now();
  let waiting: string[] = [];
  for (let written = 0; written < lines && !interrupted.aborted;) {
    const due = Math.min(lines, Math.ceil(((performance.now() - begun) / 1_000) * rate));
    const count = Math.min(due - written, MOST_AT_ONCE);
    while (waiting.length < count) waiting.push(...logLines(Date.now(), Math.random));
    const text = waiting.slice(0, count).map((line) => `${line}\n`);
    waiting = waiting.slice(count);
    written += count;
    if (text.length > 0 && !output.write(text.join(''))) await once(output, 'drain');
    await setTimeout(TICK_MS, undefined, { signal: interrupted }).catch(() => undefined);
  }
}
