import type { DefaultRetention, Retention } from '@zas/plugin-api';
import { document, element } from '../xml/document.js';

/** GetObjectLockConfiguration of a bucket whose versions may be locked. */
export function renderObjectLockConfiguration(rule: DefaultRetention | undefined): string {
  const retention =
    rule === undefined
      ? ''
      : `<Rule><DefaultRetention>${element('Mode', rule.mode)}${element('Days', rule.days)}${element('Years', rule.years)}</DefaultRetention></Rule>`;
  return document('ObjectLockConfiguration', element('ObjectLockEnabled', 'Enabled') + retention);
}

/** GetObjectRetention. */
export function renderRetention(retention: Retention): string {
  const until = new Date(retention.until).toISOString();
  return document('Retention', element('Mode', retention.mode) + element('RetainUntilDate', until));
}

/** GetObjectLegalHold. */
export function renderLegalHold(on: boolean): string {
  return document('LegalHold', element('Status', on ? 'ON' : 'OFF'));
}
