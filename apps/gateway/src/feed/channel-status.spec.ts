import type { SeenSign } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { StatusTold } from './channel-status.js';

const channel = parseChannel('host/h5') ?? expect.fail();

function sign(state: SeenSign['state'], at: number, lagBytes = 0, source = 'a'): SeenSign {
  return { channel, source, state, lagBytes, at };
}

function statusOf(known: boolean, signs: readonly SeenSign[], now: number, hasSources = true): unknown {
  const told = new StatusTold(channel);
  told.answered({ known, signs, hasSources, watchedSince: 0 }, now);
  return told.status;
}

describe('the status of a channel', () => {
  it.each([
    ['of which nobody knows', false, [], 60_000, 'waiting'],
    ['whose file is not there', true, [sign('waiting', 1000)], 2000, 'waiting'],
    ['with one file of two', true, [sign('waiting', 1000), sign('following', 1000, 0, 'b')], 2000, 'following'],
    ['that is read for the first time', false, [sign('reading', 1000)], 2000, 'following'],
    ['whose tailer is silent', true, [sign('following', 1000)], 11_001, 'stalled'],
    ['whose tailer was silent for less', true, [sign('following', 1000)], 11_000, 'following'],
    ['whose tailer went away while it waited', true, [sign('waiting', 1000)], 12_000, 'stalled'],
    ['that has records, and a tailer that may yet speak', true, [], 9000, 'following'],
    ['that has records and no tailer', true, [], 10_001, 'stalled'],
  ] as const)('%s', (_, known, signs, now, state) => {
    expect(statusOf(known, signs, now)).toMatchObject({ channel, state, since: now });
  });

  it('that was only posted to has no tailer that could stall', () => {
    expect(statusOf(true, [], 60_000, false)).toMatchObject({ state: 'following' });
  });

  it('has the lag of all tailers that live', () => {
    const signs = [sign('following', 9000, 5), sign('reading', 9000, 7, 'b'), sign('following', 0, 100, 'gone')];
    expect(statusOf(true, signs, 11_000)).toMatchObject({ lagBytes: 12 });
    expect(statusOf(true, [], 5)).not.toHaveProperty('lagBytes');
  });

  it('is told again only where there is something to tell', () => {
    const told = new StatusTold(channel);
    const lag = (lagBytes: number, now: number) => {
      told.answered({ known: true, signs: [sign('following', now, lagBytes)], hasSources: true, watchedSince: 0 }, now);
      return told.status;
    };
    const first = lag(0, 1000);
    expect(lag(50_000, 7000)).toBe(first);
    expect(lag(1_000_000, 3000)).toBe(first);
    const far = lag(1_000_000, 8000);
    expect(far).toMatchObject({ since: 1000, lagBytes: 1_000_000 });
    expect(lag(1_900_000, 20_000)).toBe(far);
    expect(lag(0, 21_000)).toMatchObject({ lagBytes: 0, since: 1000 });
    // One that was not worth a message of its own, and was told beside the state.
    told.forget();
    expect(lag(120, 22_000)).toMatchObject({ lagBytes: 120 });
    expect(lag(0, 28_000)).toMatchObject({ lagBytes: 0, since: 22_000 });
    told.unreachable(30_000);
    const away = told.status;
    told.unreachable(31_000);
    expect(told.status).toBe(away);
    expect(away).toEqual({ channel, state: 'unreachable', since: 30_000 });
    expect(lag(0, 32_000)).toMatchObject({ state: 'following', since: 32_000 });
  });
});
