/**
 * What is known of a yes-or-no question while nobody has looked at the object yet.
 * In this order `and` is the least and `or` the greatest, as in Kleene's logic.
 */
export type Certainty = 0 | 1 | 2;

export const NO = 0;
export const MAYBE = 1;
export const YES = 2;

export const and = (one: Certainty, other: Certainty): Certainty => (one < other ? one : other);
export const or = (one: Certainty, other: Certainty): Certainty => (one > other ? one : other);
export const not = (one: Certainty): Certainty => (2 - one) as Certainty;
