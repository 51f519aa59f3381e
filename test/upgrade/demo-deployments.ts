import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { until } from '../support/until.ts';

const LINES = 100;
const INTERVAL_MS = 100;

/** On a busy machine, with a worker's lock to run out. */
const PATIENCE_MS = 90_000;

const listed = z.object({ deployments: z.array(z.object({ id: z.string(), state: z.string() })) });
/** A channel that is not there yet has none. */
const page = z.object({ records: z.array(z.object({ line: z.string() })) }).catch({ records: [] });

/** Jobs that go on while processes are replaced: one version's gateway asks for them, and tailers of both write them. */
export class DemoDeployments {
  readonly #gateway: string;
  readonly #logs: string;
  readonly #names: string[] = [];

  /** `gateway`: whichever is at this address. `logs`: where tailers write what they follow. */
  constructor(gateway: string, logs: string) {
    this.#gateway = gateway;
    this.#logs = logs;
  }

  async begin(name: string): Promise<void> {
    const answer = await fetch(`${this.#gateway}/api/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, lines: LINES, intervalMs: INTERVAL_MS }),
    });
    if (answer.status !== 201) throw new Error(`${name} is answered with ${answer.status}: ${await answer.text()}`);
    this.#names.push(name);
  }

  /** Waits until all are finished, and read. Answers what is wrong with them. */
  async settle(): Promise<readonly string[]> {
    const problems = await Promise.all(this.#names.map((name) => this.#settle(name)));
    return problems.flat();
  }

  async #settle(name: string): Promise<readonly string[]> {
    let state = '';
    let lines: readonly string[] = [];
    const isDone = async (): Promise<boolean> => {
      const { deployments } = listed.parse(await this.#get('/api/deployments'));
      state = deployments.find(({ id }) => id === name)?.state ?? 'not listed';
      const { records } = page.parse(await this.#get(`/api/channels/deployment/${name}/records?limit=1000`));
      lines = records.map(({ line }) => line);
      return state === 'finished' && lines.length >= LINES;
    };
    const explain = (): string => `deployment ${name} is ${state}, with ${lines.length} of ${LINES} lines`;
    const late = await until(isDone, explain, PATIENCE_MS).then(
      () => [],
      (error: unknown) => [String(error)],
    );
    const written = readFileSync(join(this.#logs, `${name}.log`), 'utf8');
    const isWhole = written === lines.map((line) => `${line}\n`).join('') && lines.length === LINES;
    return isWhole ? late : [...late, `deployment ${name} has ${lines.length} lines, other than those of its file`];
  }

  async #get(path: string): Promise<unknown> {
    return await (await fetch(this.#gateway + path)).json();
  }
}
