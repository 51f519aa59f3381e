import { describe, expect, it } from 'vitest';
import { LineWatch } from './line-watch.js';

const PATIENCE = 1_000;

function watching() {
  const told: string[] = [];
  const watch = new LineWatch(PATIENCE, {
    received: (number, ms) => told.push(`received ${number} after ${ms}`),
    lost: (number) => told.push(`lost ${number}`),
    duplicated: (number) => told.push(`duplicated ${number}`),
    reordered: (number) => told.push(`reordered ${number}`),
  });
  return { told, watch };
}

describe('the watch', () => {
  it('has nothing to say of lines that come once, in order, but how long they took', () => {
    const { told, watch } = watching();
    watch.wrote(1, 0);
    watch.wrote(2, 10);
    expect(watch.oldest(20)).toBe(20);
    watch.came(1, 20);
    watch.came(2, 30);
    watch.sweep(10 * PATIENCE);
    expect(told).toEqual(['received 1 after 20', 'received 2 after 20']);
    expect([watch.outstanding, watch.oldest(99)]).toEqual([0, 0]);
  });

  it('tells of one that did not come, once, and when the time is over', () => {
    const { told, watch } = watching();
    for (const number of [1, 2, 3]) watch.wrote(number, number);
    watch.came(1, 5);
    watch.came(3, 5);
    watch.sweep(PATIENCE);
    expect(told).not.toContain('lost 2');
    watch.sweep(PATIENCE + 2);
    watch.sweep(PATIENCE + 3);
    expect(told.filter((word) => word === 'lost 2')).toHaveLength(1);
  });

  it('tells one that came late from one that came twice', () => {
    const { told, watch } = watching();
    for (const number of [1, 2, 3]) watch.wrote(number, 0);
    for (const number of [2, 1, 2]) watch.came(number, 1);
    expect(told).toEqual(['received 2 after 1', 'reordered 1', 'received 1 after 1', 'duplicated 2']);
    watch.sweep(PATIENCE);
    watch.came(3, PATIENCE + 1);
    watch.came(3, PATIENCE + 2);
    expect(told.slice(4)).toEqual(['lost 3', 'duplicated 3']);
  });
});
