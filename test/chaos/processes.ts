import { readdirSync } from 'node:fs';
import { residentBytes } from '../support/resident-bytes.ts';
import type { Fleet } from './fleet.ts';
import { roleOf, type Role } from './member-name.ts';

const SAMPLE_MS = 500;

/** What a process may have in the worst moment of a round: MiB. A Node that does nothing has about 90. */
const MOST_MEBIBYTES: Readonly<Record<Role, number>> = { tailer: 320, gateway: 320 };

/** How many files, sockets included, may be open once nothing goes wrong any more. */
const MOST_OPEN: Readonly<Record<Role, number>> = { tailer: 200, gateway: 150 };

/** What the processes of one role took at most. */
export interface Taken {
  readonly role: Role;
  readonly mebibytes: number;
  /** Open files in the worst moment, and when all was calm again. */
  readonly openMost: number;
  readonly openCalm: number;
  /** The longest time for which the event loop stood still when all was calm: milliseconds; `null` where nobody told. */
  readonly stallMs: number | null;
}

/** Looks at the processes all the while. */
export class Processes implements Disposable {
  readonly #fleet: Fleet;
  readonly #timer: NodeJS.Timeout;
  readonly #bytes = new Map<Role, number>();
  readonly #open = new Map<Role, number>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#timer = setInterval(() => this.#look(), SAMPLE_MS);
  }

  /** Stalls count from now on: whoever was stopped has stalled. */
  async calm(): Promise<void> {
    await Promise.all(this.#fleet.members.map(({ metricsUrl }) => longestStall(metricsUrl)));
  }

  async taken(): Promise<readonly Taken[]> {
    this.#look();
    return await Promise.all((['tailer', 'gateway'] as const).map((role) => this.#takenBy(role)));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #takenBy(role: Role): Promise<Taken> {
    const members = this.#fleet.members.filter(({ name }) => roleOf(name) === role);
    const stalls = await Promise.all(members.map(({ metricsUrl }) => longestStall(metricsUrl)));
    const told = stalls.filter((stall) => stall !== undefined);
    return {
      role,
      mebibytes: Math.round((this.#bytes.get(role) ?? 0) / 2 ** 20),
      openMost: this.#open.get(role) ?? 0,
      openCalm: Math.max(0, ...members.map(({ pid }) => openFiles(pid))),
      stallMs: told.length > 0 ? Math.round(Math.max(...told)) : null,
    };
  }

  #look(): void {
    for (const { name, pid } of this.#fleet.members) {
      const role = roleOf(name);
      this.#bytes.set(role, Math.max(this.#bytes.get(role) ?? 0, bytesOf(pid)));
      this.#open.set(role, Math.max(this.#open.get(role) ?? 0, openFiles(pid)));
    }
  }
}

/** What went beyond its bound. */
export function beyondBounds(taken: readonly Taken[]): readonly string[] {
  return taken.flatMap(({ role, mebibytes, openCalm }) => [
    ...(mebibytes > MOST_MEBIBYTES[role] ? [`a ${role} took ${mebibytes} MiB`] : []),
    ...(openCalm > MOST_OPEN[role] ? [`a ${role} has ${openCalm} files open when all is calm`] : []),
  ]);
}

/** Since it was asked last. */
async function longestStall(metricsUrl: string): Promise<number | undefined> {
  const text = await fetch(metricsUrl, { signal: AbortSignal.timeout(5_000) }).then(
    (response) => response.text(),
    () => '',
  );
  const [, seconds] = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function bytesOf(pid: number | undefined): number {
  try {
    return pid === undefined ? 0 : residentBytes(pid) || 0;
  } catch {
    return 0;
  }
}

function openFiles(pid: number | undefined): number {
  try {
    return pid === undefined ? 0 : readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
