import { BrokerError, MemoryBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { describe, expect, it, vi } from 'vitest';
import { AwaitedBroker } from './awaited-broker.js';
import type { Broker } from './broker.js';

const channel = parseChannel('host/h5') ?? expect.fail('not a channel');

describe('a broker that is awaited', () => {
  it('rejects what it is asked until it is there, and then asks it', async () => {
    const { promise, resolve } = Promise.withResolvers<Broker>();
    await using broker = new AwaitedBroker(() => promise);
    const questions = [
      () => broker.bounds(channel),
      () => broker.channels({ order: 'name', limit: 1 }),
      () => broker.follow(channel, () => undefined),
      () => broker.beat([]),
      () => broker.lease('me', [], 1000),
    ];
    for (const ask of questions) await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
    resolve(new MemoryBroker());
    await broker.reached();
    for (const ask of questions) await expect(ask()).resolves.not.toThrow();
  });

  it('says why it will never be there', async () => {
    const refusal = new BrokerError('invalid', 'it evicts keys');
    await using broker = new AwaitedBroker(() => Promise.reject(refusal));
    await expect(broker.reached()).rejects.toBe(refusal);
  });

  it('ends the tries when it is closed, and closes what comes all the same', async () => {
    const { promise, resolve } = Promise.withResolvers<Broker>();
    const inner = new MemoryBroker();
    const closed = vi.spyOn(inner, Symbol.asyncDispose);
    const tries = vi.fn<(signal: AbortSignal) => Promise<Broker>>(() => promise);
    const broker = new AwaitedBroker(tries);
    const closing = broker[Symbol.asyncDispose]();
    expect(tries.mock.calls[0]?.[0].aborted).toBe(true);
    await expect(broker.bounds(channel)).rejects.toMatchObject({ code: 'closed' });
    resolve(inner);
    await closing;
    expect(closed).toHaveBeenCalledOnce();

    const never = new AwaitedBroker((signal) => {
      const { promise: aborted, reject } = Promise.withResolvers<Broker>();
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      return aborted;
    });
    const reached = never.reached();
    await never[Symbol.asyncDispose]();
    await expect(reached).rejects.toMatchObject({ code: 'closed' });
  });
});
