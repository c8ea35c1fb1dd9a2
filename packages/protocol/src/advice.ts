// Advice: what a known cause is and what to try against it. docs/reference/knowledge.md describes the files that it is
// read from.

export interface AdviceWords {
  /** The cause in a few words. */
  title: string;
  /** What the cause is and what it does. */
  what: string;
  /** Remedies, the first to try first. */
  try: string[];
  /** What the remedies cost. */
  risk: string;
}

export interface Advice extends AdviceWords {
  /** Id of the entry. */
  id: string;
  /** Paths in the kernel's sources, man pages and addresses. */
  docs: string[];
  /** The same in Chinese (simplified); missing in an entry of a user without it. */
  zh?: AdviceWords;
  /** The record does not prove that this is the cause. */
  possible?: true;
  /** File of the entry; missing if rtprobe supplies it. */
  file?: string;
}

/** `GET /api/v1/knowledge` */
export interface Knowledge {
  /** Every entry in use, by id. */
  entries: Advice[];
  /** Files that are not used, and why. */
  refused: { file: string; message: string }[];
}
