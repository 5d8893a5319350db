import { encodeKeyForListing } from '../listing/encode-key.js';
import type {
  BucketListing,
  ObjectEntry,
  ObjectListing,
  ObjectListingV2,
  OwnerView,
  VersionListing,
} from '../listing/entries.js';
import { document, element, etagElement, isoSeconds, ownerElement } from './document.js';

export type Encode = (text: string) => string;

const asIs: Encode = (text) => text;

/** How keys are shown on a page. */
export function keyEncoding(encodeKeys: boolean): Encode {
  return encodeKeys ? encodeKeyForListing : asIs;
}

export function encodingType(encodeKeys: boolean): string {
  return encodeKeys ? '<EncodingType>url</EncodingType>' : '';
}

/** An encoded key in an element of its own; nothing when it is `undefined`. */
export function keyElement(name: string, key: string | undefined, encode: Encode): string {
  return key === undefined ? '' : element(name, encode(key));
}

export function commonPrefixElements(prefixes: readonly string[], encode: Encode): string {
  let xml = '';
  for (const prefix of prefixes) xml += `<CommonPrefixes>${element('Prefix', encode(prefix))}</CommonPrefixes>`;
  return xml;
}

/** Entries of one page nearly all have one owner: its element is made once. */
function ownerElements(): (owner: OwnerView | undefined) => string {
  let last: OwnerView | undefined;
  let text = '';
  return (owner) => {
    if (owner !== last) {
      last = owner;
      text = owner === undefined ? '' : ownerElement('Owner', owner);
    }
    return text;
  };
}

/** What objects and versions have in common, in AWS's order. */
function contentElements(entry: ObjectEntry, owner: string): string {
  const checksum =
    entry.checksumAlgorithm === undefined
      ? ''
      : `<ChecksumAlgorithm>${entry.checksumAlgorithm}</ChecksumAlgorithm>${element('ChecksumType', entry.checksumType)}`;
  return `<LastModified>${isoSeconds(entry.modifiedAt)}</LastModified>${etagElement(entry.etag)}${checksum}<Size>${entry.size}</Size>${owner}<StorageClass>${entry.storageClass}</StorageClass>`;
}

function contentsElements(objects: readonly ObjectEntry[], encode: Encode): string {
  const ownerOf = ownerElements();
  let xml = '';
  for (const object of objects) {
    xml += `<Contents>${element('Key', encode(object.key))}${contentElements(object, ownerOf(object.owner))}</Contents>`;
  }
  return xml;
}

/** ListBuckets. */
export function renderListBuckets(listing: BucketListing): string {
  let buckets = '';
  for (const { name, createdAt, region } of listing.buckets) {
    buckets += `<Bucket>${element('Name', name)}<CreationDate>${isoSeconds(createdAt)}</CreationDate>${element('BucketRegion', region)}</Bucket>`;
  }
  return document(
    'ListAllMyBucketsResult',
    ownerElement('Owner', listing.owner) +
      `<Buckets>${buckets}</Buckets>` +
      element('ContinuationToken', listing.continuationToken) +
      element('Prefix', listing.prefix),
  );
}

/** ListObjects, first version. */
export function renderListObjects(listing: ObjectListing): string {
  const encode = keyEncoding(listing.encodeKeys);
  return document(
    'ListBucketResult',
    element('Name', listing.bucket) +
      keyElement('Prefix', listing.prefix, encode) +
      keyElement('Marker', listing.marker, encode) +
      (listing.isTruncated && listing.delimiter !== undefined
        ? keyElement('NextMarker', listing.nextMarker, encode)
        : '') +
      element('MaxKeys', listing.maxKeys) +
      keyElement('Delimiter', listing.delimiter, encode) +
      encodingType(listing.encodeKeys) +
      element('IsTruncated', listing.isTruncated) +
      contentsElements(listing.objects, encode) +
      commonPrefixElements(listing.commonPrefixes, encode),
  );
}

/** ListObjectsV2. */
export function renderListObjectsV2(listing: ObjectListingV2): string {
  const encode = keyEncoding(listing.encodeKeys);
  return document(
    'ListBucketResult',
    element('Name', listing.bucket) +
      keyElement('Prefix', listing.prefix, encode) +
      element('ContinuationToken', listing.continuationToken) +
      element('NextContinuationToken', listing.nextContinuationToken) +
      keyElement('StartAfter', listing.startAfter, encode) +
      element('KeyCount', listing.objects.length + listing.commonPrefixes.length) +
      element('MaxKeys', listing.maxKeys) +
      keyElement('Delimiter', listing.delimiter, encode) +
      encodingType(listing.encodeKeys) +
      element('IsTruncated', listing.isTruncated) +
      contentsElements(listing.objects, encode) +
      commonPrefixElements(listing.commonPrefixes, encode),
  );
}

/** ListObjectVersions. */
export function renderListVersions(listing: VersionListing): string {
  const encode = keyEncoding(listing.encodeKeys);
  const ownerOf = ownerElements();
  let versions = '';
  for (const entry of listing.versions) {
    const name = entry.deleteMarker ? 'DeleteMarker' : 'Version';
    const owner = ownerOf(entry.owner);
    const rest = entry.deleteMarker
      ? `<LastModified>${isoSeconds(entry.modifiedAt)}</LastModified>${owner}`
      : contentElements(entry, owner);
    versions += `<${name}>${element('Key', encode(entry.key))}${element('VersionId', entry.versionId)}<IsLatest>${entry.isLatest}</IsLatest>${rest}</${name}>`;
  }
  return document(
    'ListVersionsResult',
    element('Name', listing.bucket) +
      keyElement('Prefix', listing.prefix, encode) +
      keyElement('KeyMarker', listing.keyMarker, encode) +
      element('VersionIdMarker', listing.versionIdMarker) +
      keyElement('NextKeyMarker', listing.nextKeyMarker, encode) +
      element('NextVersionIdMarker', listing.nextVersionIdMarker) +
      element('MaxKeys', listing.maxKeys) +
      keyElement('Delimiter', listing.delimiter, encode) +
      encodingType(listing.encodeKeys) +
      element('IsTruncated', listing.isTruncated) +
      versions +
      commonPrefixElements(listing.commonPrefixes, encode),
  );
}
