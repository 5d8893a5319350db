import { loadOptions, think } from '../load-options.ts';
import { makeBucket, removeBucket, type Place } from '../s3/bucket.ts';
import { put } from '../s3/operations.ts';

export const options = loadOptions('s3-put');

export { makeBucket as setup, removeBucket as teardown };

export default function run(place: Place): void {
  put(place);
  think();
}
