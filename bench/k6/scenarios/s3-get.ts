import { loadOptions, think } from '../load-options.ts';
import { makeBucket, removeBucket, type Place } from '../s3/bucket.ts';
import { get } from '../s3/operations.ts';
import { storeObjects } from '../s3/stored-objects.ts';

export const options = loadOptions('s3-get');

export function setup(): Place {
  return storeObjects(makeBucket());
}

export { removeBucket as teardown };

export default function run(place: Place): void {
  get(place);
  think();
}
