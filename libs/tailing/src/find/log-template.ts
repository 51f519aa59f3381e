import { basename, dirname, resolve, sep } from 'node:path';
import { KIND_PATTERN, parseChannel, type ChannelName } from '@tailgate/protocol';
import { channelFor } from './channel-escape.js';
import { ownerOf, type PodName } from './pod-owner.js';

/**
 * Which files to follow, and the channel of each: `/var/log/app/{name}.log=deployment/{name}`.
 * Only `parseLogTemplate` makes one.
 */
export interface LogTemplate {
  /** As it was written. */
  readonly text: string;
  /** The part of the path before the first wildcard: absolute. */
  readonly root: string;
  /** The rest of the path, segment by segment; empty where the template names one file, which is then `root`. */
  readonly segments: readonly Segment[];
  /** Whether several files may share a channel, so that each record must name its own. */
  readonly shared: boolean;
  /** The pod whose owner the channel names; `undefined` where it names none, or its path does not tell the pod's namespace. */
  podOf(captures: ReadonlyMap<string, string>): PodName | undefined;
  /** The channel of a file whose placeholders have these values. `owner`: what its pod belongs to, where its name does not decide. */
  channelOf(captures: ReadonlyMap<string, string>, owner?: string): ChannelName;
  /** What its records call it; `undefined` where its path says it as well as anything. */
  labelOf(captures: ReadonlyMap<string, string>): string | undefined;
}

export type Segment =
  | { readonly kind: 'literal'; readonly name: string }
  /** Any number of folders, none included. */
  | { readonly kind: 'folders' }
  /**
   * `names` are the placeholders, in the order of the pattern's groups; `loose`: it has a `*` or a `?` that no channel can name;
   * `specific`: it has more than wildcards.
   */
  | {
      readonly kind: 'pattern';
      readonly pattern: RegExp;
      readonly names: readonly string[];
      readonly loose: boolean;
      readonly specific: boolean;
    };

/** A template that can't be followed; the message says why and what is allowed. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';

  constructor(text: string, reason: string) {
    super(`"${text}" can't be followed: ${reason}`);
  }
}

const WILDCARD = /[*?{}]/;
const PLACEHOLDER = /\{([^{}]*)\}/g;
const TOKEN = /\{([^{}]*)\}|\*|\?|[{}]|[^*?{}]+/g;

/** What a path with `{pod}` tells beside the pod's name: who the pod belongs to. */
const OWNER = 'owner';

/**
 * Parses `PATH` or `PATH=kind/name`. PATH may hold `{placeholder}` and `*` (any run without `/`), `?` (one character) and `**` (any
 * folders); the channel is built from the placeholders, `deployment/{name}` where none is written. The last `=` divides the two.
 * A path with `{pod}` also has `{owner}`, what the pod belongs to by its name; with `{container}` too, its records are from
 * `pod/container`. Throws a `TemplateError`.
 */
export function parseLogTemplate(text: string): LogTemplate {
  const divider = text.lastIndexOf('=');
  const path = divider < 0 ? text : text.slice(0, divider);
  const target = divider < 0 ? 'deployment/{name}' : text.slice(divider + 1);
  if (path.trim() === '') throw new TemplateError(text, 'it has no path; write PATH or PATH=kind/{name}');

  const absolute = resolve(path);
  const parts = absolute.split(sep);
  const firstWild = parts.findIndex((part) => WILDCARD.test(part));
  const segments = firstWild < 0 ? [] : parts.slice(firstWild).map((part) => parseSegment(text, part));
  if (path.endsWith(sep) || segments.at(-1)?.kind === 'folders') {
    throw new TemplateError(text, 'it names a folder; name its files, for example with {name}.log at the end');
  }
  const placeholders = segments.flatMap((segment) => (segment.kind === 'pattern' ? segment.names : []));
  const known = placeholders.includes('pod') ? [...placeholders, OWNER] : placeholders;
  const twice = placeholders.find((name, i) => placeholders.indexOf(name) !== i);
  if (twice !== undefined) throw new TemplateError(text, `{${twice}} stands in its path twice`);

  const { kind, name } = parseTarget(text, target, known, divider < 0);
  const loose = segments.some((segment) => segment.kind === 'folders' || (segment.kind === 'pattern' && segment.loose));
  const used = placeholdersOf(target);
  return {
    text,
    root: firstWild < 0 ? absolute : parts.slice(0, firstWild).join(sep) || sep,
    segments,
    shared: loose || placeholders.some((placeholder) => !used.includes(placeholder)),
    podOf: (captures) => (used.includes(OWNER) && !placeholders.includes(OWNER) ? podIn(captures) : undefined),
    channelOf: (captures, owner) =>
      parseChannel(target) ??
      channelFor(
        kind,
        name.replace(PLACEHOLDER, (_, key: string) => captures.get(key) ?? derived(key, captures, owner)),
      ),
    labelOf: podAndContainer,
  };
}

