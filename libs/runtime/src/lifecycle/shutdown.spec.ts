import { EventEmitter, once } from 'node:events';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Shutdown } from './shutdown.js';

/** Stands in for `process`. */
class Signals extends EventEmitter {
  readonly codes: number[] = [];

  exit(code: number): void {
    this.codes.push(code);
    this.emit('exited');
  }
}

const silent = pino({ level: 'silent' });

describe('Shutdown', () => {
  it('runs its steps in order, once, and exits with 0', async () => {
    const signals = new Signals();
    const ran: string[] = [];
    const shutdown = new Shutdown(silent, 10_000, signals).listen();
    shutdown.step('first', async () => {
      await Promise.resolve();
      ran.push('first');
    });
    shutdown.step('second', () => ran.push('second'));
    signals.emit('SIGTERM', 'SIGTERM');
    await once(signals, 'exited');
    await shutdown.begin('again');
    expect(ran).toEqual(['first', 'second']);
    expect(signals.codes).toEqual([0]);
    expect(signals.listenerCount('SIGTERM') + signals.listenerCount('SIGINT')).toBe(0);
  });

  it('exits at once on the second signal', async () => {
    const signals = new Signals();
    let finish = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (finish = resolve));
    new Shutdown(silent, 10_000, signals).listen().step('slow', () => blocked);
    signals.emit('SIGINT', 'SIGINT');
    signals.emit('SIGINT', 'SIGINT');
    expect(signals.codes).toEqual([130]);
    finish();
    await once(signals, 'exited');
  });

  it('runs the other steps when one fails, and exits with 1', async () => {
    const signals = new Signals();
    const ran: string[] = [];
    const shutdown = new Shutdown(silent, 10_000, signals).step('bad', () => Promise.reject(new Error('no')));
    await shutdown.step('good', () => ran.push('good')).begin('test');
    expect(ran).toEqual(['good']);
    expect(signals.codes).toEqual([1]);
  });

  it('exits with 1 when time runs out', async () => {
    const signals = new Signals();
    await new Shutdown(silent, 1, signals).step('endless', () => new Promise(() => undefined)).begin('test');
    expect(signals.codes).toEqual([1]);
  });

  it('exits with the code that it was begun with', async () => {
    const signals = new Signals();
    await new Shutdown(silent, 1000, signals).begin('a crash', 1);
    expect(signals.codes).toEqual([1]);
  });
});
