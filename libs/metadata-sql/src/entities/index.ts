/**
 * The schema as MikroORM entities: one source for all dialects, against which each
 * dialect's migrations are checked. What only a dialect has (SQLite's clustered
 * tables) is in its migrations alone.
 */
import { BodyExtent, BodyPart, Content, ContentDigest, InlineBody } from './body.js';
import { Bucket, BucketUsage } from './bucket.js';
import { ObjectCurrent, ObjectVersion } from './object.js';
import { Document, Feed, FeedReader, Lease, StoreState } from './records.js';
import { BlobUpload, Manifest, ManifestReference, Repository, RepositoryBlob, RepositoryUsage, Tag } from './repository.js';
import { ClientToken, CompletedUpload, Upload, UploadPart } from './upload.js';

export const METADATA_ENTITIES = [
  StoreState,
  Bucket,
  BucketUsage,
  ObjectCurrent,
  ObjectVersion,
  InlineBody,
  BodyExtent,
  BodyPart,
  Content,
  ContentDigest,
  Upload,
  UploadPart,
  CompletedUpload,
  ClientToken,
  Feed,
  FeedReader,
  Lease,
  Document,
  Repository,
  RepositoryUsage,
  RepositoryBlob,
  Manifest,
  ManifestReference,
  Tag,
  BlobUpload,
];
