import { z } from 'zod';
import { byteSize } from './byte-size.js';

const KIB = 2 ** 10;
const MIB = 2 ** 20;

const count = (fallback: number, maximum = 1_000_000) => z.number().int().min(1).max(maximum).default(fallback);
const seconds = (fallback: number) => z.number().positive().max(10 * 365 * 86_400).default(fallback);

/** What one request or the whole server may use. */
export const limitsSchema = z.strictObject({
  byteBudget: byteSize(8 * MIB)
    .prefault('64MiB')
    .describe('Memory for bodies on their way: hash slots, read buffers, inline bodies and the writer\'s queue together'),
  budgetWaitSeconds: seconds(10).describe('How long a request waits for a share of the byte budget before it is told SlowDown'),
  inlineBytes: byteSize().prefault('32KiB').describe('Bodies up to this size are stored with their record'),
  headerBytes: byteSize(4 * KIB).prefault('16KiB').describe('All headers of one request together'),
  metadataBytes: byteSize().prefault('2KiB').describe('User metadata of one object: names and values together'),
  xmlBytes: byteSize(KIB).prefault('4MiB').describe('An XML request body'),
  xmlDepth: count(16, 256).describe('Nesting of an XML request body'),
  deleteKeys: count(1_000, 10_000).describe('Keys in one DeleteObjects request'),
  partCount: count(10_000, 10_000).describe('Parts of one multipart upload'),
  minPartBytes: byteSize().prefault('5MiB').describe('Every part but the last has at least this size'),
  putBytes: byteSize(1).prefault('5GiB').describe('The body of one PUT, a single part included'),
  objectBytes: byteSize(1).prefault('50000GiB').describe('One object'),
  blobBytes: byteSize(1).prefault('64GiB').describe('One blob of a repository'),
  manifestBytes: byteSize(KIB).prefault('4MiB').describe('One manifest'),
  drainBytes: byteSize().prefault('1MiB').describe('How much of a refused request\'s body is read before the connection is closed'),
  connections: count(10_000).describe('Open connections'),
  headerSeconds: seconds(30).describe('From the start of a connection or request to the end of its headers'),
  idleSeconds: seconds(60).describe('A connection on which nothing moves is closed after this'),
  keepAliveSeconds: seconds(75).describe('A connection without a request is kept open this long'),
  requestSeconds: seconds(21_600).describe('One whole request'),
  flushMilliseconds: count(50, 10_000).describe('A partly filled hash slot of a slow upload is passed on after this'),
  hashWorkers: count(2, 64).describe('Threads that hash bodies'),
  startSeconds: seconds(60).describe('Each plugin must have started after this'),
  drainSeconds: seconds(30).describe('On shutdown, running requests and plugins have this long to finish'),
  stopSeconds: seconds(10).describe('Each plugin must have stopped after this'),
  collectGraceSeconds: seconds(25_200).describe('Unreferenced bytes are kept this long; longer than requestSeconds, so that no read loses its bytes'),
  collectIntervalSeconds: seconds(60).describe('Pause between two runs of the clean-up'),
  scrubBytesPerSecond: byteSize().prefault('2MiB').describe('Pace at which stored bytes are read and checked in the background; 0: not'),
  scrubIntervalSeconds: seconds(10).describe('Pause between two steps of that check'),
  completedUploadSeconds: seconds(7 * 86_400).describe('How long the answer of a completed multipart upload, or the client token of a rename, is remembered'),
  feedEntries: count(10_000_000, 1_000_000_000).describe('Entries of the change feed that are kept for a listener that stands still; it misses what is older'),
  feedPollMilliseconds: count(250, 60_000).describe('Pause before the change feed is looked at again for listeners, once all is delivered'),
  multipartExpirySeconds: z
    .number()
    .positive()
    .optional()
    .describe('Multipart uploads that were not completed are aborted after this; unset: never'),
});

export type Limits = z.output<typeof limitsSchema>;
