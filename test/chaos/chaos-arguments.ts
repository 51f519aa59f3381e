import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { TOPOLOGIES, type TopologyName } from './topology/topology.ts';

export const USAGE = `npm run chaos -- [options] [SEED…]

  --minutes N       as many rounds as begin within this time, each with a seed of its own (default 10)
  --seed N          this one round; seeds may also stand alone: 7 8 1234
  --seconds N       how long faults come in a round (default 90)
  --every MS        how long it is on average from one to the next (default 1850)
  --topology NAME   ${TOPOLOGIES.join(', ')}; default: what the seed says
  --out FILE        appends a line of JSON a round
  --shrink N        looks for the fewest faults of this seed with which it still fails
  --keep 3,7,12     only these faults of the plan happen`;

/** As many rounds as an hour has, and more. */
const MANY = 10_000;

export interface ChaosArguments {
  readonly seeds: readonly number[];
  readonly minutes: number;
  readonly seconds: number;
  readonly everyMs: number;
  readonly topology: TopologyName | undefined;
  readonly out: string | undefined;
  readonly shrink: boolean;
  readonly keep: ReadonlySet<number> | undefined;
}

/** A string: `help`, or what is wrong. */
export function parseArguments(words: readonly string[]): ChaosArguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        minutes: { type: 'string', default: '10' },
        seconds: { type: 'string', default: '90' },
        every: { type: 'string', default: '1850' },
        seed: { type: 'string', multiple: true, default: [] },
        shrink: { type: 'string' },
        topology: { type: 'string' },
        out: { type: 'string' },
        keep: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    const given = [...positionals, ...values.seed, ...(values.shrink === undefined ? [] : [values.shrink])].map(whole);
    const isEndless = given.length === 0;
    return {
      seeds: isEndless ? ownSeeds() : given,
      minutes: isEndless ? whole(values.minutes) : Infinity,
      seconds: whole(values.seconds),
      everyMs: whole(values.every),
      topology: values.topology === undefined ? undefined : topologyOf(values.topology),
      out: values.out,
      shrink: values.shrink !== undefined,
      keep: values.keep === undefined ? undefined : new Set(values.keep.split(',').map(whole)),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** In turns of the topologies, which are what a seed leaves when it is divided. */
function ownSeeds(): readonly number[] {
  const first = randomInt(1_000_000);
  return Array.from({ length: MANY }, (_, index) => first + index);
}

function whole(text: string): number {
  const number = Number(text);
  if (text === '' || !Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is no whole number`);
  return number;
}

function topologyOf(text: string): TopologyName {
  const found = TOPOLOGIES.find((name) => name === text);
  if (found === undefined) throw new Error(`${text} is none of ${TOPOLOGIES.join(', ')}`);
  return found;
}