function derived(key: string, captures: ReadonlyMap<string, string>, owner: string | undefined): string {
  return key === OWNER ? (owner ?? ownerOf(captures.get('pod') ?? '')) : '';
}

function podIn(captures: ReadonlyMap<string, string>): PodName | undefined {
  const [namespace, pod] = [captures.get('namespace'), captures.get('pod')];
  return namespace === undefined || pod === undefined ? undefined : { namespace, pod };
}

function podAndContainer(captures: ReadonlyMap<string, string>): string | undefined {
  const [pod, container] = [captures.get('pod'), captures.get('container')];
  return pod === undefined || container === undefined ? undefined : `${pod}/${container}`;
}

/** A template for one file, whatever wildcards its name holds. */
export function literalPath(template: LogTemplate): string | undefined {
  return template.segments.length === 0 ? template.root : undefined;
}

/** The folder that must exist before anything can match. */
export function rootFolder(template: LogTemplate): string {
  return template.segments.length === 0 ? dirname(template.root) : template.root;
}

function parseTarget(text: string, target: string, placeholders: readonly string[], isDefault: boolean) {
  const slash = target.indexOf('/');
  const kind = target.slice(0, Math.max(slash, 0));
  const name = target.slice(slash + 1);
  const literal = name.replace(PLACEHOLDER, '');
  const good = literal === name ? parseChannel(target) !== undefined : /^[A-Za-z0-9._-]*$/.test(literal);
  if (slash < 0 || !KIND_PATTERN.test(kind) || !good) {
    throw new TemplateError(
      text,
      `"${target}" can't name a channel; write kind/name or kind/{placeholder}, where kind is a lower-case letter and up to 31 of a-z 0-9 -, and name is of A-Z a-z 0-9 . _ -; a path that has a = of its own needs =kind/name after it`,
    );
  }
  for (const used of placeholdersOf(target)) {
    if (placeholders.includes(used)) continue;
    throw new TemplateError(
      text,
      isDefault
        ? `it doesn't say which channel the file belongs to; put {name} into the path, or add =kind/name (for example ${text}=host/${basename(text) || 'name'})`
        : `its channel uses {${used}}, which its path doesn't have; a path that has a = of its own needs =kind/name after it`,
    );
  }
  return { kind, name };
}

function placeholdersOf(target: string): string[] {
  return [...target.matchAll(PLACEHOLDER)].map(([, name]) => name ?? '');
}

function parseSegment(text: string, part: string): Segment {
  if (part === '**') return { kind: 'folders' };
  if (!WILDCARD.test(part)) return { kind: 'literal', name: part };
  const names: string[] = [];
  let source = '';
  for (const [token, name] of part.matchAll(TOKEN)) {
    if (name !== undefined) {
      if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
        throw new TemplateError(text, `{${name}} is no placeholder; write a letter, then letters, digits and _`);
      }
      names.push(name);
      source += '([^/]+)';
    } else if (token === '*') source += '[^/]*';
    else if (token === '?') source += '[^/]';
    else if (token === '{' || token === '}') throw new TemplateError(text, 'its braces don’t match');
    else source += token.replace(/[.+^$()|[\]\\]/g, '\\$&');
  }
  // As in a shell, a wildcard at the beginning matches no hidden file.
  const hidden = WILDCARD.test(part[0] ?? '') ? '(?!\\.)' : '';
  const loose = /[*?]/.test(part);
  const specific = part.replace(PLACEHOLDER, '').replace(/[*?]/g, '') !== '';
  return { kind: 'pattern', pattern: new RegExp(`^${hidden}${source}$`, 's'), names, loose, specific };
}
