import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { describeMachine } from '../machine.ts';
import { lineChart } from '../report/line-chart.ts';
import type { Axis } from './axis.ts';
import type { UnitCost } from './redis-costs.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/scaling/', import.meta.url));
const FILE = `${FOLDER}growth.json`;

const kept = z.object({ axes: z.record(z.string(), z.unknown()), redis: z.unknown().optional() });

/** What was measured, in docs/scaling: the figures as JSON, and a plot of each axis. */
export class Figures {
  #figures: z.output<typeof kept> & { readonly machine: string };

  private constructor(figures: z.output<typeof kept>) {
    this.#figures = { machine: describeMachine(), ...figures };
  }

  /** With those of earlier runs. */
  static kept(): Figures {
    const before: unknown = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : { axes: {} };
    return new Figures(kept.parse(before));
  }

  keepAxis(axis: Axis): void {
    this.#figures = { ...this.#figures, axes: { ...this.#figures.axes, [axis.name]: axis } };
    this.#write();
    writeFileSync(`${FOLDER}${axis.name}.svg`, plotOf(axis));
  }

  keepRedis(costs: readonly UnitCost[]): void {
    this.#figures = { ...this.#figures, redis: costs };
    this.#write();
  }

  #write(): void {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(FILE, `${JSON.stringify(this.#figures, undefined, 2)}\n`);
  }
}

/** On logarithmic axes: what grows in proportion rises by a decade a decade, what stays the same is level. */
function plotOf({ name, of, measures, points }: Axis): string {
  // Shares of cores and lines a second are in the JSON.
  const shown = Object.entries(measures).filter(([, words]) => words.startsWith('µs'));
  return lineChart({
    title: `What grows with the number of ${of}`,
    x: { label: name },
    y: { label: 'µs' },
    series: shown.map(([measure, words], colour) => ({
      name: words,
      colour,
      points: points.map(({ at, values }) => ({ x: at, y: values[measure] ?? NaN })),
    })),
  });
}
