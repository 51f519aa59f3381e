import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MEMBERS, roleOf } from '../member-name.ts';
import type { FaultKind } from './fault.ts';

const run = promisify(execFile);

/** How far clocks are stepped: seconds. */
const STEPS = [-86_400, -3_600, -5, 5, 3_600, 86_400];

/** What processes run out of, or can't trust. */
export const RESOURCE_FAULTS: readonly FaultKind[] = [
  {
    row: 'disk full under the logs, 0.5 to 3 s',
    weight: 3,
    when: ({ abilities }) => abilities.mounts,
    draw(random) {
      const forMs = random.between(500, 3_000);
      return {
        what: `for ${forMs} ms`,
        async inflict({ logsVolume, writer }, injection) {
          // Who copies a file now would have half a copy.
          if (logsVolume === undefined || writer.files.some(({ isBusy }) => isBusy)) return;
          injection.begin();
          writer.isFull = true;
          logsVolume.fill();
          await setTimeout(forMs);
          logsVolume.empty();
          writer.isFull = false;
          for (const file of writer.files) file.finishLine();
          injection.lift();
        },
      };
    },
  },
  {
    row: 'file descriptors exhausted, 0.5 to 5 s',
    weight: 5,
    when: ({ abilities }) => abilities.prlimit !== undefined,
    draw(random) {
      const [name, forMs] = [random.pick(MEMBERS), random.between(500, 5_000)];
      return {
        what: `${name}, for ${forMs} ms`,
        async inflict({ fleet, abilities: { prlimit } }, injection) {
          const member = fleet.member(name);
          const { pid } = member;
          // Who can't open what it needs to begin with ends, as it should.
          if (prlimit === undefined || pid === undefined || member.state !== 'running' || !member.isListening) return;
          const before = limitOf(pid);
          if (before === undefined) return;
          injection.begin(`file descriptors of a ${roleOf(name)} exhausted, 0.5 to 5 s`);
          // It has one more than it has open, and can't get another.
          const limit = (soft: string | number): Promise<unknown> =>
            run(prlimit, ['--pid', String(pid), `--nofile=${soft}:${before.hard}`]).catch(() => undefined);
          await limit(openFiles(pid));
          await setTimeout(forMs);
          await limit(before.soft);
          injection.lift();
        },
      };
    },
  },
  {
    row: 'the clock stepped and back',
    weight: 5,
    when: ({ abilities }) => abilities.faketime !== undefined,
    draw(random) {
      const [name, seconds, forMs] = [random.pick(MEMBERS), random.pick(STEPS), random.between(1_500, 5_000)];
      return {
        what: `${name}, by ${seconds} s for ${forMs} ms`,
        async inflict({ fleet }, injection) {
          const member = fleet.member(name);
          if (member.state !== 'running') return;
          injection.begin(`clock of a ${roleOf(name)} stepped (up to a day, either way), and back`);
          member.stepClock(seconds);
          await setTimeout(forMs);
          member.stepClock(0);
          injection.lift();
        },
      };
    },
  },
];

function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** How many files a process may have open (proc(5): limits). */
function limitOf(pid: number): { readonly soft: string; readonly hard: string } | undefined {
  try {
    const [, soft, hard] = /^Max open files +(\S+) +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? [];
    return soft === undefined || hard === undefined ? undefined : { soft, hard };
  } catch {
    return undefined;
  }
}
