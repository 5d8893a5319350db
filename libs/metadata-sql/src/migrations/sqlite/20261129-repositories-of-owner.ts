import { Migration } from '@mikro-orm/migrations';

/** Repositories of one account by name, however many others there are. */
export class RepositoriesOfOwner extends Migration {
  override up(): void {
    this.addSql(`create index repository_owner on repository (owner, name)`);
  }
}
