import { resolve } from 'node:path';
import { channelShortName, type ChannelName } from '@tailgate/protocol';
import type { LogTemplate } from '@tailgate/tailing';

const PLACEHOLDER = /\{([^{}]*)\}/g;

/**
 * The file that one of these templates would take for the channel's: absolute. `undefined` where none is as simple as a path with one
 * placeholder, which is the channel's name.
 */
export function demoPath(templates: readonly LogTemplate[], channel: ChannelName): string | undefined {
  for (const template of templates) {
    const divider = template.text.lastIndexOf('=');
    const path = divider < 0 ? template.text : template.text.slice(0, divider);
    const [placeholder, ...others] = [...path.matchAll(PLACEHOLDER)];
    if (!placeholder || others.length > 0 || /[*?]/.test(path)) continue;
    const name = channelShortName(channel);
    const [whole, key = ''] = placeholder;
    if (template.channelOf(new Map([[key, name]])) === channel) return resolve(path.replace(whole, () => name));
  }
  return undefined;
}
