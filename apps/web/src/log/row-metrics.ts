import type { ViewOptions } from '../reading/view-options.js';
import type { RowMetrics } from './row-shape.js';

/** What stands before the text, in characters: as the style sheet has it. */
const NUMBER = 7;
const TIME = 13;
const LANE = 11;
const FOLD_AND_EDGES = 4;

/** What fits in a row of this element. The text is in one width. */
export function metricsOf(scroller: Element, { numbers, time }: ViewOptions, hasLanes: boolean): RowMetrics {
  const style = getComputedStyle(scroller);
  const taken = (numbers ? NUMBER : 0) + (time === 'none' ? 0 : TIME) + (hasLanes ? LANE : 0) + FOLD_AND_EDGES;
  return {
    lineHeight: Number.parseFloat(style.lineHeight),
    columns: Math.max(10, Math.floor(scroller.clientWidth / characterWidth(style)) - taken),
  };
}

function characterWidth({ fontSize, fontFamily }: CSSStyleDeclaration): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return Number.parseFloat(fontSize) * 0.6;
  context.font = `${fontSize} ${fontFamily}`;
  return context.measureText('0').width;
}
