import { sayOnce } from '../say-once.ts';
import { containerImage } from './container-image.ts';
import { programOf, RECIPES, type Flavour } from './flavour.ts';
import { installServer, installedServer } from './installed-server.ts';
import { LocalSite } from './local-site.ts';
import type { ServerSite } from './server-process.ts';

/** Opens a site; `shared` are the ports of servers that must reach each other. */
export type OpenSite = (shared: readonly number[]) => Promise<ServerSite>;

type Way = 'container' | 'path' | 'apt';

/** Where single servers run, and where sets of many do: processes are there sooner. */
const ONE: readonly Way[] = ['container', 'path', 'apt'];
const MANY: readonly Way[] = ['path', 'container', 'apt'];

/** Narrows it, for whoever wants to see a certain way at work. */
const WISH = process.env['TAILGATE_TEST_REDIS'];

/** There is no server that a test could use. */
export class NoServer extends Error {
  override readonly name = 'NoServer';
}

/** What was found, or why nothing was, by size and flavour: engines take a while to ask, and don't come and go. */
const asked = new Map<string, Promise<OpenSite>>();

/** A way to run servers of this flavour. Says once which it is; throws `NoServer`, which says what to install. */
export async function findServer(size: 'one' | 'many', flavour?: Flavour): Promise<OpenSite> {
  const question = `${size} ${flavour ?? 'any'}`;
  const answer = asked.get(question) ?? look(size, flavour);
  asked.set(question, answer);
  return await answer;
}

async function look(size: 'one' | 'many', flavour?: Flavour): Promise<OpenSite> {
  const problems: string[] = [];
  for (const way of size === 'one' ? ONE : MANY) {
    if (WISH !== undefined && way !== WISH) continue;
    const open = await WAYS[way](flavour);
    if (typeof open === 'function') return open;
    problems.push(open);
  }
  throw new NoServer(
    `Tests with ${flavour ?? 'Redis'} need a container engine that answers (Docker) or ${programNeeded(flavour)} on the PATH ` +
      `(Debian: apt-get install ${programOf(flavour)}): ${problems.join('; ')}.`,
  );
}

const WAYS: Readonly<Record<Way, (flavour?: Flavour) => Promise<OpenSite | string>>> = {
  container: async (flavour) => {
    const found = await containerImage(flavour);
    if ('problem' in found) return found.problem;
    sayOnce(`tests use ${found.image} in containers`);
    const { ContainerSite } = await import('./container-site.ts');
    return (shared) => ContainerSite.open(found.image, found.program, shared);
  },
  path: async (flavour) => local(await installedServer(flavour)) ?? `there is no ${programNeeded(flavour)} on the PATH`,
  apt: async (flavour) => {
    // One is enough to run the tests: of the others, those are used that are there.
    if (flavour) return 'a certain version is not installed for tests';
    return local(await installServer()) ?? 'none could be installed, which takes root and apt-get';
  },
};

function local(found: { readonly path: string; readonly version: string } | undefined): OpenSite | undefined {
  if (!found) return undefined;
  sayOnce(`tests use ${found.path} (${found.version})`);
  return () => Promise.resolve(new LocalSite(found.path));
}

function programNeeded(flavour?: Flavour): string {
  return flavour ? `${programOf(flavour)} ${RECIPES[flavour].major}` : 'redis-server 7 or later';
}
