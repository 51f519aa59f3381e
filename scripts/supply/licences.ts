import type { LockedPackage } from './locked-packages.ts';

/** What may be in what we ship: licences that ask for no more than that they are named. SPDX identifiers. */
const SHIPPED = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Unlicense'];

/** Beside those, what tools may have that ship with nothing. */
const DEVELOPMENT = [...SHIPPED, 'MPL-2.0', 'CC-BY-4.0', 'CC0-1.0'];

/** Packages that name their licence in a form that npm does not read, and what somebody has read there. */
const READ_BY_HAND: Readonly<Record<string, string>> = { ssh2: 'MIT', buildcheck: 'MIT', 'cpu-features': 'MIT' };

/** Which packages there are of each licence, by name. */
export function byLicence(packages: readonly LockedPackage[]): ReadonlyMap<string, readonly LockedPackage[]> {
  return Map.groupBy(packages, licenceOf);
}

/** A sentence for each package whose licence is not known, or not one that may be there. */
export function licenceProblems(packages: readonly LockedPackage[]): readonly string[] {
  return packages.flatMap((one) => {
    const licence = licenceOf(one);
    const allowed = one.isDev ? DEVELOPMENT : SHIPPED;
    if (allowed.includes(licence)) return [];
    return [`${one.name}@${one.version} (${one.path}) has ${licence}; allowed here: ${allowed.join(', ')}`];
  });
}

function licenceOf({ name, license }: LockedPackage): string {
  return license ?? READ_BY_HAND[name] ?? 'no licence that is known';
}
