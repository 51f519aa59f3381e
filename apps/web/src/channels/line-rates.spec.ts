import { parseChannel } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import type { ListedChannel } from '../gateway/channel-list.js';
import { LineRates } from './line-rates.js';

function listed(last: string | null): readonly ListedChannel[] {
  const channel = parseChannel('host/h5');
  return channel ? [{ channel, kind: 'host', name: 'h5', records: 1, last, updated: 0 }] : [];
}

it('counts lines between two looks, and nothing across epochs', () => {
  const rates = new LineRates();
  const at = (last: string | null, now: number): number | undefined => rates.of(listed(last), now).get('host/h5');
  expect(at('1-10', 0)).toBeUndefined();
  expect(at('1-30', 2_000)).toBe(10);
  expect(at('1-30', 4_000)).toBeUndefined();
  expect(at('2-50', 6_000)).toBeUndefined();
  expect(at('2-51', 8_000)).toBe(0.5);
  expect(at(null, 10_000)).toBeUndefined();
  expect(at('2-60', 12_000)).toBeUndefined();
});
