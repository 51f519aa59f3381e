import { ExportForm } from './export-form.js';
import { Fault } from '../app/fault.js';
import { ExportList } from './export-list.js';
import type { Channels } from './exportable.js';
import './exports.css';
import { useExports } from './use-exports.js';

/** Asks for exports, and shows how they fare. */
export function ExportsPane({ channels }: { readonly channels: Channels }) {
  const { exports, fault, news, refresh } = useExports();
  return (
    <>
      <ExportForm channels={channels} onStarted={refresh} />
      <Fault text={fault} />
      {exports && <ExportList exports={exports} onDeleted={refresh} />}
      <p className="hidden" role="status">
        {news}
      </p>
    </>
  );
}
