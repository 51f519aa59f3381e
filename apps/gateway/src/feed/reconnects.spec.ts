import { MemoryBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import { ChannelWriter } from './testing/channel-writer.js';
import { Crowd, CROWD, PLACES } from './testing/crowd.js';
import { FakeClock } from './testing/fake-clock.js';
import { UnreliableBroker } from './testing/unreliable-broker.js';

const BATCHES = 200;

const channel = parseChannel('host/h5') ?? expect.fail('not a channel');

it.each(PLACES)(
  '5,000 viewers that come back at once, %s, read the stream a handful of times',
  async (_where, placeOf) => {
    const broker = new UnreliableBroker(new MemoryBroker());
    const clock = new FakeClock();
    const writer = new ChannelWriter(broker, channel);
    let head = await writer.append(100);
    for (let batch = 1; batch < BATCHES; batch += 1) head = await writer.append(100);
    await using crowd = new Crowd(broker, channel, clock);
    crowd.come(head, placeOf);
    await clock.settle();

    expect(crowd.failures).toEqual([]);
    expect(crowd.arrived(head)).toBe(CROWD);
    // Two bring all of it; the others are for those who asked before the rest had come.
    expect(broker.reads).toBeLessThanOrEqual(6);
    expect(broker.looks).toBeLessThanOrEqual(4);
    expect(broker.followers).toBe(1);
  },
);
