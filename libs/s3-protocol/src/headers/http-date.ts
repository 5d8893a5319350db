const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const IMF_FIXDATE = /^[a-z]{3}, (\d{1,2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:gmt|utc|[+-]0000)$/i;
const RFC_850 = /^[a-z]{6,9}, (\d{2})-([a-z]{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) gmt$/i;
const ASCTIME = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;
const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** `Tue, 15 Nov 1994 08:12:31 GMT` of a time in milliseconds (RFC 9110, 5.6.7). */
export function formatHttpDate(time: number): string {
  return new Date(time).toUTCString();
}

/**
 * Milliseconds since the epoch of an HTTP date in any of its three forms, or of
 * the ISO 8601 form that some S3 clients send; `undefined` when it is no date.
 */
export function parseHttpDate(text: string | undefined): number | undefined {
  if (text === undefined || text.length > 64) return undefined;
  const fixed = IMF_FIXDATE.exec(text);
  if (fixed) return toTime(fixed[3], fixed[2], fixed[1], fixed[4], fixed[5], fixed[6]);
  const old = RFC_850.exec(text);
  if (old) return toTime(fullYear(Number(old[3])), old[2], old[1], old[4], old[5], old[6]);
  const c = ASCTIME.exec(text);
  if (c) return toTime(c[6], c[1], c[2], c[3], c[4], c[5]);
  if (!ISO_8601.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** Two digits, never far in the future (RFC 9110, 5.6.7). */
function fullYear(twoDigits: number): string {
  return String(twoDigits < 70 ? 2000 + twoDigits : 1900 + twoDigits);
}

function toTime(...parts: (string | undefined)[]): number | undefined {
  const [year, monthName, day, hour, minute, second] = parts;
  const month = MONTHS.indexOf(monthName?.toLowerCase() ?? '');
  const [d, h, m, s] = [Number(day), Number(hour), Number(minute), Number(second)];
  if (month < 0 || h > 23 || m > 59 || s > 60) return undefined;
  const time = Date.UTC(Number(year), month, d, h, m, s);
  return new Date(time - (s === 60 ? 1000 : 0)).getUTCDate() === d ? time : undefined;
}
