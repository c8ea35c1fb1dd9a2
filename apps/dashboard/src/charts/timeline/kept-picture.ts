// The drawing of a timeline on a canvas. The part that does not follow the pointer is kept, so that a pointer that moves
// does not repaint thousands of slices.
import { language } from '../../i18n/language.ts';
import { clear, type Surface, type Theme } from '../canvas.ts';
import type { SliceColours } from '../colours.ts';
import { paintPointed, paintStill, type TimelineInput } from './paint.ts';

export class KeptPicture {
  #canvas: HTMLCanvasElement | undefined;
  /** What the kept picture was drawn from. */
  #from: readonly unknown[] = [];

  paint(surface: Surface, theme: Theme, colours: SliceColours, input: TimelineInput): void {
    const { width, height, ratio } = surface;
    const { timeline, shown, victim, ends, marker, chain, found } = input;
    const from: unknown[] = [timeline, shown, victim, ...ends, marker.a, marker.b, chain, found];
    from.push(theme, colours, width, height, ratio, language());
    if (from.length !== this.#from.length || from.some((value, i) => value !== this.#from[i])) {
      this.#draw(surface, theme, colours, input);
      this.#from = from;
    }
    clear(surface);
    if (this.#canvas !== undefined) surface.context.drawImage(this.#canvas, 0, 0);
    paintPointed(surface, theme, colours, input);
  }

  #draw({ width, height, ratio }: Surface, theme: Theme, colours: SliceColours, input: TimelineInput): void {
    this.#canvas ??= document.createElement('canvas');
    // Also clears it.
    this.#canvas.width = width;
    this.#canvas.height = height;
    const context = this.#canvas.getContext('2d');
    if (context !== null) paintStill({ context, width, height, ratio }, theme, colours, input);
  }
}
