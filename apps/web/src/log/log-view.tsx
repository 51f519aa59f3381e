import type { PositionText } from '@tailgate/protocol';
import { useEffect, useImperativeHandle, useRef, useState } from 'react';
import { keptOptions } from '../reading/view-options.js';
import { LogBody } from './log-body.js';
import type { Limits } from './log-feed.js';
import { LIMITS, LogModel } from './log-model.js';
import type { LogSource } from './log-source.js';
import type { LogViewProps } from './log-view-props.js';

/** The log: what a source delivers, line by line, and all that helps to read it. Fills its parent, which has a height of its own. */
export function LogView({ source, limits = LIMITS, at, ref, ...props }: LogViewProps) {
  const model = useModel(source, limits, at);
  useImperativeHandle(ref, () => ({ clear: () => model?.clear() }), [model]);
  const [channel] = props.channels;
  useEffect(() => {
    if (!model || at === undefined || channel === undefined || at === model.marked) return;
    // What goes wrong is shown as the model's problem.
    model.goToRecord(channel, at).catch(() => undefined);
  }, [model, at, channel]);
  return model ? <LogBody model={model} {...props} /> : null;
}

/** The model of this source: it listens for as long as the view is there. */
function useModel(source: LogSource, limits: Limits, at: PositionText | undefined): LogModel | undefined {
  const [model, setModel] = useState<LogModel>();
  const begin = useRef(at);
  useEffect(() => {
    begin.current = at;
  }, [at]);
  useEffect(() => {
    const made = new LogModel(source, { view: keptOptions(localStorage), limits, at: begin.current, nextFrame });
    setModel(made);
    return () => {
      made.close();
      setModel(undefined);
    };
  }, [source, limits]);
  return model;
}

function nextFrame(callback: () => void): () => void {
  const frame = requestAnimationFrame(callback);
  return () => cancelAnimationFrame(frame);
}
