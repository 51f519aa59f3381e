import { parseArgs } from 'node:util';
import type { BenchOptions } from './result.ts';

export interface BenchArguments {
  /** Which benchmarks. */
  readonly names: readonly string[];
  /** Whether the figures are kept. */
  readonly save: boolean;
  readonly options: BenchOptions;
}

/** What the command line asks for; a sentence where it can't be done. */
export function parseBenchArguments(args: readonly string[], known: readonly string[]): BenchArguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        row: { type: 'string', multiple: true },
        system: { type: 'string', multiple: true },
      },
    });
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) return `There is no benchmark ${unknown}; these are: ${known.join(', ')}`;
    const { quick, full, save, rounds, row: rows, system: systems } = values;
    if (rounds !== undefined && !/^[1-9]\d?$/.test(rounds)) return `--rounds is ${rounds}; allowed are 1 to 99`;
    if (save && (quick || rows || systems)) return '--save keeps whole runs: not with --quick, --row or --system';
    const options = {
      quick,
      full,
      ...(rounds !== undefined && { rounds: Number(rounds) }),
      ...(rows && { rows }),
      ...(systems && { systems }),
    };
    return { names: positionals.length === 0 ? known : positionals, save, options };
  } catch (error) {
    // What parseArgs finds wrong, it says in a sentence.
    return error instanceof Error ? error.message : String(error);
  }
}
