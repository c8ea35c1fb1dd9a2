// Makes the man pages from the texts of --help, which are the only source of commands and options.
import type { Command } from 'commander';

/** Escapes text for troff: a hyphen of an option is a minus, and no line begins with a control character. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1');
}

interface Page {
  readonly name: string;
  readonly section: number;
  /** One line without a full stop. */
  readonly purpose: string;
  readonly version: string;
}

function head({ name, section, purpose, version }: Page): string {
  const title = `.TH ${name.toUpperCase().replaceAll('-', '\\-')} ${section} "" "rtprobe ${version}" "rtprobe"`;
  return `${title}\n.SH NAME\n${escaped(name)} \\- ${escaped(purpose)}\n`;
}

/** Returns a page with the help text as it is printed. */
export function manOfText(page: Page, help: string, also: string): string {
  const [usage = '', ...rest] = help.trim().split('\n');
  const synopsis = usage.replace(/^usage: /i, '');
  return [
    head(page),
    `.SH SYNOPSIS\n.nf\n${escaped(synopsis)}\n.fi\n`,
    `.SH DESCRIPTION\n.nf\n${escaped(rest.join('\n').replace(/^\n+|\s+$/g, ''))}\n.fi\n`,
    `.SH SEE ALSO\n${also}\n`,
  ].join('');
}

function optionsOf(command: Command): string {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .map(
      (option) => `.TP\n.B ${escaped(help.optionTerm(option))}\n${escaped(help.optionDescription(option))}\n`,
    )
    .join('');
}

/** Returns the section of a command and of its subcommands. */
function sectionOf(command: Command, path: readonly string[]): string {
  const help = command.createHelp();
  const words = [...path, command.name()];
  const own = `.SS ${escaped(`${words.join(' ')} ${command.usage()}`)}\n${escaped(help.commandDescription(command))}\n${optionsOf(command)}`;
  return own + command.commands.map((each) => sectionOf(each, words)).join('');
}

/** Returns the page of a program with subcommands. */
export function manOfProgram(page: Page, program: Command, exitCodes: object, also: string): string {
  const codes = Object.entries(exitCodes).map(([code, meaning]) => `.TP\n.B ${code}\n${escaped(meaning)}\n`);
  return [
    head(page),
    `.SH SYNOPSIS\n.B ${escaped(page.name)}\n${escaped(program.usage())}\n`,
    `.SH DESCRIPTION\n${escaped(program.description())}\n`,
    `.SH COMMANDS\n${program.commands.map((each) => sectionOf(each, [])).join('')}`,
    `.SH FILES\n.TP\n.I /etc/rtprobe/bridge.conf\nOptions of rtprobe.service, checked by\n.B rtprobe check\\-config\n`,
    '.TP\n.I /var/lib/rtprobe\nHistory, recordings and the key of all sessions\n',
    `.SH EXIT STATUS\n${codes.join('')}`,
    `.SH SEE ALSO\n${also}\n`,
  ].join('');
}
