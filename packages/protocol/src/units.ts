// Units live in types: a chart that is handed a value never guesses what it counts.

declare const unit: unique symbol;
type Branded<Name extends string> = number & { readonly [unit]?: Name };

/**
 * Nanoseconds, as an integer a double holds exactly: single values reach 68.7 s, sums stay exact up to
 * 2^53 ns = 104 days of accumulated interrupt time a row.
 */
export type Nanoseconds = Branded<'ns'>;

/** Microseconds since 1970-01-01 UTC; exact as a double until the year 2255. */
export type UnixMicros = Branded<'unix-us'>;
