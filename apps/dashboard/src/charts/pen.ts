// The part of a canvas context that a file can be drawn with too: SvgPen implements it.

export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'fillRect'
  | 'strokeRect'
  | 'fillText'
  | 'measureText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'rect'
  | 'fill'
  | 'stroke'
  | 'clip'
  | 'setLineDash'
  | 'save'
  | 'restore'
  | 'translate'
> &
  Partial<Pick<CanvasRenderingContext2D, 'createPattern' | 'drawImage'>> & {
    roundRect(x: number, y: number, width: number, height: number, radius: number): void;
    /** Diagonal lines, for a pen without createPattern. */
    hatch?(colour: string, ratio: number): CanvasPattern;
    /** Embeds a canvas, for a pen without drawImage. */
    picture?(source: HTMLCanvasElement, x: number, y: number, width: number, height: number): void;
  };

export function line(pen: Pen, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

/** Lengths of dashes and gaps are in line widths. */
export function dashedLine(
  pen: Pen,
  colour: string,
  width: number,
  dash: readonly [on: number, off: number],
  ends: readonly [x1: number, y1: number, x2: number, y2: number],
): void {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash.map((length) => length * width));
  line(pen, ...ends);
  pen.setLineDash([]);
}
