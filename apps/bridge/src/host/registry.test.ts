import { describe, expect, it } from 'vitest';
import { toIdentity } from '../base/identity.ts';
import { type Claim, HostRegistry } from './registry.ts';

const machineId = (n: number): string => `${n}`.padStart(32, 'ab');
const bootId = (n: number): string => `${n}`.padStart(8, '0').concat('-0000-4000-8000-000000000000');
const identity = (machine: number, boot = machine) => toIdentity(machineId(machine), bootId(boot));
const claim = (index: number, change: Partial<Claim> = {}): Claim => ({
  ...{ index, givenName: undefined, hostname: 'box', name: `source-${index}`, source: `ssh host-${index}` },
  identity: identity(index),
  ...change,
});

describe('the registry of hosts', () => {
  it('separates two hosts of one hostname, also after a restart in another order', () => {
    const first = new HostRegistry();
    const [a, b] = [first.claim(claim(1)), first.claim(claim(2))];
    expect([a.name, b.name]).toEqual(['box', 'box-2']);
    expect(a.machine).not.toBe(b.machine);
    const again = new HostRegistry([a, b]);
    expect([again.claim(claim(2)), again.claim(claim(1))]).toEqual([b, a]);
  });

  it('keeps the history of a host whose hostname changed', () => {
    const registry = new HostRegistry();
    const { machine } = registry.claim(claim(1));
    expect(registry.claim(claim(1, { hostname: 'crate' }))).toEqual({ name: 'crate', machine });
    expect(registry.claim(claim(2)).name).toBe('box');
  });

  it('gives the history of a release that stored names only to the first host of that name', () => {
    const registry = new HostRegistry([{ name: 'box' }]);
    expect(registry.claim(claim(1))).toMatchObject({ name: 'box', machine: identity(1)!.machine });
    expect(registry.claim(claim(2)).name).toBe('box-2');
  });

  it('separates two hosts with one machine id, with a warning, also after a restart', () => {
    const first = new HostRegistry();
    const a = first.claim(claim(1));
    const b = first.claim(claim(2, { identity: identity(1, 2) }));
    expect(b).toMatchObject({ name: 'box-2', warning: expect.stringContaining('cloned image') });
    expect(b.machine).not.toBe(a.machine);
    const again = new HostRegistry([a, b]);
    expect(again.claim(claim(2, { identity: identity(1, 3) })).name).toBe('box-2');
    expect(again.claim(claim(1, { identity: identity(1, 4) })).name).toBe('box');
  });

  it('reports when one machine is connected twice', () => {
    const registry = new HostRegistry();
    registry.claim(claim(1));
    expect(registry.claim(claim(2, { identity: identity(1) })).warning).toContain(
      'the same machine as "box"',
    );
  });

  it('follows a given name: its history continues on any machine, and other histories stay separate', () => {
    const registry = new HostRegistry();
    const before = registry.claim(claim(1, { givenName: 'cell-4' }));
    const after = new HostRegistry([before]);
    expect(after.claim(claim(3, { givenName: 'cell-4' }))).toEqual({ name: 'cell-4' });
    expect(after.claim(claim(1, { hostname: 'cell-4' })).name).toBe('cell-4-2');
  });

  it('moves the history of a machine to the name that a person gives it', () => {
    const before = new HostRegistry().claim(claim(1));
    expect(new HostRegistry([before]).claim(claim(1, { givenName: 'cell-4' }))).toEqual({
      ...before,
      name: 'cell-4',
    });
  });

  it('uses no name twice: neither of hosts without a machine id, nor of a host that did not answer yet', () => {
    const registry = new HostRegistry();
    registry.reserve(0, 'box');
    expect(registry.claim(claim(1, { identity: undefined })).name).toBe('box-2');
    expect(registry.claim(claim(2, { identity: undefined })).name).toBe('box-3');
  });

  it.each(['', 'uninitialized', '0'.repeat(32), 'xyz'])('rejects "%s" as a machine id', (id) => {
    expect(toIdentity(id)).toBeUndefined();
    expect(toIdentity(id, bootId(1))).toEqual({ boot: bootId(1) });
  });

  it('identifies hosts without a machine id by name, also if their boots are known', () => {
    const registry = new HostRegistry();
    const both = [1, 2].map((index) =>
      registry.claim(claim(index, { identity: toIdentity('', bootId(index)) })),
    );
    expect(both).toEqual([{ name: 'box' }, { name: 'box-2' }]);
  });
});
