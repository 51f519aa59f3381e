import { ProblemError } from '../http/problem-error.js';
import type { TrustedProxies } from '../http/trusted-proxies.js';
import { Caller } from './caller.js';
import type { AccessMode, Proof } from './mode.js';
import type { Rights } from './rights.js';

/** A name of 1 to 256 characters, none of which is a control character. */
const USER = /^[^\x00-\x1f\x7f]{1,256}$/;

/** `AUTH=proxy`: a proxy has signed the user in, and says who it is in a header. Only trusted proxies are believed. */
export class ProxyMode implements AccessMode {
  readonly name = 'proxy';
  readonly #header: string;

  /** `rights`: what every user has. */
  constructor(
    private readonly proxies: TrustedProxies,
    header: string,
    private readonly rights: Rights,
  ) {
    this.#header = header.toLowerCase();
  }

  /** No promise floats: what is thrown inside is the rejection. */
  async identify(request: Proof): Promise<Caller> {
    if (!this.proxies.trusts(request)) {
      throw new ProblemError('unauthorized', 'Sign in at the proxy in front of this server: others are not believed.');
    }
    return Promise.resolve(new Caller({ who: `user:${this.#userOf(request)}`, rights: this.rights, expiresAt: null }));
  }

  /** Exactly one: a proxy that adds its header beside one that the caller has sent proves nothing. */
  #userOf({ rawHeaders }: Proof): string {
    const users = rawHeaders.filter((_, i, all) => i % 2 === 1 && all[i - 1]?.toLowerCase() === this.#header);
    const [user = ''] = users;
    if (users.length === 1 && USER.test(user)) return user;
    throw new ProblemError('unauthorized', `The proxy has not said who is signed in (exactly one ${this.#header}).`);
  }
}
