import { loadOptions, think } from '../load-options.ts';
import { headManifest, listTags, pull, push } from '../oci/operations.ts';
import { nameRepository, removeRepository, storeImages, type Repository } from '../oci/repository.ts';

export const options = loadOptions('oci-mixed');

export function setup(): Repository {
  return storeImages(nameRepository());
}

export { removeRepository as teardown };

export default function run(repository: Repository): void {
  const dice = Math.random() * 10;
  if (dice < 7) pull(repository);
  else if (dice < 8) push(repository);
  else if (dice < 9) headManifest(repository);
  else listTags(repository);
  think();
}
