import { document, element } from './document.js';

/** One key's outcome of DeleteObjects. */
export type DeleteOutcome =
  | {
      readonly kind: 'deleted';
      readonly key: string;
      /** As the client named it. */
      readonly versionId?: string;
      /** A delete marker was added or removed. */
      readonly deleteMarker?: boolean;
      readonly deleteMarkerVersionId?: string;
    }
  | {
      readonly kind: 'failed';
      readonly key: string;
      readonly versionId?: string;
      readonly code: string;
      readonly message: string;
    };

/**
 * DeleteObjects.
 * @param quiet leave out what succeeded
 */
export function renderDeleteResult(outcomes: readonly DeleteOutcome[], quiet: boolean): string {
  let xml = '';
  for (const outcome of outcomes) {
    const names = element('Key', outcome.key) + element('VersionId', outcome.versionId);
    if (outcome.kind === 'failed') {
      xml += `<Error>${names}${element('Code', outcome.code)}${element('Message', outcome.message)}</Error>`;
    } else if (!quiet) {
      const marker = outcome.deleteMarker
        ? `<DeleteMarker>true</DeleteMarker>${element('DeleteMarkerVersionId', outcome.deleteMarkerVersionId)}`
        : '';
      xml += `<Deleted>${names}${marker}</Deleted>`;
    }
  }
  return document('DeleteResult', xml);
}
