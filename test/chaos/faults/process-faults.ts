import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../support/viewing/random.ts';
import { MEMBERS, roleOf, TAILERS, type MemberName } from '../member-name.ts';
import type { Stage } from '../stage.ts';
import type { FaultKind, Injection } from './fault.ts';

const ZONES = ['UTC', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham'];
const LOCALES = ['C', 'de_DE.UTF-8', 'tr_TR.UTF-8', 'ar_EG.UTF-8'];

async function kill(stage: Stage, name: MemberName, downMs: number, injection?: Injection): Promise<void> {
  const member = stage.fleet.member(name);
  if (member.state === 'down') return;
  injection?.begin(`kill -9 a ${roleOf(name)}${member.state === 'paused' ? ' that is stopped' : ''}`);
  await member.kill();
  injection?.lift();
  await setTimeout(downMs);
  member.start();
}

async function terminate(stage: Stage, name: MemberName, random: Random, injection: Injection): Promise<void> {
  const member = stage.fleet.member(name);
  if (member.state === 'down') return;
  injection.begin(`SIGTERM to a ${roleOf(name)}, back in another time zone and locale`);
  await member.terminate({ TZ: random.pick(ZONES), LC_ALL: random.pick(LOCALES) });
  injection.lift();
  member.start();
}

async function stop(stage: Stage, name: MemberName, forMs: number, injection: Injection): Promise<void> {
  const member = stage.fleet.member(name);
  if (member.state !== 'running') return;
  injection.begin(`SIGSTOP of a ${roleOf(name)}, 1 to 6 s`);
  const resume = member.pause();
  await setTimeout(forMs);
  resume();
  injection.lift();
}

/** What happens to tailers and gateways. */
export const PROCESS_FAULTS: readonly FaultKind[] = [
  {
    row: 'kill -9 a process',
    weight: 12,
    draw(random) {
      const [name, downMs] = [random.pick(MEMBERS), random.between(0, 2_000)];
      return {
        what: `${name}, for ${downMs} ms`,
        inflict: (stage, injection) => kill(stage, name, downMs, injection),
      };
    },
  },
  {
    row: 'kill -9 all tailers',
    weight: 2,
    draw(random) {
      const downMs = random.between(500, 3_000);
      return {
        what: `for ${downMs} ms`,
        async inflict(stage, injection) {
          injection.begin();
          await Promise.all(TAILERS.map((name) => kill(stage, name, downMs)));
          injection.lift();
        },
      };
    },
  },
  {
    row: 'SIGTERM to a process',
    weight: 8,
    draw(random) {
      const name = random.pick(MEMBERS);
      return { what: name, inflict: (stage, injection) => terminate(stage, name, random, injection) };
    },
  },
  {
    row: 'SIGSTOP of a process',
    weight: 8,
    draw(random) {
      const [name, forMs] = [random.pick(MEMBERS), random.between(1_000, 6_000)];
      return { what: `${name}, for ${forMs} ms`, inflict: (stage, injection) => stop(stage, name, forMs, injection) };
    },
  },
];
