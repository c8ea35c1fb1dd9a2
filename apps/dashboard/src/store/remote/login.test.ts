import { beforeEach, describe, expect, it } from 'vitest';
import { Changes } from './changes.ts';
import { codeIn, Login, type SessionRemote } from './login.ts';
import { OperatorPrompt } from './operator-prompt.ts';
import { type Remote, RemoteError } from './remote.ts';

const refusal = (code: string) => new RemoteError(code, code, undefined);

/** A bridge with one cookie and a few codes. */
class FakeBridge implements SessionRemote {
  role: 'viewer' | 'operator' | undefined;
  codes = new Map<string, 'viewer' | 'operator'>();
  answers = true;

  async session() {
    if (!this.answers) throw refusal('E_UNREACHABLE');
    if (this.role === undefined) throw refusal('E_SESSION');
    return { role: this.role };
  }
  async logIn(code: string) {
    const role = this.codes.get(code);
    this.codes.delete(code);
    if (role === undefined) throw refusal('E_CODE');
    this.role = role;
    return { role };
  }
  async logOut() {
    this.role = undefined;
  }
}

let bridge: FakeBridge;
let login: Login;
beforeEach(() => {
  bridge = new FakeBridge();
  bridge.codes.set('good', 'operator');
  login = new Login(bridge);
});

describe('logging in', () => {
  it('takes the code of the address, and an address that was opened before finds its session', async () => {
    await login.start('good');
    expect(login.current).toEqual({ state: 'in', role: 'operator' });
    const again = new Login(bridge);
    await again.start('good');
    expect(again.current).toEqual({ state: 'in', role: 'operator' });
  });

  it('says why a code is refused, and that nobody was logged in before', async () => {
    await login.start('bad');
    expect(login.current).toMatchObject({ state: 'out', refusal: { code: 'E_CODE' }, ended: false });
  });

  it('waits while the bridge does not answer, and keeps a session that was there', async () => {
    bridge.answers = false;
    await login.start(undefined);
    expect(login.current.state).toBe('unknown');
    bridge.answers = true;
    bridge.role = 'viewer';
    await login.check();
    bridge.answers = false;
    await login.check();
    expect(login.current).toEqual({ state: 'in', role: 'viewer' });
  });

  it('tells a session that ended from none, and from one that was logged out', async () => {
    await login.start('good');
    bridge.role = undefined;
    await login.check();
    expect(login.current).toEqual({ state: 'out', ended: true });
    bridge.codes.set('next', 'viewer');
    await login.enter('  next ');
    await login.leave();
    expect(login.current).toEqual({ state: 'out', ended: false });
  });

  it('takes a code with the address around it', () => {
    expect(codeIn(' http://127.0.0.1:9154/#code=a-_1 \n')).toBe('a-_1');
    expect(codeIn(' a-_1\n')).toBe('a-_1');
  });
});

describe('a change by a viewer', () => {
  const remote = {
    change: async () => {
      if (bridge.role === undefined) throw refusal('E_SESSION');
      if (bridge.role === 'viewer') throw refusal('E_ROLE');
      return 'changed';
    },
  } as unknown as Remote;

  it('asks for the code of an operator until one is right, and is then made', async () => {
    bridge.role = 'viewer';
    await login.check();
    const prompt = new OperatorPrompt();
    const change = new Changes(remote, login, prompt).make({ method: 'POST', path: '/config' });
    const asked = async () => {
      await expect.poll(() => prompt.store.getState().ask).toBeDefined();
      return prompt.store.getState().ask!;
    };
    const first = await asked();
    expect(first.refusal).toBeUndefined();
    first.answer('bad');
    await expect.poll(() => prompt.store.getState().ask?.refusal?.code).toBe('E_CODE');
    bridge.codes.set('viewer too', 'viewer');
    (await asked()).answer('viewer too');
    await expect.poll(() => prompt.store.getState().ask?.refusal?.code).toBe('E_ROLE');
    (await asked()).answer('good');
    expect(await change).toBe('changed');
    expect(login.current).toEqual({ state: 'in', role: 'operator' });
  });

  it('is given up with its refusal, and one without a session leads to the login page', async () => {
    bridge.role = 'viewer';
    await login.check();
    const prompt = new OperatorPrompt();
    const changes = new Changes(remote, login, prompt);
    const change = changes.make({ method: 'POST', path: '/config' });
    const refused = expect(change).rejects.toMatchObject({ code: 'E_ROLE' });
    await expect.poll(() => prompt.store.getState().ask).toBeDefined();
    prompt.store.getState().ask!.answer(undefined);
    await refused;
    bridge.role = undefined;
    await expect(changes.make({ method: 'POST', path: '/config' })).rejects.toMatchObject({
      code: 'E_SESSION',
    });
    expect(login.current).toEqual({ state: 'out', ended: true });
  });
});
