import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseChannel, type ChannelName } from '@tailgate/protocol';
import { parseLogTemplate } from '@tailgate/tailing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobRun } from '../queue/job-queue.js';
import type { DeploymentPlan, DeploymentProgress } from './deployment-queue.js';
import { deploymentWriter, type WriterClock } from './deployment-writer.js';
import { isDemoLine } from './demo-lines.js';

const CHANNEL: ChannelName = parseChannel('deployment/shop') ?? expect.fail('a channel');
const LINES = 40;

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deployments-'));
  path = join(folder, 'shop.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A worker's turn, which is told to stop after so many lines. */
class Turn implements JobRun<DeploymentPlan, DeploymentProgress> {
  readonly id = 'shop';
  readonly data = { channel: CHANNEL, lines: LINES, intervalMs: 1 };
  readonly #stop = new AbortController();
  reports: DeploymentProgress[] = [];

  constructor(
    readonly progress: DeploymentProgress | undefined,
    private left = Infinity,
  ) {}

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  report = (progress: DeploymentProgress): Promise<void> => {
    this.reports.push(progress);
    return Promise.resolve();
  };

  run(template = join(folder, '{name}.log'), clock: Partial<WriterClock> = {}): Promise<void> {
    const pause = async () => {
      await setTimeout(0);
      this.left -= 1;
      if (this.left <= 0) this.#stop.abort();
      this.signal.throwIfAborted();
    };
    return deploymentWriter([parseLogTemplate(template)], { now: () => Date.now(), pause, ...clock })(this);
  }
}

function expectWhole(): void {
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line, index) => isDemoLine(line, index + 1, LINES))).toEqual(Array<boolean>(LINES).fill(true));
}

describe('the writer of a deployment', () => {
  it('writes all its lines, and says how far it is', async () => {
    const turn = new Turn(undefined);
    await turn.run();
    expectWhole();
    expect(turn.reports).toEqual([
      { path, isMade: false, written: 0 },
      { path, isMade: true, written: 0 },
      { path, isMade: true, written: LINES },
    ]);
  });

  it('goes on where the file ends, however often it is stopped, and whatever was reported', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ left: fc.nat(12), cut: fc.nat(30) }), { maxLength: 6 }), async (stops) => {
        rmSync(path, { force: true });
        let progress: DeploymentProgress | undefined;
        for (const { left, cut } of stops) {
          const turn = new Turn(progress, left);
          await turn.run().catch(() => undefined);
          progress = turn.reports.at(-1) ?? progress;
          // A disk that was full in the middle of a line.
          const { length } = readFileSync(path);
          const whole = readFileSync(path, 'latin1').trimEnd().lastIndexOf('\n') + 1;
          truncateSync(path, Math.max(whole, length - cut));
        }
        await new Turn(progress).run();
        expectWhole();
      }),
      { numRuns: 30 },
    );
  });

  it('goes on with a file that was made by a worker that died before it could say so', async () => {
    await new Turn(undefined, 3).run().catch(() => undefined);
    await new Turn({ path, isMade: false, written: 0 }).run();
    expectWhole();
  });

  it("leaves somebody's file alone", async () => {
    writeFileSync(path, 'theirs\n');
    const taken = { code: 'deployment_exists' };
    await expect(new Turn(undefined).run()).rejects.toMatchObject(taken);
    for (const isMade of [false, true])
      await expect(new Turn({ path, isMade, written: 0 }).run()).rejects.toMatchObject(taken);
    expect(readFileSync(path, 'utf8')).toBe('theirs\n');
  });

  it('begins no second file where the first one is gone, or would be elsewhere', async () => {
    const stopped = new Turn(undefined, 3);
    await stopped.run().catch(() => undefined);
    const next = () => new Turn(stopped.reports.at(-1));
    await expect(next().run(join(folder, 'other-{name}.log'))).rejects.toMatchObject({ code: 'elsewhere' });
    await expect(next().run(join(folder, '{name}.log=host/{name}'))).rejects.toMatchObject({ code: 'elsewhere' });
    unlinkSync(path);
    await expect(next().run()).rejects.toMatchObject({ code: 'gone' });
  });

  it('gives way to another writer', async () => {
    const turn = new Turn(undefined);
    const pause = () => {
      appendFileSync(path, 'of another\n');
      return Promise.resolve();
    };
    await expect(turn.run(undefined, { pause })).rejects.toThrow('another writer');
    expect(readFileSync(path, 'utf8').split('\n').slice(1)).toEqual(['of another', '']);
  });

  it('says that its file can not be written', async () => {
    writeFileSync(path, '');
    await expect(new Turn(undefined).run(join(path, '{name}.log'))).rejects.toMatchObject({ code: 'unwritable' });
  });

  it('is not held up by a queue that is away', async () => {
    let time = Date.now();
    const turn = new Turn(undefined);
    const { report } = turn;
    turn.report = (progress) =>
      turn.reports.length === 2 && progress.written < LINES ? new Promise(() => undefined) : report(progress);
    await turn.run(undefined, { now: () => (time += 600) });
    expectWhole();
  });
});
