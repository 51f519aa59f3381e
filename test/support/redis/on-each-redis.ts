import { describe, test } from 'vitest';
import { findServer, NoServer } from './find-server.ts';
import { FLAVOURS, type Flavour } from './flavour.ts';
import type { RedisSettings } from './redis-config.ts';
import type { RedisPair } from './redis-pair.ts';
import type { RedisServer } from './redis-server.ts';
import { startPair, startRedis } from './start-redis.ts';

/** Starts servers of a test's own, all of one flavour. */
export interface StartFlavour {
  readonly start: (settings?: RedisSettings) => Promise<RedisServer>;
  readonly startPair: (settings?: RedisSettings) => Promise<RedisPair>;
}

/**
 * Declares the tests once for each server that must do: Redis 8, Redis 7, Valkey 8. One that can't be had here is a test that is skipped
 * with the reason; where that is all of them, the tests run on whatever there is, or fail with the sentence that says what to install.
 */
export async function describeOnEachRedis(name: string, declare: (flavour: StartFlavour) => void): Promise<void> {
  const reasons = await Promise.all(FLAVOURS.map(reasonAgainst));
  for (const [index, flavour] of FLAVOURS.entries()) {
    const reason = reasons[index];
    describe(`${name}, on ${flavour}`, () => {
      if (reason === undefined) declare(startsOf(flavour));
      else test('needs a server', ({ skip }) => skip(reason));
    });
  }
  if (!reasons.includes(undefined)) describe(`${name}, on any`, () => declare({ start: startRedis, startPair }));
}

function startsOf(flavour: Flavour): StartFlavour {
  return {
    start: (settings) => startRedis({ ...settings, flavour }),
    startPair: (settings) => startPair({ ...settings, flavour }),
  };
}

async function reasonAgainst(flavour: Flavour): Promise<string | undefined> {
  try {
    await findServer('one', flavour);
    return undefined;
  } catch (error) {
    if (error instanceof NoServer) return error.message;
    throw error;
  }
}
