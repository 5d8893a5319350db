import { loadOptions, think } from '../load-options.ts';
import { pull } from '../oci/operations.ts';
import { nameRepository, removeRepository, storeImages, type Repository } from '../oci/repository.ts';

export const options = loadOptions('oci-pull');

export function setup(): Repository {
  return storeImages(nameRepository());
}

export { removeRepository as teardown };

export default function run(repository: Repository): void {
  pull(repository);
  think();
}
