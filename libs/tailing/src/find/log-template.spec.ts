import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { literalPath, parseLogTemplate, rootFolder, TemplateError } from './log-template.js';

const captures = (values: Record<string, string>) => new Map(Object.entries(values));

/** Whether the template's last segment is a pattern that `name` matches. */
function matches(text: string, name: string): boolean {
  const last = parseLogTemplate(text).segments.at(-1);
  return last?.kind === 'pattern' && last.pattern.test(name);
}

function refusal(text: string): string {
  try {
    parseLogTemplate(text);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  throw new Error(`"${text}" was not refused`);
}

describe('parseLogTemplate', () => {
  it('names a deployment where no channel is written', () => {
    const template = parseLogTemplate('/var/log/app/{name}.log');
    expect(template).toMatchObject({ text: '/var/log/app/{name}.log', root: '/var/log/app', shared: false });
    expect(template.channelOf(captures({ name: 'web-42' }))).toBe('deployment/web-42');
  });

  it('builds the channel of the placeholders', () => {
    const template = parseLogTemplate('/var/log/pods/{ns}_{pod}_*/{container}/*.log=pod/{ns}.{pod}.{container}');
    expect(template).toMatchObject({ root: '/var/log/pods', shared: true });
    expect(template.channelOf(captures({ ns: 'shop', pod: 'web-1', container: 'app' }))).toBe('pod/shop.web-1.app');
  });

  it('knows who a pod belongs to, and names records after it and its container', () => {
    const template = parseLogTemplate(
      '/var/log/containers/{pod}_{namespace}_{container}-{id}.log=deployment/{namespace}.{owner}',
    );
    const [segment] = template.segments;
    if (segment?.kind !== 'pattern') throw new Error('no pattern');
    const id = 'f'.repeat(64);
    const capturesOf = (name: string) => {
      const values = segment.pattern.exec(name)?.slice(1) ?? [];
      return new Map(segment.names.map((key, index) => [key, values[index] ?? '']));
    };
    const found = capturesOf(`web-6d4cf56db6-x7k2p_shop_side-car-${id}.log`);
    expect(template.channelOf(found)).toBe('deployment/shop.web');
    expect(template.podOf(found)).toEqual({ namespace: 'shop', pod: 'web-6d4cf56db6-x7k2p' });
    expect(template.channelOf(found, 'a.B_c')).toBe('deployment/shop.a.B_c');
    expect(template.channelOf(found, 'two words')).toMatch(/^deployment\/shop\.two-words_[0-9a-f]{10}$/);
    expect(parseLogTemplate('/x/{namespace}_{pod}.log=pod/{namespace}.{pod}').podOf(found)).toBeUndefined();
    expect(template.labelOf(found)).toBe('web-6d4cf56db6-x7k2p/side-car');
    expect(template.shared).toBe(true);

    // Of the same beginning, in two namespaces of the longest names: cut, and told apart by the hash.
    const [one, other] = ['a', 'b'].map((end) => {
      const long = capturesOf(`${'w'.repeat(200)}-0_${'n'.repeat(62)}${end}_app-${id}.log`);
      return template.channelOf(long);
    });
    expect(one).not.toBe(other);
    for (const channel of [one, other]) expect(channel).toMatch(/^deployment\/n{62}[ab]\.w+_[0-9a-f]{10}$/);
  });

  it('takes one file for one channel', () => {
    const template = parseLogTemplate('/tmp/h5_agent.log=host/h5');
    expect(template).toMatchObject({ root: '/tmp/h5_agent.log', segments: [], shared: false });
    expect(literalPath(template)).toBe('/tmp/h5_agent.log');
    expect(rootFolder(template)).toBe('/tmp');
    expect(template.channelOf(captures({}))).toBe('host/h5');
  });

  it('resolves a relative path', () => {
    expect(parseLogTemplate('./data/{name}.log').root).toBe(resolve('data'));
    expect(parseLogTemplate('../{name}.log').root).toBe(resolve('..'));
    expect(parseLogTemplate('{name}.log').root).toBe(resolve('.'));
  });

  it('takes the last = as the divider, so that a path may have others', () => {
    const template = parseLogTemplate('/data/day=1/{name}.log=host/{name}');
    expect(template.root).toBe('/data/day=1');
    expect(template.channelOf(captures({ name: 'h5' }))).toBe('host/h5');
  });

  it('knows when several files share a channel', () => {
    expect(parseLogTemplate('/var/log/*.log=host/h5').shared).toBe(true);
    expect(parseLogTemplate('/var/log/**/{name}.log').shared).toBe(true);
    expect(parseLogTemplate('/var/log/{dir}/{name}.log=host/{name}').shared).toBe(true);
    expect(parseLogTemplate('/var/log/{dir}/{name}.log=host/{dir}.{name}').shared).toBe(false);
  });

  it('follows names of any length with the root as its folder', () => {
    expect(parseLogTemplate('/{name}.log').root).toBe('/');
  });

  it('matches what a shell would', () => {
    expect(matches('/x/*.log=host/h', 'a.log')).toBe(true);
    expect(matches('/x/*.log=host/h', '.log')).toBe(false);
    expect(matches('/x/?.log=host/h', 'a.log')).toBe(true);
    expect(matches('/x/?.log=host/h', 'ab.log')).toBe(false);
    expect(matches('/x/a*b=host/h', 'ab')).toBe(true);
    expect(matches('/x/a+(1).{name}=host/h', 'a+(1).x')).toBe(true);
    expect(matches('/x/a.{name}=host/h', 'abx')).toBe(false);
    expect(matches('/x/{name}.log=host/h', 'two\nlines.log')).toBe(true);
  });

  it('matches hidden files only where the dot is written', () => {
    expect(matches('/x/{name}=host/{name}', '.secret')).toBe(false);
    expect(matches('/x/?x=host/h', '.x')).toBe(false);
    expect(matches('/x/.{name}=host/{name}', '.secret')).toBe(true);
  });
});

describe('a template that can’t be followed', () => {
  it.each([
    ['', 'it has no path; write PATH or PATH=kind/{name}'],
    ['=host/h5', 'it has no path'],
    [
      '/var/log/app.log',
      "it doesn't say which channel the file belongs to; put {name} into the path, or add =kind/name",
    ],
    ['/var/log/*.log', "it doesn't say which channel"],
    ['/var/log/{app}.log', "it doesn't say which channel"],
    ['/var/log/{name}.log=host/{owner}', "its channel uses {owner}, which its path doesn't have"],
    ['/var/log/{name}.log=host/{host}', "its channel uses {host}, which its path doesn't have"],
    ['/var/log/{name}.log=Host/{name}', 'kind is a lower-case letter and up to 31 of a-z 0-9 -'],
    ['/var/log/{name}.log={kind}/{name}', "can't name a channel; write kind/name or kind/{placeholder}"],
    ['/var/log/{name}.log=host', "can't name a channel"],
    ['/var/log/{name}.log=host/', "can't name a channel"],
    ['/var/log/{name}.log=', "can't name a channel"],
    ['/var/log/{name}.log=host/a/b', "can't name a channel"],
    ['/var/log/{name}.log=/{name}', "can't name a channel"],
    ['/var/log/a.log=host/h 5', "can't name a channel"],
    ['/var/log/a.log=host/{', "can't name a channel"],
    ['/var/log/*.log=host/*', "can't name a channel"],
    ['/var/log/a.log=host/-a', "can't name a channel"],
    ['/var/log/{name}.log=host/{}', "its channel uses {}, which its path doesn't have"],
    ['/data/app=web/{name}.log', 'a path that has a = of its own needs =kind/name after it'],
    ['/var/log/=host/h5', 'it names a folder; name its files, for example with {name}.log at the end'],
    ['/var/log/**=host/h5', 'it names a folder'],
    ['/var/log/{name}/{name}.log', '{name} stands in its path twice'],
    ['/var/log/{}.log=host/h', '{} is no placeholder; write a letter, then letters, digits and _'],
    ['/var/log/{a,b}.log=host/h', '{a,b} is no placeholder'],
    ['/var/log/{name.log=host/h', 'its braces don’t match'],
    ['/var/log/name}.log=host/h', 'its braces don’t match'],
  ])('%s', (text, reason) => {
    const message = refusal(text);
    expect(message).toContain(`"${text}" can't be followed: `);
    expect(message).toContain(reason);
  });
});
