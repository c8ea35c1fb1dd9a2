import { describe, expect, it } from 'vitest';
import { parseDeb822, parseOneLine, sourcesFor, systemCodename } from './sources.ts';

const DEB822 = `# a comment
Types: deb
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.test/security
Suites: bookworm-security
Components: main

Types: deb-src
URIs: http://mirror.test/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://disabled.test/debian
Suites: bookworm
Components: main
`;

describe('parseDeb822', () => {
  it('reads enabled archives with binary packages', () => {
    expect(parseDeb822(DEB822).map((archive) => archive.uris[0])).toEqual([
      'http://mirror.test/debian',
      'http://mirror.test/security',
    ]);
  });

  it('keeps the lines of an inline key', () => {
    const text =
      'Types: deb\nURIs: http://a.test\nSuites: x\nSigned-By:\n -----BEGIN KEY-----\n .\n abc\nComponents: main\n';
    expect(parseDeb822(text)[0]).toMatchObject({
      signedBy: expect.stringMatching(/^\n -----BEGIN KEY-----\n \.\n abc$/),
      components: ['main'],
    });
  });
});

describe('parseOneLine', () => {
  it('reads options, suite and components, and skips sources and comments', () => {
    const text = `
# deb http://old.test/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib # trailing
deb-src http://mirror.test/debian bookworm main
`;
    expect(parseOneLine(text)).toEqual([
      {
        uris: ['http://mirror.test/debian'],
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        signedBy: '/k.gpg',
      },
    ]);
  });
});

describe('sourcesFor', () => {
  const archives = parseDeb822(DEB822);

  it('requests another suite at the address and with the key of the system’s own', () => {
    expect(sourcesFor(['trixie'], archives, 'bookworm')).toBe(
      'Types: deb\nURIs: http://mirror.test/debian\nSuites: trixie\nComponents: main\n' +
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n',
    );
  });

  it('requests a security suite where the system gets its own', () => {
    expect(sourcesFor(['bullseye-security'], archives, 'bookworm')).toContain(
      'URIs: http://mirror.test/security',
    );
  });

  it('omits the security suite when the system has none', () => {
    expect(sourcesFor(['bookworm-security'], archives.slice(0, 1), 'bookworm')).toBe('');
  });

  it('fails with E_NO_APT_SOURCES when nothing serves the system’s own suite', () => {
    expect(() => sourcesFor(['trixie'], archives, 'noble')).toThrow(
      expect.objectContaining({ code: 'E_NO_APT_SOURCES', message: expect.stringContaining('noble') }),
    );
  });
});

describe('systemCodename', () => {
  it('is the VERSION_CODENAME of os-release', () => {
    expect(systemCodename('NAME="Debian GNU/Linux"\nVERSION_CODENAME=bookworm\nID=debian\n')).toBe(
      'bookworm',
    );
    expect(systemCodename('ID=other\n')).toBe('');
  });
});
