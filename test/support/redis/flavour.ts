/** Which server a test asks for. */
export type Flavour = 'redis-8' | 'redis-7' | 'valkey-8';

interface Recipe {
  /** What it is called on the PATH, and in its image. */
  readonly program: 'redis-server' | 'valkey-server';
  readonly major: number;
  readonly image: string;
  /** Beside this file: what builds one, where the image can't be had. */
  readonly dockerfile?: string;
}

export const RECIPES: Readonly<Record<Flavour, Recipe>> = {
  'redis-8': { program: 'redis-server', major: 8, image: 'redis:8.0' },
  'redis-7': { program: 'redis-server', major: 7, image: 'redis:7' },
  'valkey-8': { program: 'valkey-server', major: 8, image: 'valkey/valkey:8.1', dockerfile: 'valkey.Dockerfile' },
};

export const FLAVOURS: readonly Flavour[] = ['redis-8', 'redis-7', 'valkey-8'];

/** What containers run where a test asks for nothing. */
export const USUAL: Flavour = 'redis-8';

/** Sharded pub/sub began with it: the oldest that will do where a test asks for nothing. */
export const OLDEST_MAJOR = 7;

/** What it is called on the PATH. */
export function programOf(flavour?: Flavour): string {
  return flavour ? RECIPES[flavour].program : 'redis-server';
}
