// Shows the texts of tip.ts beside their element, under the pointer and at keyboard focus. They stay while the pointer
// is on them and close on Escape, as WCAG 1.4.13 requires.
import { useEffect, useRef, useState } from 'react';

/** Width in CSS pixels, as in the style sheet, and least distance from the edge of the window. */
const WIDTH = 340;
const EDGE = 8;

interface Place {
  left: number;
  /** Below the element, or above it if there is no room. */
  top?: number;
  bottom?: number;
}

function placeBeside(element: Element): Place {
  const { left, top, bottom } = element.getBoundingClientRect();
  const { innerWidth, innerHeight } = window;
  const inside = Math.max(EDGE, Math.min(left, innerWidth - WIDTH - EDGE));
  return bottom < innerHeight * 0.75
    ? { left: inside, top: bottom }
    : { left: inside, bottom: innerHeight - top };
}

const elementOf = (target: EventTarget | null): HTMLElement | undefined =>
  target instanceof Element ? (target.closest<HTMLElement>('[data-tip]') ?? undefined) : undefined;

export function Tips() {
  const [element, setElement] = useState<HTMLElement>();
  const [text, setText] = useState('');
  const own = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const enter = (event: Event) => {
      const under = elementOf(event.target);
      if (under !== undefined) setElement(under);
      else if (!own.current?.contains(event.target as Node)) setElement(undefined);
    };
    const close = () => setElement(undefined);
    const dismiss = (event: KeyboardEvent) => event.key === 'Escape' && close();
    document.addEventListener('pointerover', enter);
    document.addEventListener('focusin', enter);
    document.addEventListener('focusout', close);
    document.addEventListener('scroll', close, true);
    document.addEventListener('keydown', dismiss);
    return () => {
      document.removeEventListener('pointerover', enter);
      document.removeEventListener('focusin', enter);
      document.removeEventListener('focusout', close);
      document.removeEventListener('scroll', close, true);
      document.removeEventListener('keydown', dismiss);
    };
  }, []);
  // Figures change while their tooltip is open.
  useEffect(() => {
    if (element === undefined) return;
    const read = () => setText(element.dataset.tip ?? '');
    read();
    const observer = new MutationObserver(read);
    observer.observe(element, { attributeFilter: ['data-tip'] });
    return () => observer.disconnect();
  }, [element]);
  if (element === undefined || text === '' || !element.isConnected) return null;
  return (
    <div ref={own} className="tip floating" role="tooltip" style={placeBeside(element)}>
      {text}
    </div>
  );
}
