import type { Checksum, ChecksumAlgorithm } from '@zas/plugin-api';
import { document, element } from './document.js';
import { checksumElements } from './render-uploads.js';

export interface ObjectAttributesView {
  /** Without quotes, as it is shown. */
  readonly etag?: string;
  readonly checksum?: Checksum;
  readonly parts?: ObjectPartsView;
  readonly storageClass?: string;
  readonly size?: number;
}

export interface ObjectPartsView {
  readonly total: number;
  /** The parts one by one, which AWS shows only where the upload had a checksum. */
  readonly page?: {
    readonly partNumberMarker: number;
    readonly nextPartNumberMarker?: number;
    readonly maxParts: number;
    readonly isTruncated: boolean;
    readonly parts: readonly {
      readonly number: number;
      readonly size: number;
      readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
    }[];
  };
}

/** GetObjectAttributes: what is there of the view, in AWS's order. */
export function renderObjectAttributes(view: ObjectAttributesView): string {
  return document(
    'GetObjectAttributesResponse',
    element('ETag', view.etag) +
      (view.checksum === undefined ? '' : `<Checksum>${checksumElements(view.checksum)}</Checksum>`) +
      (view.parts === undefined ? '' : partsElement(view.parts)) +
      element('StorageClass', view.storageClass) +
      element('ObjectSize', view.size),
  );
}

function partsElement({ total, page }: ObjectPartsView): string {
  let content = '';
  if (page !== undefined) {
    content +=
      element('IsTruncated', page.isTruncated) +
      element('MaxParts', page.maxParts) +
      element('NextPartNumberMarker', page.nextPartNumberMarker) +
      element('PartNumberMarker', page.partNumberMarker);
    for (const { number, size, checksum } of page.parts) {
      const value = checksum === undefined ? '' : element(`Checksum${checksum.algorithm}`, checksum.value);
      content += `<Part>${value}${element('PartNumber', number)}${element('Size', size)}</Part>`;
    }
  }
  // What the SDKs call TotalPartsCount.
  return `<ObjectParts>${content}${element('PartsCount', total)}</ObjectParts>`;
}
