import {
  describeLogBroker,
  describeOneTimeValues,
  describeSourceLeases,
  describeTailerSigns,
  type StoreClock,
} from '../contract/index.js';
import { MemoryBroker, type MemoryBrokerOptions } from './memory-broker.js';

/** A clock that stands still until it is set. */
function stoppedClock(): StoreClock {
  let now = 1_763_612_345_678;
  return { now: () => now, set: (to) => void (now = to) };
}

function openMemory(options: MemoryBrokerOptions = {}) {
  const clock = stoppedClock();
  const broker = new MemoryBroker({ ...options, clock: clock.now, onFollowerError: () => undefined });
  return {
    clock,
    signs: broker,
    leases: broker,
    values: broker,
    connect: () => Promise.resolve(broker),
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}

describeLogBroker('MemoryBroker', { open: (retention) => Promise.resolve(openMemory(retention)) });

describeTailerSigns('MemoryBroker', { open: () => Promise.resolve(openMemory()) });

describeSourceLeases('MemoryBroker', { open: () => Promise.resolve(openMemory()) });

describeOneTimeValues('MemoryBroker', { open: () => Promise.resolve(openMemory()) });
