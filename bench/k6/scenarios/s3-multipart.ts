import { loadOptions, think } from '../load-options.ts';
import { makeBucket, removeBucket, type Place } from '../s3/bucket.ts';
import { uploadInParts } from '../s3/upload-in-parts.ts';

export const options = loadOptions('s3-multipart');

export { makeBucket as setup, removeBucket as teardown };

export default function run(place: Place): void {
  uploadInParts(place);
  think();
}
