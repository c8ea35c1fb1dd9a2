import { describe, expect, it } from 'vitest';
import { parseListen, parseSource } from './source.ts';

describe('parseSource', () => {
  it('reads every form', () => {
    expect(parseSource('agent')).toEqual({ kind: 'agent' });
    expect(parseSource('lab')).toEqual({ kind: 'lab', name: 'lab' });
    expect(parseSource('lab:two')).toEqual({ kind: 'lab', name: 'two' });
    expect(parseSource('unix:/run/a:b.sock')).toEqual({ kind: 'unix', path: '/run/a:b.sock' });
    expect(parseSource('ssh:root@host')).toEqual({ kind: 'ssh', destination: 'root@host' });
    expect(parseSource('replay:a.rec')).toEqual({ kind: 'replay', file: 'a.rec' });
  });

  it('reads the name of a host', () => {
    expect(parseSource('agent=cell4')).toEqual({ kind: 'agent', host: 'cell4' });
    expect(parseSource('ssh:root@box=cell-4')).toEqual({
      kind: 'ssh',
      destination: 'root@box',
      host: 'cell-4',
    });
    expect(parseSource('unix:/run/a=b.sock=cell4')).toEqual({
      ...{ kind: 'unix', path: '/run/a=b.sock' },
      host: 'cell4',
    });
    // A path that ends in "=" or has no valid name after it, and a file, are not split.
    expect(parseSource('unix:/run/a=b/c')).toEqual({ kind: 'unix', path: '/run/a=b/c' });
    expect(parseSource('replay:a=b')).toEqual({ kind: 'replay', file: 'a=b' });
  });

  it('rejects anything else', () => {
    for (const word of ['', 'agent:x', 'lab:', 'unix', 'unix:', 'ssh:', 'replay', 'http://x']) {
      expect(() => parseSource(word), word).toThrow(/It must be agent, lab/);
    }
  });
});

describe('parseListen', () => {
  it('reads host and port, an IPv6 address, and a port alone', () => {
    expect(parseListen('0.0.0.0:80')).toEqual({ host: '0.0.0.0', port: 80 });
    expect(parseListen('[::1]:9154')).toEqual({ host: '::1', port: 9154 });
    expect(parseListen('9000')).toEqual({ host: '127.0.0.1', port: 9000 });
    expect(parseListen('localhost:0')).toEqual({ host: 'localhost', port: 0 });
  });

  it('rejects a port out of range and words that are not an address', () => {
    for (const word of ['', ':', 'host', 'host:', 'host:65536', 'host:-1', 'a b:1', '::1:80']) {
      expect(() => parseListen(word), word).toThrow(/It must be HOST:PORT/);
    }
  });
});
