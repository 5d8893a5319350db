import { z } from 'zod';

const view = z.strictObject({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected the name of a bucket').describe('Name of the bucket'),
  repository: z.string().regex(/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/, 'expected the name of a repository').max(255).describe('Name of the repository'),
});

/** What can be read at the other door too. */
export const viewsSchema = z
  .strictObject({
    repositories: z.array(view).max(1_000).default([]).describe('Repositories that can be read as buckets: { repository, bucket }'),
    buckets: z.array(view).max(1_000).default([]).describe('Buckets that can be read as repositories: { bucket, repository }'),
  })
  .superRefine(({ repositories, buckets }, context) => {
    const names = [
      ['repositories', 'bucket', repositories],
      ['buckets', 'repository', buckets],
    ] as const;
    for (const [list, field, views] of names) {
      views.forEach((one, index) => {
        if (views.findIndex((other) => other[field] === one[field]) === index) return;
        context.addIssue({ code: 'custom', path: [list, index, field], message: 'names another view already' });
      });
    }
  });

export type ViewsConfig = z.output<typeof viewsSchema>;
