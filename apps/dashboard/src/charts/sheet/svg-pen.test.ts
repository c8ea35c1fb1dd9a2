import { describe, expect, it } from 'vitest';
import { line } from '../pen.ts';
import { SvgPen } from './svg-pen.ts';
import { ruler } from './testing.ts';

const drawn = (draw: (pen: SvgPen) => void, metadata = '{}'): string => {
  const pen = new SvgPen(ruler);
  draw(pen);
  return pen.document(100, 50, 'title', metadata);
};

describe('a pen that writes SVG', () => {
  it('keeps a name text, whatever it is', () => {
    const evil = '</text><script>alert("1")</script>&\u202e\u0007';
    const svg = drawn((pen) => pen.fillText(evil, 1, 2), evil);
    expect(svg).not.toContain('<script');
    expect(svg.match(/&lt;\/text&gt;&lt;script&gt;alert\(&quot;1&quot;\)/g)).toHaveLength(2);
    expect(svg).toContain('&amp;\\u{202e}\\u{7}');
  });

  it('draws where the canvas would', () => {
    const svg = drawn((pen) => {
      pen.save();
      pen.translate(10, 20);
      pen.fillStyle = '#123456';
      pen.fillRect(1, 2, 3.333, 4);
      pen.restore();
      pen.fillRect(0, 0, 1, 1);
    });
    expect(svg).toContain('<rect x="11" y="22" width="3.33" height="4" fill="#123456"/>');
    expect(svg).toContain('<rect x="0" y="0" width="1" height="1" fill="#000"/>');
  });

  it('places a text by its alignment, and its baseline without a word that readers differ on', () => {
    const svg = drawn((pen) => {
      pen.font = '600 20px sans-serif';
      pen.textAlign = 'right';
      pen.textBaseline = 'middle';
      pen.fillText('a', 50, 10);
    });
    expect(svg).toContain('<text x="50" y="17"');
    expect(svg).toContain('font-family="sans-serif" font-size="20" font-weight="600" text-anchor="end"');
    expect(svg).not.toContain('dominant-baseline');
  });

  it('clips what is drawn until the state is restored', () => {
    const svg = drawn((pen) => {
      pen.save();
      pen.beginPath();
      pen.rect(0, 0, 5, 5);
      pen.clip();
      pen.fillText('in', 0, 0);
      pen.restore();
      pen.fillText('out', 0, 0);
    });
    expect(svg).toMatch(/<g clip-path="url\(#c0\)">\n<text[^>]*>in<\/text>\n<\/g>\n<text[^>]*>out</);
    expect(svg).toContain('<clipPath id="c0"><path d="M0 0h5v5h-5Z"/></clipPath>');
  });

  it('dashes lines, and hatches areas with one pattern a colour', () => {
    const svg = drawn((pen) => {
      pen.setLineDash([5, 4]);
      line(pen, 0, 0, 9, 9);
      for (let i = 0; i < 2; i++) {
        pen.fillStyle = pen.hatch('#ff0000', 1);
        pen.fillRect(0, 0, 9, 9);
      }
    });
    expect(svg).toContain('d="M0 0L9 9" fill="none" stroke="#000" stroke-width="1" stroke-dasharray="5 4"');
    expect(svg.match(/<pattern /g)).toHaveLength(1);
    expect(svg.match(/fill="url\(#h0\)"/g)).toHaveLength(2);
  });
});
