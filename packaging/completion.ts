// Makes the completions for bash from the same definitions as the help texts.
import type { Command, Option } from 'commander';

const FILES = /<(file|path|dir)>/i;

/** Returns what may follow an option: its choices, files, or anything. */
function argumentOf({ flags, argChoices }: Option): string | undefined {
  if (argChoices) return `COMPREPLY=($(compgen -W '${argChoices.join(' ')}' -- "$word"))`;
  if (FILES.test(flags)) return 'compopt -o filenames; COMPREPLY=($(compgen -f -- "$word"))';
  return flags.includes('<') ? ':' : undefined;
}

interface Level {
  /** Names of the command and those above it, separated by spaces. */
  readonly path: string;
  readonly words: readonly string[];
  readonly options: readonly Option[];
  readonly files: boolean;
}

function levelsOf(command: Command, path: readonly string[]): Level[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command);
  const flags = options.flatMap(({ short, long }) => [short, long]).filter((flag) => flag !== undefined);
  const words = [...command.commands.map((each) => each.name()), ...flags];
  const files = command.registeredArguments.some((each) => /^(file|dir)$/.test(each.name()));
  const own = { path: path.join(' '), words, options, files };
  return [own, ...command.commands.flatMap((each) => levelsOf(each, [...path, each.name()]))];
}

function caseOf({ path, words, options, files }: Level): string {
  const after = options.flatMap((option) => {
    const reply = argumentOf(option);
    const flags = [option.short, option.long].filter((flag) => flag !== undefined).join('|');
    return reply === undefined ? [] : [`\t\t${flags}) ${reply}; return ;;`];
  });
  const before = after.length > 0 ? `\t\tcase $before in\n${after.join('\n')}\n\t\tesac\n` : '';
  const more = files ? '\n\t\tcompopt -o filenames; COMPREPLY+=($(compgen -f -- "$word"))' : '';
  return `\t'${path}')\n${before}\t\tCOMPREPLY=($(compgen -W '${words.join(' ')}' -- "$word"))${more} ;;`;
}

/** Returns the completion of a program with subcommands. */
export function completionOfProgram(program: Command): string {
  const name = program.name();
  const levels = levelsOf(program, []);
  const paths = levels.map(({ path }) => path).filter((path) => path !== '');
  return `# bash completion for ${name}
_${name}() {
	local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path= each
	for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case "\${path:+$path }$each" in
		${paths.map((path) => `'${path}'`).join('|')}) path="\${path:+$path }$each" ;;
		esac
	done
	case $path in
${levels.map(caseOf).join('\n')}
	esac
}
complete -F _${name} ${name}
`;
}

/** Returns the completion of a program whose help lists its commands and options at the start of indented lines. */
export function completionOfText(name: string, help: string): string {
  const listed = help.split('\n').flatMap((line) => /^ {2}(\S.*?)(?: {2,}|$)/.exec(line)?.[1] ?? []);
  const words = listed.flatMap((text) => text.split(/ \| |, /)).map((text) => text.split(' ')[0]!);
  const unique = [
    ...new Set(words.filter((word) => /^(--?)?[a-z][a-z-]*$/.test(word) || /^-[a-z]$/.test(word))),
  ];
  const commands = unique.filter((word) => !word.startsWith('-'));
  const options = unique.filter((word) => word.startsWith('-'));
  const fn = `_${name.replaceAll('-', '_')}`;
  return `# bash completion for ${name}
${fn}() {
	local word=\${COMP_WORDS[COMP_CWORD]}
	COMPREPLY=($(compgen -W '${options.join(' ')}' -- "$word"))
	[ "$COMP_CWORD" -gt 1 ] || COMPREPLY+=($(compgen -W '${commands.join(' ')}' -- "$word"))
	return 0
}
complete -o default -F ${fn} ${name}
`;
}
