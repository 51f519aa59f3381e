import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeightIndex } from './height-index.js';
import { MAX_SCROLL_HEIGHT, Viewport } from './viewport.js';

const HEIGHT = 600;

function viewportOver(rows: number, estimate: (ordinal: number) => number = () => 20): [Viewport, HeightIndex] {
  const heights = new HeightIndex(estimate);
  heights.cover(0, rows);
  const viewport = new Viewport(heights);
  viewport.resize(HEIGHT);
  viewport.settle();
  return [viewport, heights];
}

/** Where the row's top is seen: pixels below the upper edge. */
function seenAt(viewport: Viewport, ordinal: number): number {
  const { scrollTop } = viewport.settle();
  return viewport.topOf(ordinal) - scrollTop;
}

it('follows the end, until one scrolls up, and again at the end', () => {
  const [viewport, heights] = viewportOver(1_000);
  expect(viewport.settle()).toEqual({ scrollHeight: 20_000, scrollTop: 19_400 });
  heights.cover(0, 1_100);
  expect(viewport.settle()).toEqual({ scrollHeight: 22_000, scrollTop: 21_400 });
  viewport.scrolled(21_300);
  expect(viewport.isFollowing).toBe(false);
  heights.cover(0, 1_200);
  expect(viewport.settle()).toEqual({ scrollHeight: 24_000, scrollTop: 21_300 });
  viewport.scrolled(23_400);
  expect(viewport.isFollowing).toBe(true);
  viewport.canFollow = false;
  viewport.settle();
  expect(viewport.isFollowing).toBe(false);
});

const step = fc.oneof(
  fc.record({ do: fc.constantFrom('add' as const, 'history' as const, 'drop' as const), rows: fc.nat(2_000) }),
  fc.record({ do: fc.constant('measure' as const), row: fc.nat(1_000_000), height: fc.integer({ min: 1, max: 900 }) }),
);

it('what one reads stays still while rows come, go, and are measured', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 20 }),
      fc.double({ min: 0.2, max: 0.8, noNaN: true }),
      fc.constantFrom(20, 20.5, 333),
      (steps, share, height) => {
        const [viewport, heights] = viewportOver(60_000, () => height);
        const { scrollHeight } = viewport.settle();
        viewport.scrolled(Math.round(scrollHeight * share));
        const row = viewport.top;
        const seen = seenAt(viewport, row);
        for (const taken of steps) {
          const { first, end } = heights;
          if (taken.do === 'measure') {
            const measured = first + (taken.row % (end - first));
            if (measured !== row) heights.set(measured, taken.height);
          } else if (taken.do === 'add') heights.cover(first, end + taken.rows);
          else if (taken.do === 'history') heights.cover(first - taken.rows, end);
          else heights.cover(Math.min(first + taken.rows, row - 100), end);
          expect(seenAt(viewport, row)).toBeCloseTo(seen, 3);
          expect(viewport.settle().scrollHeight).toBeLessThanOrEqual(MAX_SCROLL_HEIGHT);
        }
      },
    ),
    { numRuns: 50 },
  );
});

it('both ends can be reached by small steps, however many rows there are and whatever the estimates were', () => {
  const [viewport, heights] = viewportOver(1_000_000, () => 60);
  // Each row that comes into view turns out to be of another height.
  const look = (): void => {
    const [from, to] = viewport.range(600);
    for (let row = from; row < to; row += 1) heights.set(row, 20 + (row % 5) * 30);
    viewport.settle();
  };
  viewport.scrolled(4_000_000);
  look();
  viewport.scrolled(2_000);
  for (let steps = 0; viewport.top > 0 && steps < 10_000; steps += 1) {
    viewport.scrolled(Math.max(0, viewport.settle().scrollTop - 500));
    look();
  }
  expect(viewport.top).toBe(0);
  expect(viewport.settle().scrollTop).toBe(0);
  viewport.scrolled(viewport.settle().scrollHeight - HEIGHT - 30_000);
  for (let steps = 0; !viewport.isFollowing && steps < 10_000; steps += 1) {
    const { scrollHeight, scrollTop } = viewport.settle();
    viewport.scrolled(Math.min(scrollHeight - HEIGHT, scrollTop + 500));
    look();
  }
  expect(viewport.bottom).toBe(999_999);
  expect(seenAt(viewport, 999_999) + heights.get(999_999)).toBeCloseTo(HEIGHT, 3);
});

it('the scrollbar leads to any part', () => {
  const [viewport] = viewportOver(1_000_000);
  for (const share of [0, 0.25, 0.5, 0.75]) {
    viewport.scrolled(Math.round((MAX_SCROLL_HEIGHT - HEIGHT) * share));
    expect(viewport.top / 1_000_000).toBeCloseTo(share, 3);
  }
});

it('goes to a row, in the middle or no further than needed', () => {
  const [viewport] = viewportOver(1_000);
  viewport.reveal(500, 'middle');
  expect(seenAt(viewport, 500)).toBe(290);
  viewport.reveal(501, 'nearest');
  expect(seenAt(viewport, 500)).toBe(290);
  viewport.reveal(600, 'nearest');
  expect(seenAt(viewport, 600)).toBe(580);
  viewport.reveal(3, 'middle');
  expect(seenAt(viewport, 0)).toBe(0);
});

it('a place that is hidden or gone gives way to the nearest', () => {
  const [viewport, heights] = viewportOver(1_000);
  viewport.reveal(500, 'middle');
  const row = viewport.top;
  heights.set(row, 0);
  heights.cover(600, 1_000);
  expect(viewport.settle().scrollTop).toBe(0);
  expect(viewport.top).toBe(600);
  heights.cover(600, 610);
  expect(viewport.settle()).toEqual({ scrollHeight: 200, scrollTop: 0 });
  expect(viewport.topOf(600)).toBe(0);
});
