import { expect, test } from 'vitest';
import { THIS_BUILD } from './build.ts';
import { rollingUpgrade } from './rolling-upgrade.ts';

// From this build to itself: that processes of two versions agree on what is stored is shown by `npm run upgrade -- --from <ref>`, which
// builds the earlier one, and by newer-forms.spec.ts and newer-channel.spec.ts.
test('gateways and tailers are replaced in turn, and back, under load: every line once, in order', async () => {
  const { problems, written, delivered } = await rollingUpgrade(THIS_BUILD, { ...THIS_BUILD, name: 'its successor' });
  expect(problems).toEqual([]);
  expect(delivered).toBe((written * 24) / 6);
}, 300_000);
