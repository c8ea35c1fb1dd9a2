// Types of the descriptions of measures, vectors, softirqs and parts. Their entries are generated.

/** In one language. */
export interface Words {
  readonly title: string;
  /** One sentence or two for a tooltip. */
  readonly explanation?: string;
  /** The same in Chinese (simplified). */
  readonly zh?: Omit<Words, 'zh'>;
}

/** An interrupt without a line, or a softirq. */
export interface Label extends Words {
  /** "LOC", "NET_RX". */
  readonly label: string;
}

/**
 * What a source of a measure is.
 * irq-task: a task that an irq woke. function: what a timer, work item and others run. interrupt: an irq, a vector or a softirq; its name says which.
 */
export type SourceKind =
  | 'irq'
  | 'vector'
  | 'softirq'
  | 'cpu'
  | 'task'
  | 'irq-task'
  | 'function'
  | 'interrupt';

/** Describes a measure, so that readers need no code for a particular measure. */
export interface Descriptor<Name extends string, Part extends string> extends Words {
  readonly name: Name;
  readonly explanation: string;
  readonly unit: 'ns';
  /** Every measure is a distribution of times: of delays (latency) or of time used (duration). */
  readonly semantics: 'latency' | 'duration';
  readonly source: SourceKind;
  /** What a source is called where there is one a CPU: "timer"; of functions their kind: "hrtimer". */
  readonly label?: string;
  readonly by: readonly string[];
  /** The kind of part that its values are: the time its source itself ran. */
  readonly part?: Part;
  /** Tables that show it by default. interrupts: a row a source. cpus: a column. */
  readonly tables: readonly ('interrupts' | 'cpus')[];
  /** Whether the measure is on by default. */
  readonly on: boolean;
}
