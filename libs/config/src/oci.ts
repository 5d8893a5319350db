import { z } from 'zod';

const DAY = 86_400;

const seconds = (fallback: number, most = 10 * 365 * DAY) => z.number().positive().max(most).default(fallback);

const repositories = z
  .string()
  .regex(/^[a-z0-9._/*?-]{1,255}$/, 'expected a repository name, in which * stands for any text and ? for any character')
  .describe('Name of repositories, in which * stands for any text and ? for any character');

/** A regular expression over tags, to be found anywhere in them. */
const tags = z
  .string()
  .min(1)
  .max(256)
  .refine(isExpression, 'expected a regular expression');

const keepSchema = z.strictObject({
  tags: z.array(tags).min(1).max(100).describe('Regular expressions, one of which is found in the tag'),
  mostRecentlyPushed: z.number().int().min(1).max(1_000_000).optional().describe('Of those, keep so many that were pushed last'),
  mostRecentlyPulled: z.number().int().min(1).max(1_000_000).optional().describe('Of those, keep so many that were pulled last'),
  pushedWithinDays: z.number().positive().max(36_500).optional().describe('Of those, keep what was pushed within so many days'),
  pulledWithinDays: z.number().positive().max(36_500).optional().describe('Of those, keep what was pulled within so many days'),
});

const rulesSchema = z.strictObject({
  repositories,
  immutableTags: z.array(tags).max(100).default([]).describe('Regular expressions; tags in which one is found can neither move nor go'),
  sparseIndexes: z.boolean().default(false).describe('Take indexes whose manifests are not all here'),
  deleteHeldManifests: z.boolean().default(false).describe('Let manifests be deleted that an index holds'),
  deleteReferencedBlobs: z.boolean().default(false).describe('Let blobs be deleted that a manifest holds'),
  collectUntagged: z.boolean().default(false).describe('Collect manifests without a tag after oci.collectDelaySeconds'),
  retention: z
    .strictObject({
      keep: z.array(keepSchema).min(1).max(100).describe('What stays; a tag that none of them keeps goes'),
      delaySeconds: seconds(DAY).describe('How long a tag must have been unkept before it goes'),
      dryRun: z.boolean().default(false).describe('Say what would go, and let it be'),
    })
    .optional(),
});

const anonymousSchema = z.strictObject({
  repositories,
  actions: z.array(z.enum(['pull', 'push', 'delete'])).min(1).describe('What may be done'),
});

/** The registry. */
export const ociSchema = z.strictObject({
  anonymous: z
    .array(anonymousSchema)
    .max(100)
    .default([])
    .describe('What may be done without a credential: { repositories, actions }; repositories is a name with * and ?, actions are pull, push, delete'),
  repositories: z
    .array(rulesSchema)
    .max(1_000)
    .default([])
    .describe(
      'Rules, of which the first whose repositories (a name with * and ?) fits counts: { repositories, immutableTags?, sparseIndexes?, deleteHeldManifests?, deleteReferencedBlobs?, collectUntagged?, retention?: { keep: [{ tags, mostRecentlyPushed?, mostRecentlyPulled?, pushedWithinDays?, pulledWithinDays? }], delaySeconds?, dryRun? } }',
    ),
  collectDelaySeconds: seconds(DAY).describe('What nothing uses, such as blobs without a manifest, is collected when it has been so this long'),
  uploadIdleSeconds: seconds(DAY).describe('A blob upload on which nothing happens is given up after this'),
  retentionIntervalSeconds: seconds(DAY).describe('Pause between two runs of the retention rules'),
  tokenSeconds: z.number().int().min(60).max(3_600).default(300).describe('How long a bearer token is good'),
  refreshTokenSeconds: z.number().int().min(60).max(365 * DAY).default(30 * DAY).describe('How long a refresh token is good'),
});

export type OciConfig = z.output<typeof ociSchema>;
export type RepositoryRulesConfig = OciConfig['repositories'][number];

function isExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
