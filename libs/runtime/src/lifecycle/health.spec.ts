import { expect, it } from 'vitest';
import { Health } from './health.js';

it('is ready from the first contact until it drains', () => {
  const health = new Health();
  expect(health).toMatchObject({ ready: false, state: 'starting' });
  health.contacted();
  expect(health).toMatchObject({ ready: true, state: 'ready' });
  health.drain();
  health.contacted();
  expect(health).toMatchObject({ ready: false, state: 'draining' });
});
