import { describe, expect, it } from '@jest/globals';
import { renderBucketsJson, renderObjectsJson, renderPartsJson, renderVersionsJson } from '../json/render-json.js';
import { wantsJson } from '../json/wants-json.js';
import type { ObjectListing, ObjectListingV2, PartListing, UploadListing, VersionListing } from '../listing/entries.js';
import { parseXml } from './parse-xml.js';
import { renderLocationConstraint } from './render-bucket-settings.js';
import { renderDeleteResult } from './render-delete-result.js';
import { renderListBuckets, renderListObjects, renderListObjectsV2, renderListVersions } from './render-listings.js';
import {
  renderCompleteMultipartUpload,
  renderCopyObject,
  renderCopyPart,
  renderInitiateMultipartUpload,
  renderListMultipartUploads,
  renderListParts,
} from './render-uploads.js';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const owner = { id: 'id', displayName: 'me & you' };
const OWNER = '<Owner><ID>id</ID><DisplayName>me &amp; you</DisplayName></Owner>';
const object = { key: 'a b<\r\u0001', modifiedAt: AT, etag: 'e1', size: 5, storageClass: 'STANDARD' };
const page = { bucket: 'b', prefix: '', maxKeys: 1000, isTruncated: false, encodeKeys: false, commonPrefixes: [] };
const v1: ObjectListing = { ...page, marker: '', objects: [object] };
const v2: ObjectListingV2 = { ...page, objects: [object] };

describe('XML of the listings', () => {
  it('ListBuckets', () => {
    expect(renderListBuckets({ owner, buckets: [{ name: 'b', createdAt: AT, region: 'r' }] })).toBe(
      `${HEAD}<ListAllMyBucketsResult ${NS}>${OWNER}<Buckets><Bucket><Name>b</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate><BucketRegion>r</BucketRegion></Bucket></Buckets></ListAllMyBucketsResult>`,
    );
  });

  it('ListObjects', () => {
    expect(renderListObjects(v1)).toBe(
      `${HEAD}<ListBucketResult ${NS}><Name>b</Name><Prefix/><Marker/><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>a b&lt;&#xD;&#x1;</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;e1&quot;</ETag><Size>5</Size><StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>`,
    );
    const truncated = { ...v1, isTruncated: true, nextMarker: 'm' };
    expect(renderListObjects(truncated)).not.toContain('NextMarker');
    expect(renderListObjects({ ...truncated, delimiter: '/' })).toContain('<NextMarker>m</NextMarker>');
  });

  it('ListObjectsV2, encoded, with owner and checksum', () => {
    const xml = renderListObjectsV2({
      ...v2,
      encodeKeys: true,
      prefix: 'a+',
      delimiter: '/',
      startAfter: 'a b',
      continuationToken: 't1',
      nextContinuationToken: 't2',
      isTruncated: true,
      commonPrefixes: ['x y/'],
      objects: [{ ...object, owner, checksumAlgorithm: 'CRC32', checksumType: 'FULL_OBJECT' }],
    });
    expect(xml).toBe(
      `${HEAD}<ListBucketResult ${NS}><Name>b</Name><Prefix>a%2B</Prefix><ContinuationToken>t1</ContinuationToken><NextContinuationToken>t2</NextContinuationToken><StartAfter>a%20b</StartAfter><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><Contents><Key>a%20b%3C%0D%01</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;e1&quot;</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size>${OWNER}<StorageClass>STANDARD</StorageClass></Contents><CommonPrefixes><Prefix>x%20y/</Prefix></CommonPrefixes></ListBucketResult>`,
    );
  });

  it('ListObjectVersions', () => {
    const versions: VersionListing = {
      ...page,
      keyMarker: '',
      versionIdMarker: '',
      versions: [
        { ...object, key: 'k', owner, versionId: 'v2', isLatest: true, deleteMarker: true },
        { ...object, key: 'k', owner, versionId: 'null', isLatest: false, deleteMarker: false },
      ],
    };
    const xml = renderListVersions(versions);
    expect(xml).toContain(
      `<DeleteMarker><Key>k</Key><VersionId>v2</VersionId><IsLatest>true</IsLatest><LastModified>2026-01-02T03:04:05.000Z</LastModified>${OWNER}</DeleteMarker><Version><Key>k</Key><VersionId>null</VersionId><IsLatest>false</IsLatest>`,
    );
    expect(JSON.parse(renderVersionsJson(versions))).toMatchObject({ versions: [{ deleteMarker: true }, { versionId: 'null' }] });
  });
});

