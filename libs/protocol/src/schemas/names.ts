import { z } from 'zod';
import { CHANNEL_GRAMMAR, KIND_PATTERN, NAME_PATTERN, parseChannel, type ChannelName } from '../channel.js';
import { KIND_GLOB, NAME_GLOB, parseSelector, SELECTOR_GRAMMAR, type ChannelSelector } from '../pattern.js';
import { parsePosition, POSITION_GRAMMAR, POSITION_PATTERN, type PositionText } from '../position.js';

// The light entry's parsers decide. The patterns stand beside them since a JSON schema can only carry a pattern.

export const channelNameSchema = z
  .string()
  .regex(joined(KIND_PATTERN, NAME_PATTERN), CHANNEL_GRAMMAR)
  .refine((text): text is ChannelName => parseChannel(text) !== undefined, CHANNEL_GRAMMAR)
  .meta({ id: 'ChannelName', description: CHANNEL_GRAMMAR, examples: ['deployment/web-42'] });

export const channelSelectorSchema = z
  .string()
  .regex(joined(KIND_GLOB, NAME_GLOB), SELECTOR_GRAMMAR)
  .refine((text): text is ChannelSelector => parseSelector(text) !== undefined, SELECTOR_GRAMMAR)
  .meta({ id: 'ChannelSelector', description: SELECTOR_GRAMMAR, examples: ['deployment/web-42', 'deployment/*'] });

export const positionTextSchema = z
  .string()
  .regex(POSITION_PATTERN, POSITION_GRAMMAR)
  .refine((text): text is PositionText => parsePosition(text) !== undefined, POSITION_GRAMMAR)
  .meta({ id: 'Position', description: POSITION_GRAMMAR, examples: ['1763612345678-42'] });

/** `kind/name`, from the patterns of both parts, which are anchored at both ends. */
function joined(kind: RegExp, name: RegExp): RegExp {
  return new RegExp(`${kind.source.slice(0, -1)}/${name.source.slice(1)}`);
}
