import exec from 'k6/execution';
import { loadOptions, think } from '../load-options.ts';
import { makeBucket, removeBucket, type Place } from '../s3/bucket.ts';
import { list, listPrefixes } from '../s3/operations.ts';
import { storeObjects } from '../s3/stored-objects.ts';

export const options = loadOptions('s3-list');

export function setup(): Place {
  return storeObjects(makeBucket());
}

export { removeBucket as teardown };

export default function run(place: Place): void {
  if (exec.vu.iterationInScenario % 4 === 3) listPrefixes(place);
  else list(place);
  think();
}
