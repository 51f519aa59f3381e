import { expect, it } from 'vitest';
import { FakeClock } from '../feed/testing/fake-clock.js';
import { Pipe } from '../stream/testing/pipe.js';
import { Outlet } from './outlet.js';

const SILENT = { filled: () => undefined, drained: () => undefined, closed: () => undefined };

it('that holds what comes first lets go of it with what is written next, and of all that would be too much', () => {
  const pipe = new Pipe();
  const outlet = new Outlet(pipe, new FakeClock(), SILENT);
  outlet.hold();
  expect(outlet.writeAll([Buffer.from('a'), Buffer.from('b')])).toBe(true);
  expect(pipe.text).toBe('');
  expect(outlet.write(Buffer.from('c'))).toBe(true);
  expect(pipe.text).toBe('abc');
  outlet.hold();
  expect(outlet.writeAll([Buffer.alloc(1024 * 1024, 'x')])).toBe(true);
  expect([pipe.text.length, outlet.isFull]).toEqual([3 + 1024 * 1024, false]);
});

it('that is full says so to its owner, and how long it has been', () => {
  const pipe = new Pipe();
  const told: string[] = [];
  const owner = { ...SILENT, filled: () => void told.push('filled') };
  const outlet = new Outlet(pipe, new FakeClock(), owner);
  pipe.reads = false;
  expect(outlet.write(Buffer.alloc(1024 * 1024))).toBe(false);
  expect([told, outlet.isFull]).toEqual([['filled'], true]);
});
