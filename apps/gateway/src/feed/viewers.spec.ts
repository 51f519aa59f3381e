import { describe, expect, it } from 'vitest';
import { Viewers } from './viewers.js';

function crowd(count: number): {
  readonly viewers: Viewers;
  readonly served: number[];
  readonly remove: (index: number) => void;
} {
  const viewers = new Viewers();
  const served: number[] = [];
  const all = Array.from({ length: count }, (_, index) => ({
    advance: () => void served.push(index),
    beat: () => undefined,
  }));
  for (const viewer of all) viewers.add(viewer);
  const remove = (index: number): void => {
    const viewer = all[index];
    if (viewer) viewers.delete(viewer);
  };
  return { viewers, served, remove };
}

describe('viewers', () => {
  it('are served in eight shares, each once', () => {
    const { viewers, served } = crowd(1000);
    viewers.stir();
    let rounds = 1;
    while (viewers.serve()) rounds += 1;
    expect(rounds).toBe(8);
    expect(served).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect(viewers.serve()).toBe(false);
    expect(served).toHaveLength(1000);
  });

  it('are served at once where they are few', () => {
    const { viewers, served } = crowd(32);
    viewers.stir();
    expect(viewers.serve()).toBe(false);
    expect(served).toHaveLength(32);
  });

  it('have their turn though something new comes again and again', () => {
    const { viewers, served } = crowd(100);
    for (let round = 0; round < 8; round += 1) {
      viewers.stir();
      expect(viewers.serve()).toBe(true);
    }
    expect(new Set(served).size).toBe(100);
    expect(served.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('may leave and come while others are served', () => {
    const { viewers, served, remove } = crowd(100);
    viewers.stir();
    viewers.serve();
    for (let index = 10; index < 60; index += 1) remove(index);
    let came = 0;
    viewers.add({ advance: () => void (came += 1), beat: () => undefined });
    while (viewers.serve());
    expect(new Set(served)).toEqual(
      new Set([...Array.from({ length: 32 }, (_, index) => index), ...Array.from({ length: 40 }, (_, i) => 60 + i)]),
    );
    expect(came).toBe(1);
  });

  it('are all served though others come while the walk is in their midst', () => {
    const { viewers, served } = crowd(100);
    viewers.stir();
    viewers.serve();
    // Something new, with the walk at 32: it leads over those who come now, and back to the beginning.
    viewers.stir();
    served.length = 0;
    for (let came = 0; came < 10; came += 1) viewers.add({ advance: () => undefined, beat: () => undefined });
    while (viewers.serve());
    expect(new Set(served).size).toBe(100);
  });

  it('are none', () => {
    const viewers = new Viewers();
    viewers.stir();
    expect(viewers.serve()).toBe(false);
  });
});
