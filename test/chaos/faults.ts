import { setTimeout } from 'node:timers/promises';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { until } from '../support/until.ts';
import type { Fleet } from './fleet.ts';
import { TAILERS, type Fault, type PlannedFault } from './plan.ts';
import type { Random } from '../support/viewing/random.ts';
import type { Viewer } from '../support/viewing/viewer.ts';
import type { Writer } from './writer.ts';

/** How long a file that is to be truncated waits for its lines to be appended. */
const TRUNCATE_WAIT_MS = 8_000;

export interface Stage {
  readonly fleet: Fleet;
  readonly writer: Writer;
  readonly viewers: readonly Viewer[];
  readonly random: Random;
}

/** Makes what was planned happen, and counts it. What can't happen (a process that is down already) is left out. */
export class Faults {
  /** How many there were of each kind. */
  readonly counts = new Map<string, number>();
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Resolves when all is over, or was broken off, and all that was killed, paused or halted runs again. */
  async run(plan: readonly PlannedFault[], signal: AbortSignal): Promise<void> {
    const begun = performance.now();
    const under: Promise<void>[] = [];
    for (const { at, fault } of plan) {
      await setTimeout(Math.max(0, begun + at - performance.now()));
      if (signal.aborted) break;
      under.push(this.#inflict(fault));
    }
    await Promise.all(under);
    await this.#stage.fleet.ready();
  }

  async #inflict(fault: Fault): Promise<void> {
    const { fleet, viewers, random } = this.#stage;
    switch (fault.kind) {
      case 'kill':
        await this.#kill(fault);
        break;
      case 'pause':
        await this.#pause(fault);
        break;
      case 'kill all tailers':
        await Promise.all(TAILERS.map((member) => this.#kill({ kind: 'kill', member, downMs: fault.downMs })));
        break;
      case 'restart redis':
        await this.#restartRedis(fault);
        break;
      case 'forget':
        await this.#forget(fault);
        break;
      case 'cut':
        this.#count(fault.kind);
        fleet.member(fault.member).link.cut();
        break;
      case 'silence':
        this.#count(fault.kind);
        fleet.member(fault.member).link.silence();
        break;
      case 'lose answer':
        fleet
          .member(fault.member)
          .link.loseReply('evalsha')
          .then(
            () => this.#count(fault.kind),
            () => undefined,
          );
        break;
      case 'client kill':
        if (!fleet.redisIsUp) break;
        this.#count(fault.kind);
        await fleet.redis.admin.call('CLIENT', 'KILL', 'TYPE', fault.sort).catch(() => undefined);
        break;
      case 'cut viewers':
        this.#count(fault.kind);
        for (const viewer of viewers) if (random.chance(fault.share)) viewer.cut();
        break;
      case 'rename':
        this.#rename(fault);
        break;
      case 'copy and truncate':
        await this.#copyAndTruncate(fault);
        break;
    }
  }

  async #kill({ kind, member: name, downMs }: Fault & { kind: 'kill' }): Promise<void> {
    const member = this.#stage.fleet.member(name);
    if (member.state === 'down') return;
    this.#count(`${kind} ${name.slice(0, -2)}${member.state === 'paused' ? ' while paused' : ''}`);
    await member.kill();
    await setTimeout(downMs);
    member.start();
  }

  async #pause({ kind, member: name, forMs }: Fault & { kind: 'pause' }): Promise<void> {
    const member = this.#stage.fleet.member(name);
    if (member.state !== 'running') return;
    this.#count(`${kind} ${name.slice(0, -2)}`);
    const resume = member.pause();
    await setTimeout(forMs);
    resume();
  }

  async #restartRedis({ kind, signal, downMs }: Fault & { kind: 'restart redis' }): Promise<void> {
    await this.#withoutRedis(`${kind} with ${signal}`, async (redis) => {
      await (signal === 'SIGKILL' ? redis.kill() : redis.stop());
      await setTimeout(downMs);
      await redis.start();
    });
  }

  async #forget({ kind, lastMs, downMs }: Fault & { kind: 'forget' }): Promise<void> {
    await this.#withoutRedis(`${kind} the last moments`, async (redis) => {
      const saved = await redis.copyData();
      await setTimeout(lastMs);
      await redis.kill();
      await setTimeout(downMs);
      await redis.restartFrom(saved);
    });
  }

  async #withoutRedis(what: string, restart: (redis: RedisServer) => Promise<void>): Promise<void> {
    const { fleet } = this.#stage;
    if (!fleet.redisIsUp) return;
    fleet.redisIsUp = false;
    this.#count(what);
    await restart(fleet.redis);
    fleet.redisIsUp = true;
  }

  #rename({ kind, file: index, times }: Fault & { kind: 'rename' }): void {
    const { writer, random } = this.#stage;
    const file = writer.files[index];
    if (file === undefined || writer.held.has(file)) return;
    // Where numbers grow the times of the files tell their order, which those of one moment can't.
    if (file.numbersGrow && times > 1) return;
    for (let time = 0; time < times; time += 1) {
      file.rename(random.between(0, 3));
      file.write(random.between(1, 3));
    }
    this.#count(times > 1 ? `${kind} ${times} times` : kind);
  }

  /** Once all that was written is with a viewer: what is truncated before that can't be promised. */
  async #copyAndTruncate({ kind, file: index }: Fault & { kind: 'copy and truncate' }): Promise<void> {
    const { writer, viewers } = this.#stage;
    const file = writer.files[index];
    // Who numbers that way renames.
    if (file === undefined || writer.held.has(file) || file.numbersGrow) return;
    writer.held.add(file);
    file.finishLine();
    const { channel, lastLine } = file;
    const seen = () =>
      viewers.some(({ judgement }) => judgement.channel === channel && judgement.lastLine === lastLine);
    try {
      await until(seen, () => `all of ${channel} is there`, TRUNCATE_WAIT_MS);
      file.copyAndTruncate();
      this.#count(kind);
    } catch {
      this.#count(`lines too late to ${kind}`);
    } finally {
      writer.held.delete(file);
    }
  }

  #count(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}