describe('XML of uploads and copies', () => {
  it('are read back as they were meant', () => {
    const checksum = { algorithm: 'CRC32', type: 'COMPOSITE', value: 'AAAAAA==-2' } as const;
    const texts = [
      renderInitiateMultipartUpload({ bucket: 'b', key: 'k', uploadId: 'u' }),
      renderCompleteMultipartUpload({ location: 'http://h/b/k', bucket: 'b', key: 'k', etag: 'e-2', checksum }),
      renderCopyObject({ etag: 'e', modifiedAt: AT, checksum }),
      renderCopyPart({ etag: 'e', modifiedAt: AT, checksum }),
    ];
    expect(texts.map((text) => parseXml(Buffer.from(text)).children.map(({ name, text: value }) => `${name}=${value}`))).toEqual([
      ['Bucket=b', 'Key=k', 'UploadId=u'],
      ['Location=http://h/b/k', 'Bucket=b', 'Key=k', 'ETag="e-2"', 'ChecksumCRC32=AAAAAA==-2', 'ChecksumType=COMPOSITE'],
      ['LastModified=2026-01-02T03:04:05.000Z', 'ETag="e"', 'ChecksumCRC32=AAAAAA==-2', 'ChecksumType=COMPOSITE'],
      ['LastModified=2026-01-02T03:04:05.000Z', 'ETag="e"', 'ChecksumCRC32=AAAAAA==-2'],
    ]);
  });

  it('ListParts', () => {
    const listing: PartListing = {
      bucket: 'b', key: 'k', uploadId: 'u', initiator: owner, owner, storageClass: 'STANDARD', partNumberMarker: 0,
      nextPartNumberMarker: 1, maxParts: 1, isTruncated: true, encodeKeys: false, checksumAlgorithm: 'CRC32', checksumType: 'COMPOSITE',
      parts: [{ number: 1, modifiedAt: AT, etag: 'e', size: 7, checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } }],
    };
    const root = parseXml(Buffer.from(renderListParts(listing)));
    expect(root.name).toBe('ListPartsResult');
    expect(root.children.find(({ name }) => name === 'Part')?.children.map(({ name }) => name)).toEqual([
      'PartNumber', 'LastModified', 'ETag', 'Size', 'ChecksumCRC32',
    ]);
    expect(JSON.parse(renderPartsJson(listing))).toMatchObject({ parts: [{ partNumber: 1, size: 7 }], nextMarker: 1 });
  });

  it('ListMultipartUploads', () => {
    const listing: UploadListing = {
      bucket: 'b', prefix: '', keyMarker: '', uploadIdMarker: '', maxUploads: 10, isTruncated: false, encodeKeys: true,
      commonPrefixes: ['p /'],
      uploads: [{ key: 'a b', uploadId: 'u', initiator: owner, owner, storageClass: 'STANDARD', initiatedAt: AT }],
    };
    expect(renderListMultipartUploads(listing)).toContain('<Upload><Key>a%20b</Key><UploadId>u</UploadId>');
  });
});

describe('XML of the rest', () => {
  it('DeleteResult', () => {
    const outcomes = [
      { kind: 'deleted', key: 'a' },
      { kind: 'deleted', key: 'b', versionId: 'v', deleteMarker: true, deleteMarkerVersionId: 'v' },
      { kind: 'failed', key: 'c', code: 'AccessDenied', message: 'Access Denied' },
    ] as const;
    const failed = '<Error><Key>c</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
    expect(renderDeleteResult(outcomes, false)).toBe(
      `${HEAD}<DeleteResult ${NS}><Deleted><Key>a</Key></Deleted><Deleted><Key>b</Key><VersionId>v</VersionId><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>v</DeleteMarkerVersionId></Deleted>${failed}</DeleteResult>`,
    );
    expect(renderDeleteResult(outcomes, true)).toBe(`${HEAD}<DeleteResult ${NS}>${failed}</DeleteResult>`);
  });

  it('LocationConstraint', () => {
    expect(renderLocationConstraint('us-east-1')).toBe(`${HEAD}<LocationConstraint ${NS}></LocationConstraint>`);
    expect(renderLocationConstraint('eu-west-1')).toBe(`${HEAD}<LocationConstraint ${NS}>eu-west-1</LocationConstraint>`);
  });
});

describe('JSON view', () => {
  it('names what it promises', () => {
    expect(JSON.parse(renderObjectsJson({ ...v2, isTruncated: true, nextContinuationToken: 't', commonPrefixes: ['x/'] }))).toEqual({
      bucket: 'b',
      prefix: '',
      objects: [{ key: object.key, size: 5, etag: 'e1', lastModified: '2026-01-02T03:04:05.678Z', storageClass: 'STANDARD' }],
      commonPrefixes: ['x/'],
      isTruncated: true,
      nextMarker: 't',
    });
    expect(JSON.parse(renderObjectsJson({ ...v1, isTruncated: true, nextMarker: 'm' }))).toMatchObject({ nextMarker: 'm' });
    expect(JSON.parse(renderBucketsJson({ owner, buckets: [{ name: 'b', createdAt: AT }] }))).toMatchObject({
      buckets: [{ name: 'b', creationDate: '2026-01-02T03:04:05.678Z' }],
      isTruncated: false,
    });
  });

  it.each([
    ['application/json', true],
    ['application/json, */*;q=0.1', true],
    ['Application/JSON; charset=utf-8', true],
    ['application/xml;q=0.5, application/json', true],
    ['application/xml, application/json;q=0.5', false],
    ['application/json;q=0', false],
    ['*/*', false],
    ['application/*', false],
    ['application/xml', false],
    [undefined, false],
  ])('wantsJson(%s)', (accept, expected) => {
    expect(wantsJson(accept)).toBe(expected);
  });
});
