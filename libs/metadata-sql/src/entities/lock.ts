import { p } from '@mikro-orm/core';

/** Retention and legal hold of a version, or of one to be. */
export const lock = {
  retainMode: p.text().nullable(),
  retainUntil: p.integer().nullable(),
  legalHold: p.integer().nullable(),
};
