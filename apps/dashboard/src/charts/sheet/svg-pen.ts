// A pen that writes SVG. Text stays text, styles are attributes, and fonts are generic, so every reader shows the same.
import { visibleText } from '@rtprobe/metrics';
import type { Pen } from '../pen.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes hostile text: markup and control characters, which XML does not allow. */
const escaped = (text: unknown): string => visibleText(String(text)).replace(/[&<>"]/g, (c) => ESCAPES[c]!);

const short = (n: number): string => String(Math.round(n * 100) / 100);

type Look = Pick<Pen, 'fillStyle' | 'strokeStyle' | 'lineWidth' | 'font' | 'textAlign' | 'textBaseline'>;

interface State {
  dash: readonly number[];
  dx: number;
  dy: number;
  /** Groups that this state opened; restore() closes them. */
  groups: number;
}

const ANCHORS: Readonly<Partial<Record<CanvasTextAlign, string>>> = { center: 'middle', right: 'end' };

/** Readers differ in dominant-baseline, so the text is moved by a share of the font size instead. */
const BASELINES: Readonly<Partial<Record<CanvasTextBaseline, number>>> = {
  top: 0.82,
  middle: 0.35,
  bottom: -0.2,
};

/** A pattern of this pen is the reference that its elements use in `fill`. */
const asPattern = (reference: string): CanvasPattern => reference as unknown as CanvasPattern;

export class SvgPen implements Pen {
  fillStyle: Pen['fillStyle'] = '#000';
  strokeStyle: Pen['strokeStyle'] = '#000';
  lineWidth = 1;
  font = '10px sans-serif';
  textAlign: CanvasTextAlign = 'left';
  textBaseline: CanvasTextBaseline = 'alphabetic';
  readonly #ruler: Pen;
  readonly #defs: string[] = [];
  readonly #body: string[] = [];
  readonly #patterns = new Map<string, string>();
  readonly #stack: { look: Look; state: State }[] = [];
  #state: State = { dash: [], dx: 0, dy: 0, groups: 0 };
  #path: string[] = [];

  /** `ruler` measures text in the fonts of the drawing. */
  constructor(ruler: Pen) {
    this.#ruler = ruler;
  }

  #x(x: number): string {
    return short(x + this.#state.dx);
  }

  #y(y: number): string {
    return short(y + this.#state.dy);
  }

  #stroke(): string {
    const { strokeStyle, lineWidth } = this;
    const { dash } = this.#state;
    const dashed = dash.length > 0 ? ` stroke-dasharray="${dash.map(short).join(' ')}"` : '';
    return `fill="none" stroke="${escaped(strokeStyle)}" stroke-width="${short(lineWidth)}"${dashed}`;
  }

  #box(x: number, y: number, width: number, height: number): string {
    return `x="${this.#x(x)}" y="${this.#y(y)}" width="${short(Math.max(0, width))}" height="${short(Math.max(0, height))}"`;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#body.push(`<rect ${this.#box(x, y, width, height)} fill="${escaped(this.fillStyle)}"/>`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#body.push(`<rect ${this.#box(x, y, width, height)} ${this.#stroke()}/>`);
  }

  fillText(text: string, x: number, y: number): void {
    const { font, textAlign, textBaseline, fillStyle } = this;
    const [, weight, size = '10', family = 'sans-serif'] =
      /^(?:(\d+|bold)\s+)?([\d.]+)px\s+(.*)$/.exec(font) ?? [];
    const down = (BASELINES[textBaseline] ?? 0) * Number(size);
    const anchor = ANCHORS[textAlign];
    this.#body.push(
      `<text x="${this.#x(x)}" y="${this.#y(y + down)}" fill="${escaped(fillStyle)}" font-family="${escaped(family)}" ` +
        `font-size="${short(Number(size))}"${weight ? ` font-weight="${weight}"` : ''}` +
        `${anchor ? ` text-anchor="${anchor}"` : ''} xml:space="preserve">${escaped(text)}</text>`,
    );
  }

  measureText(text: string): TextMetrics {
    this.#ruler.font = this.font;
    return this.#ruler.measureText(text);
  }

  beginPath(): void {
    this.#path = [];
  }

  moveTo(x: number, y: number): void {
    this.#path.push(`M${this.#x(x)} ${this.#y(y)}`);
  }

  lineTo(x: number, y: number): void {
    this.#path.push(`L${this.#x(x)} ${this.#y(y)}`);
  }

  closePath(): void {
    this.#path.push('Z');
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path.push(`M${this.#x(x)} ${this.#y(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const r = Math.min(radius, width / 2, height / 2);
    const [w, h, arc] = [short(width - 2 * r), short(height - 2 * r), `a${short(r)} ${short(r)} 0 0 1 `];
    const [plus, minus] = [short(r), short(-r)];
    this.#path.push(
      `M${this.#x(x + r)} ${this.#y(y)}h${w}${arc}${plus} ${plus}v${h}${arc}${minus} ${plus}` +
        `h${short(2 * r - width)}${arc}${minus} ${minus}v${short(2 * r - height)}${arc}${plus} ${minus}Z`,
    );
  }

  fill(): void {
    this.#body.push(`<path d="${this.#path.join('')}" fill="${escaped(this.fillStyle)}"/>`);
  }

  stroke(): void {
    this.#body.push(`<path d="${this.#path.join('')}" ${this.#stroke()}/>`);
  }

  /** Clips to the path until restore(). */
  clip(): void {
    const id = `c${this.#defs.length}`;
    this.#defs.push(`<clipPath id="${id}"><path d="${this.#path.join('')}"/></clipPath>`);
    this.#body.push(`<g clip-path="url(#${id})">`);
    this.#state.groups++;
  }

  setLineDash(dash: Iterable<number>): void {
    this.#state.dash = [...dash];
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline } = this;
    const look = { fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline };
    this.#stack.push({ look, state: this.#state });
    this.#state = { ...this.#state, groups: 0 };
  }

  restore(): void {
    const before = this.#stack.pop();
    if (before === undefined) return;
    for (let i = 0; i < this.#state.groups; i++) this.#body.push('</g>');
    Object.assign(this, before.look);
    this.#state = before.state;
  }

  translate(x: number, y: number): void {
    this.#state.dx += x;
    this.#state.dy += y;
  }

  hatch(colour: string, ratio: number): CanvasPattern {
    const key = `${colour}/${ratio}`;
    let id = this.#patterns.get(key);
    if (id === undefined) {
      id = `h${this.#defs.length}`;
      this.#patterns.set(key, id);
      const size = short(8 * ratio);
      this.#defs.push(
        `<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse">` +
          `<path d="M0 ${size}L${size} 0" stroke="${escaped(colour)}" stroke-width="${short(ratio)}"/></pattern>`,
      );
    }
    return asPattern(`url(#${id})`);
  }

  picture(source: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    const data = source.toDataURL('image/png');
    this.#body.push(`<image ${this.#box(x, y, width, height)} href="${data}" preserveAspectRatio="none"/>`);
  }

  /** Returns the whole document with `metadata` as text. */
  document(width: number, height: number, title: string, metadata: string): string {
    const [w, h] = [short(width), short(height)];
    return (
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">\n` +
      `<title>${escaped(title)}</title>\n<metadata>${escaped(metadata)}</metadata>\n` +
      `<defs>${this.#defs.join('\n')}</defs>\n${this.#body.join('\n')}\n</svg>\n`
    );
  }
}
