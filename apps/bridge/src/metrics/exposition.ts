// Writes metrics as OpenMetrics text, or in the older text format of Prometheus.

export const FORMATS = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const;
export type Format = keyof typeof FORMATS;

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** The last word of the name. */
  readonly unit?: 'seconds' | 'bytes' | 'ratio';
  readonly help: string;
}

const escaped = (text: string): string =>
  !/[\\"\n]/.test(text) ? text : text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Returns labels in the form in which samples have them. */
export function labelsOf(labels: Readonly<Record<string, string | number>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(String(value))}"`)
    .join(',');
}

/** Text is written into the buffer in parts of this length: joining one long string of small ones takes ten times as long. */
const PART = 8192;
/** Bytes of UTF-8 for a unit of a string, at most. */
const BYTES_OF_UNIT = 3;

export class Exposition {
  readonly #format: Format;
  #text = '';
  #bytes = Buffer.allocUnsafe(256 * 1024);
  #length = 0;
  #family = '';
  #pending = '';

  constructor(format: Format) {
    this.#format = format;
  }

  /** Begins a family, whose samples follow. One without samples is left out. */
  begin({ name, type, unit, help }: Family): void {
    this.#family = name;
    const isOpen = this.#format === 'openmetrics';
    // The older format names a counter as its samples.
    const shown = isOpen || type !== 'counter' ? name : `${name}_total`;
    const unitLine = isOpen && unit ? `# UNIT ${shown} ${unit}\n` : '';
    this.#pending = `# HELP ${shown} ${help}\n# TYPE ${shown} ${type}\n${unitLine}`;
  }

  /** Adds a sample; `labels` are from labelsOf. */
  sample(suffix: '' | '_total' | '_bucket' | '_count' | '_sum', labels: string, value: number): void {
    if (this.#pending !== '') {
      this.#text += this.#pending;
      this.#pending = '';
    }
    this.#text += labels === '' ? `${this.#family}${suffix} ` : `${this.#family}${suffix}{${labels}} `;
    this.#text += `${value}\n`;
    if (this.#text.length >= PART) this.#flush();
  }

  #flush(): void {
    const wanted = this.#length + this.#text.length * BYTES_OF_UNIT;
    if (wanted > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(wanted * 2);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#length += this.#bytes.write(this.#text, this.#length);
    this.#text = '';
  }

  /** Returns the whole text as UTF-8. */
  end(): Buffer {
    if (this.#format === 'openmetrics') this.#text += '# EOF\n';
    this.#flush();
    return this.#bytes.subarray(0, this.#length);
  }
}
