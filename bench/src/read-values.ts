const MOST = 100_000_000;

/** @throws TypeError for anything but a whole number between the two */
export function readNumber(name: string, text: string, least: number, most = MOST): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new TypeError(`--${name} wants whole numbers from ${least} to ${most}`);
}

/** @throws TypeError for anything but a number above 0 */
export function readSeconds(text: string): number {
  const number = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (number > 0) return number;
  throw new TypeError('--seconds wants a number above 0');
}
