import { expect, it } from '@jest/globals';
import type { MetadataStore, RecordPulls } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import { PullRecorder } from './pull-recorder.js';

it('keeps pulls that could not be written, and those that come meanwhile', async () => {
  const written: RecordPulls['pulls'][] = [];
  let during: () => void = () => {
    throw new Error('not now');
  };
  const apply = async (_context: unknown, { pulls }: RecordPulls) => {
    during();
    written.push(pulls);
  };
  const recorder = new PullRecorder({ apply } as unknown as MetadataStore);
  recorder.pulled(1, 'sha256:a', 'v1', 10);
  await expect(recorder.flush(testContext())).rejects.toThrow('not now');
  during = () => recorder.pulled(1, 'sha256:a', 'v1', 20);
  await recorder.flush(testContext());
  during = () => undefined;
  await recorder.flush(testContext());
  await recorder.flush(testContext());
  expect(written.flat().map(({ at }) => at)).toEqual([10, 20]);
});
