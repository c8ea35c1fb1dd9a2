// Types with units, so that a chart never guesses the unit of a value.

declare const unit: unique symbol;
type Branded<Name extends string> = number & { readonly [unit]?: Name };

/**
 * Nanoseconds, as an integer that a double represents exactly: single values reach 68.7 s, sums are exact up to 2^53 ns
 * = 104 days of accumulated interrupt time per row.
 */
export type Nanoseconds = Branded<'ns'>;

/** Microseconds since 1970-01-01 UTC; exact as a double until the year 2255. */
export type UnixMicros = Branded<'unix-us'>;
