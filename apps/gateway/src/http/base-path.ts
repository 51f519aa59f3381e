/** What load balancers, orchestrators and scrapers ask for: they ask at the root, too, since they come by no path of people's. */
const PROBES: readonly string[] = ['/healthz', '/readyz', '/metrics'];

/** A target's scheme and authority, where it is in absolute form (RFC 9112, section 3.2), its path, and the rest. */
const TARGET = /^((?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?)([^?#]*)(.*)$/is;

/** A path that leads nowhere: no route has an empty segment. */
const NOWHERE = '//';

/** Letters that mean the same in a path whether they are escaped or not, so that nobody has to escape them (RFC 3986, section 2.3). */
const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/;

export const BASE_PATH_GRAMMAR =
  'a path such as /tailgate or /tools/logs, of letters, digits and - . _ ~, with no empty segment and no . or ..';

/** As `BasePath` takes it: with a slash at its front and none at its end, empty for `/`. `undefined`: not by `BASE_PATH_GRAMMAR`. */
export function parseBasePath(text: string): string | undefined {
  const path = text.replace(/^\//, '').replace(/\/$/, '');
  if (path === '') return text.length > 1 ? undefined : '';
  return path.split('/').every((segment) => SEGMENT.test(segment)) ? `/${path}` : undefined;
}

/**
 * The folder that everything is served in: `BASE_PATH`. It is taken off each request's target before anything else looks at that, so that
 * routes and rules need not know of it (docs/adr/0019). What is compared is the text itself: neither dots nor escapes nor empty segments
 * lead in or out.
 */
export class BasePath {
  /** `path`: as `parseBasePath` answers it. */
  constructor(readonly path = '') {}

  /** The target as routes have it, with the authority that it had. One outside becomes one of no route, the probes' excepted. */
  within(target: string): string {
    if (this.path === '') return target;
    const [, origin = '', path = '', rest = ''] = TARGET.exec(target) ?? [];
    if (path.startsWith(`${this.path}/`)) return origin + path.slice(this.path.length) + rest;
    return PROBES.includes(path) ? target : origin + NOWHERE;
  }

  /** Where to send whoever asked for the folder without the slash at its end, below which its pages are; `undefined` for all others. */
  redirect(target: string): string | undefined {
    const [, , path, rest = ''] = TARGET.exec(target) ?? [];
    return this.path !== '' && path === this.path ? `${this.path}/${rest}` : undefined;
  }
}
