import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A package of others that package-lock.json installs. */
export interface LockedPackage {
  /** Where it stands, for example `node_modules/ws`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; `undefined` where the package does not say it so that npm understands it. */
  readonly license: string | undefined;
  /** Only development needs it: no image and no process of ours has it. */
  readonly isDev: boolean;
  /** It may be missing, where it is for another platform. */
  readonly isOptional: boolean;
  /** It has scripts that npm would run as it is installed. */
  readonly runsAtInstall: boolean;
}

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      license: z.string().optional(),
      link: z.boolean().optional(),
      dev: z.boolean().optional(),
      optional: z.boolean().optional(),
      devOptional: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

const FOLDER = 'node_modules/';

/** Reads a package-lock.json (lockfileVersion 3). Packages of the workspace are ours, and left out. */
export function readLock(path: string | URL): readonly LockedPackage[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return Object.entries(packages).flatMap(
    ([at, { name, version, license, link, dev, optional, devOptional, hasInstallScript }]) => {
      const folder = at.lastIndexOf(FOLDER);
      if (folder < 0 || link === true) return [];
      return [
        {
          path: at,
          name: name ?? at.slice(folder + FOLDER.length),
          version: version ?? '',
          license,
          isDev: dev === true || devOptional === true,
          isOptional: optional === true || devOptional === true,
          runsAtInstall: hasInstallScript === true,
        },
      ];
    },
  );
}
