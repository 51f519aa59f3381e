/** A pod as paths name it. */
export interface PodName {
  readonly namespace: string;
  readonly pod: string;
}

/** Who tells what pods belong to, where their names are not to decide. Asked at each look for files; must not throw. */
export interface PodOwners {
  /** The owner's name: any text, and the same from its first answer on. `undefined`: not known yet, and the pod's files wait. */
  ownerOf(pod: PodName): string | undefined;
}

/** What Kubernetes makes random names of: no vowels, so that they say nothing (apimachinery, `util/rand`). */
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';

/**
 * How the names of pods end, which their owners give them (kubernetes, `pkg/controller`): a CronJob's by the minute and five random
 * characters, a Deployment's by the hash of its template and five, a Job's or a DaemonSet's by five, a StatefulSet's by a number.
 */
const ENDINGS = [
  new RegExp(`-\\d{8,10}-${RANDOM}{5}$`),
  new RegExp(`-${RANDOM}{6,10}-${RANDOM}{5}$`),
  new RegExp(`-${RANDOM}{5}$`),
  /-\d{1,9}$/,
];

/** A name that is made is 63 characters at most: what stands before the five random ones is cut, be it the hash or the owner's name. */
const LONGEST = 63;
const RANDOM_CHARACTERS = 5;
const CUT_HASH = new RegExp(`-${RANDOM}{0,9}$`);

/**
 * The name of what a pod belongs to, as far as the pod's own name tells: `web` of `web-6d4cf56db6-x7k2p`. A pod of nobody's is its own
 * owner, unless its name looks like somebody's.
 */
export function ownerOf(pod: string): string {
  for (const ending of ENDINGS) {
    const owner = pod.replace(ending, '');
    if (owner !== pod && owner !== '') return owner;
  }
  return pod.length === LONGEST ? pod.slice(0, -RANDOM_CHARACTERS).replace(CUT_HASH, '') : pod;
}
