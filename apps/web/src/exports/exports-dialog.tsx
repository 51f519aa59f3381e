import { useEffect, useState } from 'react';
import { Fault } from '../app/fault.js';
import { Dialog } from '../app/dialog.js';
import type { Channels } from './exportable.js';
import type { ExportsPane } from './exports-pane.js';

interface ExportsDialogProps {
  /** What may be exported. */
  readonly channels: Channels;
  readonly onClose: () => void;
}

/** By itself: where `then` stands right behind an `import`, the bundler loads what belongs to it outside of that, and failures pass it by. */
const loadPane = () => import('./exports-pane.js');

/** Files of channels that are made in the background. What is in it is loaded when it opens: few readers ever do. */
export function ExportsDialog({ channels, onClose }: ExportsDialogProps) {
  const [Pane, setPane] = useState<typeof ExportsPane>();
  const [fault, setFault] = useState('');
  useEffect(() => {
    let isCurrent = true;
    loadPane().then(
      (loaded) => isCurrent && setPane(() => loaded.ExportsPane),
      () => isCurrent && setFault('The gateway can not be reached: close this, and try again.'),
    );
    return () => {
      isCurrent = false;
    };
  }, []);
  return (
    <Dialog title="Export in the background" onClose={onClose}>
      <Fault text={fault} />
      {Pane && <Pane channels={channels} />}
    </Dialog>
  );
}
