import { loadOptions, think } from '../load-options.ts';
import { makeBucket, removeBucket, type Place } from '../s3/bucket.ts';
import { get, head, list, put, removeOrPut } from '../s3/operations.ts';
import { storeObjects } from '../s3/stored-objects.ts';

export const options = loadOptions('s3-mixed');

export function setup(): Place {
  return storeObjects(makeBucket());
}

export { removeBucket as teardown };

export default function run(place: Place): void {
  const dice = Math.random() * 100;
  if (dice < 55) get(place);
  else if (dice < 75) put(place);
  else if (dice < 90) head(place);
  else if (dice < 95) list(place);
  else removeOrPut(place);
  think();
}
