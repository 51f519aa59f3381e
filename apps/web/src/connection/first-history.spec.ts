import type { Entry } from '@tailgate/client';
import { parseChannel } from '@tailgate/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FirstHistory } from './first-history.js';

function log(name: string, seq: number, time: number): Entry {
  const channel = parseChannel(`host/${name}`);
  if (!channel) throw new Error('no channel');
  return { type: 'log', channel, position: `1-${seq}`, line: '', time };
}

it('is in the order of time, each channel in its own', () => {
  const history = new FirstHistory();
  history.add([log('a', 1, 10), log('a', 2, 30), log('a', 3, 20)]);
  history.add([log('b', 1, 5), log('b', 2, 25)]);
  expect(history.take().map(({ channel, position }) => `${channel} ${position}`)).toEqual([
    'host/b 1-1',
    'host/a 1-1',
    'host/b 1-2',
    'host/a 1-2',
    'host/a 1-3',
  ]);
  expect(history.take()).toEqual([]);
});

it('loses and doubles nothing, whatever the times', () => {
  const channels = fc.array(fc.array(fc.integer({ min: 0, max: 20 })), { maxLength: 4 });
  fc.assert(
    fc.property(channels, (times) => {
      const history = new FirstHistory();
      const added = times.flatMap((some, index) => some.map((time, i) => log(`h${index}`, i + 1, time)));
      history.add(added);
      const taken = history.take();
      for (const index of times.keys()) {
        const ours = (entries: readonly Entry[]) => entries.filter(({ channel }) => channel === `host/h${index}`);
        expect(ours(taken)).toEqual(ours(added));
      }
      expect(taken.length).toBe(added.length);
    }),
  );
});
