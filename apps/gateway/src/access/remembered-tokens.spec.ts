import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Caller } from './caller.js';
import { RememberedTokens } from './remembered-tokens.js';

const rights = { read: [], write: [], admin: [] };

/** Remembers for a verifier that finds every token good, for `seconds`, but those that begin with `bad`. */
function remembered(seconds: number) {
  const verify = vi.fn((token: string) => {
    if (token.startsWith('bad')) return Promise.reject(new Error('not good'));
    return Promise.resolve(new Caller({ who: token, rights, expiresAt: Date.now() + seconds * 1000 }));
  });
  return { tokens: new RememberedTokens({ verify }), verify };
}

describe('a token that was found good', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_763_600_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is not looked at again for a minute', async () => {
    const { tokens, verify } = remembered(3600);
    const first = await tokens.verify('a');
    vi.advanceTimersByTime(59_000);
    expect(await tokens.verify('a')).toBe(first);
    expect(verify).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2_000);
    await tokens.verify('a');
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it('is looked at again once it has expired', async () => {
    const { tokens, verify } = remembered(10);
    await tokens.verify('a');
    vi.advanceTimersByTime(9_000);
    await tokens.verify('a');
    expect(verify).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_001);
    await tokens.verify('a');
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it("is nobody else's", async () => {
    const { tokens } = remembered(3600);
    expect((await tokens.verify('a')).who).toBe('a');
    expect((await tokens.verify('b')).who).toBe('b');
  });

  it('and one that was not is refused each time', async () => {
    const { tokens, verify } = remembered(3600);
    await expect(tokens.verify('bad')).rejects.toThrow('not good');
    await expect(tokens.verify('bad')).rejects.toThrow('not good');
    expect(verify).toHaveBeenCalledTimes(2);
  });
});
