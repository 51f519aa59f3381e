import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { createRemoteJWKSet, exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { Issuer } from './testing/issuer.js';
import { channelOf, SECRET, tokenOf } from './testing/test-tokens.js';
import { TokenVerifier } from './token-verifier.js';

const KEY = new TextEncoder().encode(SECRET);
const plain = new TokenVerifier({ secret: KEY }, () => undefined);
const strict = new TokenVerifier({ secret: KEY, issuer: 'us', audience: 'logs' }, () => undefined);

/** Why a token is not accepted; `undefined` where it is. */
async function refusal(token: string, by = plain): Promise<string | undefined> {
  try {
    await by.verify(token);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ name: 'ProblemError', problem: { code: 'unauthorized' } });
    return error instanceof Error ? error.message : String(error);
  }
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token made by hand. */
function forge(header: unknown, payload: unknown, key: string | Uint8Array | undefined, hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${key === undefined ? '' : createHmac(hash, key).update(signed).digest('base64url')}`;
}

const soon = () => Math.floor(Date.now() / 1000) + 60;
const ALL = { channels: ['*/*'], write: true, admin: true };

describe('a token', () => {
  it('makes a caller with what its claims permit, until it expires', async () => {
    const exp = soon();
    const caller = await plain.verify(
      await tokenOf({ exp, channels: ['host/h5', 'deployment/web-*'], write: ['host/*'] }),
    );
    expect(caller.expiresAt).toBe(exp * 1000);
    expect(caller.who).toBe('sub:tester');
    const may = (name: string) => {
      const channel = channelOf(name);
      return [caller.mayRead(channel), caller.mayWrite(channel), caller.mayAdmin(channel)];
    };
    expect(may('host/h5')).toEqual([true, true, false]);
    expect(may('host/h50')).toEqual([false, true, false]);
    expect(may('deployment/web-42')).toEqual([true, false, false]);
    expect(may('deployment/web')).toEqual([false, false, false]);
  });

  it('permits nothing without claims, and with true what may be read', async () => {
    const none = await plain.verify(await tokenOf({}));
    const web = channelOf('deployment/web');
    expect([none.mayRead(web), none.mayWrite(web), none.mayAdmin(web)]).toEqual([false, false, false]);
    const some = await plain.verify(await tokenOf({ channels: ['deployment/*'], write: true, admin: false }));
    expect([some.mayRead(web), some.mayWrite(web), some.mayAdmin(web)]).toEqual([true, true, false]);
    expect(some.mayWrite(channelOf('host/h5'))).toBe(false);
  });

  it.each([
    ['expired', { exp: Math.floor(Date.now() / 1000) - 1 }, 'expired'],
    ['without an end', { exp: undefined }, 'exp claim is required'],
    ['not good yet', { nbf: Math.floor(Date.now() / 1000) + 30 }, 'will be active'],
    ['with a pattern that is none', { channels: ['*'] }, 'its claim channels'],
    ['with one pattern instead of a list', { channels: 'deployment/*' }, 'its claim channels'],
    ['with something else to write', { write: 'all' }, 'its claim write'],
    ['with a traversal for a name', { channels: ['deployment/../x'] }, 'its claim channels'],
    ['with too many patterns', { channels: Array.from({ length: 1001 }, () => 'a/b') }, 'its claim channels'],
  ])('that is %s is refused', async (_what, claims, reason) => {
    expect(await refusal(await tokenOf(claims))).toContain(reason);
  });

  it('is of this issuer and for this audience, where they are set', async () => {
    expect(await refusal(await tokenOf({ iss: 'us', aud: 'logs' }), strict)).toBeUndefined();
    expect(await refusal(await tokenOf({ iss: 'us', aud: ['x', 'logs'] }), strict)).toBeUndefined();
    for (const claims of [{ aud: 'logs' }, { iss: 'them', aud: 'logs' }])
      expect(await refusal(await tokenOf(claims), strict)).toContain('iss');
    for (const claims of [{ iss: 'us' }, { iss: 'us', aud: 'shop' }])
      expect(await refusal(await tokenOf(claims), strict)).toContain('aud');
  });

  it('is signed with our secret and our algorithm, whatever it says itself', async () => {
    const payload = { sub: 'x', exp: soon(), ...ALL };
    expect(await refusal(forge({ alg: 'HS256' }, payload, SECRET))).toBeUndefined();
    const forged = [
      forge({ alg: 'none' }, payload, undefined),
      forge({ alg: 'None' }, payload, undefined),
      forge({ alg: 'NONE', typ: 'JWT' }, payload, SECRET),
      forge({ alg: 'HS256' }, payload, undefined),
      forge({ alg: 'HS256' }, payload, ''),
      forge({ alg: 'HS256' }, payload, 'another secret that is as long as ours is'),
      forge({ alg: 'HS512' }, payload, SECRET, 'sha512'),
      forge({ alg: 'RS256' }, payload, SECRET),
      forge({ alg: 'HS256', crit: ['exp'], exp: 1 }, payload, SECRET),
      forge({ alg: 'HS256', b64: false, crit: ['b64'] }, payload, SECRET),
      forge({}, payload, SECRET),
      forge(['HS256'], payload, SECRET),
      forge({ alg: 'HS256' }, [payload], SECRET),
      forge({ alg: 'HS256' }, 'x', SECRET),
      forge({ alg: 'HS256', crit: [] }, payload, SECRET),
      forge({ alg: 'HS256', crit: 'exp' }, payload, SECRET),
      forge({ alg: 'HS256' }, { ...payload, exp: String(payload.exp) }, SECRET),
      forge({ alg: 'HS256' }, { ...payload, exp: null }, SECRET),
      forge({ alg: 'HS256' }, { ...payload, exp: -1e300 }, SECRET),
      forge({ alg: 'HS256' }, { ...payload, nbf: 1e300 }, SECRET),
      forge({ alg: 'HS256' }, { ...payload, exp: [payload.exp] }, SECRET),
      `${forge({ alg: 'HS256' }, payload, SECRET)}.`,
      `${forge({ alg: 'HS256' }, payload, SECRET)}.x`,
    ];
    for (const token of forged) expect(await refusal(token)).toBeDefined();
  });

  it('is nothing else, 2,000 times', async () => {
    const good = await tokenOf({ channels: ['host/h5'] });
    const bytesOf = (token: string) =>
      token.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    const mutation = fc.tuple(fc.nat(good.length - 1), fc.constantFrom(...'ABCDabcd0189-_.=+/ %\0ü'.split('')));
    const mutated = fc.array(mutation, { minLength: 1, maxLength: 3 }).map((changes) => {
      const chars = good.split('');
      for (const [at, char] of changes) chars[at] = char;
      return chars.join('');
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.string({ maxLength: 200 })), async (token) => {
        // The last character of a part has bits that stand for nothing.
        fc.pre(bytesOf(token).join('.') !== bytesOf(good).join('.'));
        expect(await refusal(token)).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });
});

function signed(key: KeyObject, header: { alg: string; kid?: string }, claims: object = {}): Promise<string> {
  return new SignJWT({ sub: 'x', exp: soon(), iss: 'us', aud: 'logs', ...ALL, ...claims })
    .setProtectedHeader(header)
    .sign(key);
}

describe('keys that an issuer publishes', () => {
  const verifierOf = (url: URL, onKeysMissing: (error: unknown) => void = () => undefined) =>
    new TokenVerifier(
      {
        keys: createRemoteJWKSet(url, { cooldownDuration: 0 }),
        algorithms: ['RS256', 'ES256', 'EdDSA'],
        issuer: 'us',
        audience: 'logs',
      },
      onKeysMissing,
    );

  it('may change at any time: a new one is fetched when it is first seen, an old one counts until it is withdrawn', async () => {
    await using issuer = new Issuer();
    const verifier = verifierOf(await issuer.start());
    const old = await issuer.addKey('old');
    expect(await refusal(await signed(old, { alg: 'ES256', kid: 'old' }), verifier)).toBeUndefined();
    const next = await issuer.addKey('next', 'rsa');
    expect(await refusal(await signed(next, { alg: 'RS256', kid: 'next' }), verifier)).toBeUndefined();
    expect(await refusal(await signed(old, { alg: 'ES256', kid: 'old' }), verifier)).toBeUndefined();
    expect(issuer.fetched).toBe(2);
    issuer.keys.shift();
    expect(await refusal(await signed(next, { alg: 'RS256', kid: 'unknown' }), verifier)).toContain(
      'not among those of the issuer',
    );
    expect(await refusal(await signed(old, { alg: 'ES256', kid: 'old' }), verifier)).toContain(
      'not among those of the issuer',
    );
  });

  it('sign nothing as a shared secret, which everybody could', async () => {
    await using issuer = new Issuer();
    const verifier = verifierOf(await issuer.start());
    const key = await issuer.addKey('one', 'rsa');
    const payload = { sub: 'x', exp: soon(), iss: 'us', aud: 'logs', ...ALL };
    const publicKey = createPublicKey(key);
    for (const secret of [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(issuer.keys[0]),
    ]) {
      expect(await refusal(forge({ alg: 'HS256', kid: 'one' }, payload, secret), verifier)).toContain('algorithm');
    }
    expect(await refusal(await signed(key, { alg: 'RS512', kid: 'one' }), verifier)).toContain('algorithm');
    expect(await refusal(forge({ alg: 'none' }, payload, undefined), verifier)).toBeDefined();
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect(await refusal(await signed(stranger, { alg: 'RS256', kid: 'one' }), verifier)).toContain('signature');
    // A key that the token brings along, or an address for one, counts for nothing.
    const jwk = await exportJWK(createPublicKey(stranger));
    const own = new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'one', jwk, jku: 'https://evil.example' });
    expect(await refusal(await own.sign(stranger), verifier)).toContain('signature');
    expect(await refusal(await signed(key, { alg: 'RS256', kid: 'one' }, { aud: 'shop' }), verifier)).toContain('aud');
  });

  it('that are not to be had are nobody’s fault: not the token is refused, it is to be tried again', async () => {
    await using issuer = new Issuer();
    const failures: unknown[] = [];
    const verifier = verifierOf(await issuer.start(), (error) => failures.push(error));
    const key = await issuer.addKey('one');
    issuer.status = 500;
    const token = await signed(key, { alg: 'ES256', kid: 'one' });
    await expect(verifier.verify(token)).rejects.toMatchObject({ problem: { code: 'unavailable' } });
    expect(failures).toHaveLength(1);
    issuer.status = 200;
    expect(await refusal(token, verifier)).toBeUndefined();
  });
});

it('tokens without a subject are callers of their own', async () => {
  const [one, other] = await Promise.all(
    [1, 2].map(async () => plain.verify(await tokenOf({ sub: undefined, jti: randomBytes(8).toString('hex') }))),
  );
  expect(one?.who).toMatch(/^token:[\w-]{43}$/);
  expect(one?.who).not.toBe(other?.who);
});
