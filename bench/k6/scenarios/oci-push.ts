import { loadOptions, think } from '../load-options.ts';
import { push } from '../oci/operations.ts';
import { nameRepository, removeRepository, type Repository } from '../oci/repository.ts';

export const options = loadOptions('oci-push');

export { nameRepository as setup, removeRepository as teardown };

export default function run(repository: Repository): void {
  push(repository);
  think();
}
