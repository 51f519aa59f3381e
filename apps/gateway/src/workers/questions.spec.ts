import { expect, it, vi } from 'vitest';
import { Questions } from './questions.js';

it('gives each question its own answer', async () => {
  const questions = new Questions<string>(1_000);
  const asked: number[] = [];
  const answers = ['a', 'b'].map(() => questions.ask((id) => asked.push(id)));
  for (const id of asked.toReversed()) questions.answer(id, `answer ${id}`);
  expect(await Promise.all(answers)).toEqual(['answer 0', 'answer 1']);
  questions.answer(0, 'too late');
});

it('waits for nobody who is gone, nor for ever', async () => {
  vi.useFakeTimers();
  const questions = new Questions<string>(1_000);
  const late = questions.ask(() => undefined);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await late).toBeUndefined();
  const gone = questions.ask(() => undefined);
  questions.close();
  expect(await gone).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
