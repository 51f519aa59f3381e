import { randomUUID } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import type { RecordingSink } from '../session/testing/recording-sink.js';
import { SessionHouse } from '../session/testing/session-house.js';

/** What a viewer has been told last of the state of the channel. */
function stateOf(sink: RecordingSink): unknown {
  return sink.dataOf('status').at(-1);
}

/** Appends as `POST …/records` does. */
async function post({ broker, channel }: SessionHouse): Promise<void> {
  const payload = Buffer.from('{"line":"posted","time":1}\n');
  const as = { source: randomUUID(), expected: undefined, next: 'x', keepFor: 60_000 };
  await broker.append({ channel, ...as, records: 1, payload });
}

it('a channel that is only posted to does not stall, one whose tailer has gone does', async () => {
  const house = new SessionHouse();
  await post(house);
  const { sink } = await house.opened();
  await house.clock.advance(60_000);
  expect(stateOf(sink)).toMatchObject({ state: 'following' });
  // A file is followed for it, too; then its tailer goes away, and after ten minutes nothing tells of it but what it has appended.
  await house.writer.append(1);
  await house.beat('following');
  await house.clock.advance(20_000);
  expect(stateOf(sink)).toMatchObject({ state: 'stalled' });
  await house.clock.advance(700_000);
  expect(stateOf(sink)).toMatchObject({ state: 'stalled' });
});

it('where nobody speaks of a channel, its sources are asked for once', async () => {
  const house = new SessionHouse();
  await house.writer.append(1);
  const asked = vi.spyOn(house.broker, 'checkpoints');
  const { sink } = await house.opened();
  await house.clock.advance(60_000);
  expect(stateOf(sink)).toMatchObject({ state: 'stalled' });
  expect(asked).toHaveBeenCalledOnce();
});
