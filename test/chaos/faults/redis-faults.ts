import { setTimeout } from 'node:timers/promises';
import type { RedisServer } from '../../support/redis/redis-server.ts';
import type { Random } from '../../support/viewing/random.ts';
import type { SingleTopology } from '../topology/single-topology.ts';
import type { Stage } from '../stage.ts';
import type { Fault, FaultKind, Injection, Scene } from './fault.ts';

const isSingle = ({ topology }: Scene): boolean => topology === 'single';
const mayForget = ({ topology, fsync }: Scene): boolean => topology === 'single' && fsync === 'everysec';

type OnServer = (server: RedisServer, injection: Injection, random: Random) => Promise<void>;

/** Something that is done to a server that takes writes; of a set it may be replaced meanwhile, which is waited for. */
function onPrimary(what: string, random: Random, inflict: OnServer): Fault {
  return {
    what,
    async inflict(stage, injection) {
      using turn = stage.redisTurn.take();
      if (!turn) return;
      await inflict(await stage.topology.primary(random), injection, random);
      await stage.topology.settled();
    },
  };
}

/** Something that is done to a single Redis. */
function onSingle(
  what: string,
  inflict: (single: SingleTopology, stage: Stage, injection: Injection) => Promise<void>,
): Fault {
  return {
    what,
    async inflict(stage, injection) {
      using turn = stage.redisTurn.take();
      if (!turn || stage.topology.name !== 'single') return;
      await inflict(stage.topology, stage, injection);
    },
  };
}

/** Something that a setting does until it is taken back. */
async function whileSet(server: RedisServer, name: string, value: string, forMs: number, back: string): Promise<void> {
  await server.admin.config('SET', name, value);
  await setTimeout(forMs);
  await server.admin.config('SET', name, back);
}

/** A command after which nothing waits. */
function command(row: string, weight: number, ...words: readonly [string, ...string[]]): FaultKind {
  return {
    row,
    weight,
    draw: (random) =>
      onPrimary(words.join(' '), random, async ({ admin }, injection) => {
        const [name, ...rest] = words;
        injection.begin();
        await admin.call(name, ...rest);
        injection.lift();
      }),
  };
}

/** What happens to whichever Redis there is. */
export const REDIS_FAULTS: readonly FaultKind[] = [
  command('CLIENT KILL TYPE normal', 3, 'CLIENT', 'KILL', 'TYPE', 'normal'),
  command('CLIENT KILL TYPE pubsub', 3, 'CLIENT', 'KILL', 'TYPE', 'pubsub'),
  command('SCRIPT FLUSH', 4, 'SCRIPT', 'FLUSH', 'SYNC'),
  {
    row: 'commands held back (CLIENT PAUSE), 0.3 to 3 s',
    weight: 3,
    draw(random) {
      const forMs = random.between(300, 3_000);
      return onPrimary(`for ${forMs} ms`, random, async ({ admin }, injection) => {
        injection.begin();
        await admin.call('CLIENT', 'PAUSE', String(forMs), 'ALL');
        await setTimeout(forMs);
        injection.lift();
      });
    },
  },
  {
    row: 'a slow command (DEBUG SLEEP), 0.2 to 1 s',
    weight: 3,
    draw(random) {
      const seconds = random.between(2, 10) / 10;
      return onPrimary(`for ${seconds} s`, random, async ({ admin }, injection) => {
        injection.begin();
        await admin.call('DEBUG', 'SLEEP', String(seconds));
        injection.lift();
      });
    },
  },
  {
    row: 'SIGSTOP of Redis, 0.3 to 4 s',
    weight: 3,
    draw(random) {
      const forMs = random.between(300, 4_000);
      return onPrimary(`for ${forMs} ms`, random, async (server, injection) => {
        injection.begin();
        await server.pause();
        await setTimeout(forMs);
        await server.resume();
        injection.lift();
      });
    },
  },
  {
    row: 'maxmemory reached (noeviction), 0.5 to 3 s',
    weight: 3,
    draw(random) {
      const forMs = random.between(500, 3_000);
      return onPrimary(`for ${forMs} ms`, random, async (server, injection) => {
        injection.begin();
        await whileSet(server, 'maxmemory', '100kb', forMs, '0');
        injection.lift();
      });
    },
  },
  {
    row: 'FLUSHALL',
    weight: 0.4,
    draw: (random) =>
      onPrimary('everything is lost', random, async (server, injection) => {
        injection.begin();
        await server.flushAll();
        injection.lift();
      }),
  },
  ...(['SIGTERM', 'SIGKILL'] as const).map((signal): FaultKind => ({
    row: `Redis with AOF restarted after ${signal}, down 0 to 2 s`,
    weight: 4,
    when: isSingle,
    draw(random) {
      const downMs = random.between(0, 2_000);
      return onSingle(`down for ${downMs} ms`, async ({ server }, _stage, injection) => {
        injection.begin();
        await (signal === 'SIGKILL' ? server.kill() : server.stop());
        await setTimeout(downMs);
        await server.start();
        injection.lift();
      });
    },
  })),
  {
    row: 'Redis back without its last 0 to 1 s of writes',
    weight: 5,
    when: mayForget,
    draw(random) {
      const [lastMs, downMs] = [random.between(0, 1_000), random.between(0, 2_000)];
      return onSingle(`without ${lastMs} ms, down for ${downMs} ms`, async ({ server }, _stage, injection) => {
        injection.begin();
        const saved = await server.copyData();
        await setTimeout(lastMs);
        await server.kill();
        await setTimeout(downMs);
        await server.restartFrom(saved);
        injection.lift();
      });
    },
  },
  {
    row: 'disk full under Redis (AOF), 0.5 to 3 s',
    weight: 4,
    // With `always` Redis ends itself where it can't write, and can't be started before there is room.
    when: (scene) => mayForget(scene) && scene.abilities.mounts,
    draw(random) {
      const forMs = random.between(500, 3_000);
      return onSingle(`for ${forMs} ms`, async ({ server, disk }, _stage, injection) => {
        if (disk === undefined) return;
        injection.begin();
        disk.fill();
        await setTimeout(forMs);
        disk.empty();
        await server.reports('persistence', 'aof_last_write_status', 'ok');
        injection.lift();
      });
    },
  },
];
